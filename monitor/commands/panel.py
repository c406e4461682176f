"""How the terminal shows what a daemon says: readable from 60 columns on."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from exporters.localtime import duration
from monitor.events import IncidentEvent
from monitor.vocabulary import Phase, Priority, State

WIDE_COLUMNS = 150
"""From here on each fact has a column of its own; below, an incident is a paragraph."""
COLOURS = {
    State.UP: "green",
    State.DEGRADED: "yellow",
    State.DOWN: "bold red",
    State.UNKNOWN: "magenta",
}
_OF_PRIORITY = {
    Priority.P1: "bold white on red",
    Priority.P2: "bold red",
    Priority.P3: "yellow",
    Priority.P4: "cyan",
}


def counts_line(counts: dict[State, int]) -> Text:
    """Return one line: how many sites are how."""
    line = Text()
    for state, count in counts.items():
        line.append(f" {count} ", style=COLOURS[state] if count else "dim")
        line.append(f"{state}  ", style="" if count else "dim")
    return line


@dataclass(frozen=True)
class IncidentList:
    """Renders incidents, open before closed, the worst and oldest first.

    With `most_lines` it says how many more there are instead of running out of the screen.
    """

    incidents: Sequence[IncidentEvent]
    now: datetime
    most_lines: int | None = None

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        ordered = sorted(
            self.incidents, key=lambda i: (i.phase is Phase.CLOSED, i.priority, i.opened_at)
        )
        build = _columns if options.max_width >= WIDE_COLUMNS else _paragraphs
        shown = len(ordered)
        if self.most_lines is not None:
            unbounded = options.update(height=None)

            def lines(count: int) -> int:
                return len(console.render_lines(build(ordered[:count], self.now), unbounded))

            if lines(shown) > self.most_lines:
                shown = max(0, bisect_right(range(shown), self.most_lines - 1, key=lines) - 1)
        if shown:
            yield build(ordered[:shown], self.now)
        if shown < len(ordered):
            yield Text(f"… and {len(ordered) - shown} more", style="bold")


def _columns(incidents: Sequence[IncidentEvent], now: datetime) -> Table:
    table = Table(expand=True, box=None, padding=(0, 2, 0, 0))
    for heading in ("", "since", "for", "cause"):
        table.add_column(heading, no_wrap=True)
    table.add_column("site", ratio=2)
    table.add_column("touches", ratio=3)
    table.add_column("incident", no_wrap=True)
    for incident in incidents:
        table.add_row(
            priority_mark(incident),
            _clock(incident.opened_at),
            _lasted(incident, now),
            _cause(incident),
            f"{incident.site.name} {incident.site.clues}".strip(),
            f"{touches(incident)}{_handled(incident)}",
            incident.id,
            style=_style(incident),
        )
    return table


def _paragraphs(incidents: Sequence[IncidentEvent], now: datetime) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for incident in incidents:
        table.add_row(
            priority_mark(incident),
            Text(f"{incident.site.name} {incident.site.clues}".strip(), style="bold"),
            style=_style(incident),
        )
        told = f"{_cause(incident)} since {_clock(incident.opened_at)}, {_lasted(incident, now)}"
        handled = f"{touches(incident)}{_handled(incident)} [{incident.id}]"
        table.add_row("", Text(f"{told}: {handled}"), style=_style(incident))
    return table


def priority_mark(incident: IncidentEvent) -> Text:
    """Return the priority in its colour, dim once the incident is over."""
    closed = incident.phase is Phase.CLOSED
    colour = "dim" if closed else _OF_PRIORITY[incident.priority]
    return Text(f" {incident.priority} ", style=colour)


def touches(incident: IncidentEvent) -> str:
    """Return the critical areas; where there are none, the root."""
    return ", ".join(part.name for part in incident.critical_areas) or incident.root.name


def _handled(incident: IncidentEvent) -> str:
    """Return who has taken it on, or which level was called; that it flaps, if it does."""
    words = f" ({incident.acknowledged.by})" if incident.acknowledged is not None else ""
    if not words and incident.escalation:
        words = f" (level {incident.escalation})"
    return f"{words} (flapping)" if incident.reopened else words


def _cause(incident: IncidentEvent) -> str:
    words = incident.cause.replace("_", " ")
    return f"{words} (over)" if incident.phase is Phase.CLOSED else words


def _style(incident: IncidentEvent) -> str:
    return "dim" if incident.phase is Phase.CLOSED else ""


def _clock(at: datetime) -> str:
    return f"{at.astimezone():%H:%M:%S}"


def _lasted(incident: IncidentEvent, now: datetime) -> str:
    return duration(((incident.closed_at or now) - incident.opened_at).total_seconds())
