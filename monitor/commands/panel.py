"""How the terminal shows what a daemon says."""

from datetime import datetime

from rich.table import Table
from rich.text import Text

from monitor.events import IncidentEvent
from monitor.vocabulary import Phase, Priority, State

COLOURS = {
    State.UP: "green",
    State.DEGRADED: "yellow",
    State.DOWN: "bold red",
    State.UNKNOWN: "magenta",
}
_OF_PRIORITY = {Priority.P1: "bold white on red", Priority.P2: "bold red", Priority.P3: "yellow"}


def counts_line(counts: dict[State, int]) -> Text:
    """Return one line: how many sites are how."""
    line = Text()
    for state, count in counts.items():
        line.append(f" {count} ", style=COLOURS[state] if count else "dim")
        line.append(f"{state}  ", style="dim")
    return line


def incidents_table(incidents: list[IncidentEvent], now: datetime, title: str) -> Table:
    """Return the incidents as a table, the worst and oldest first."""
    table = Table(title=title, expand=True, title_justify="left")
    for heading in ("", "since", "for", "cause", "site", "touches"):
        table.add_column(heading, overflow="fold")
    order = sorted(incidents, key=lambda i: (i.phase is Phase.CLOSED, i.priority, i.opened_at))
    for incident in order:
        closed = incident.phase is Phase.CLOSED
        ended = incident.closed_at or now
        table.add_row(
            Text(incident.priority, style=_OF_PRIORITY.get(incident.priority, "")),
            f"{incident.opened_at.astimezone():%H:%M:%S}",
            duration((ended - incident.opened_at).total_seconds()),
            f"{incident.cause}" + (" ✓ closed" if closed else ""),
            f"{incident.site.name} {incident.site.clues}".strip(),
            ", ".join(part.name for part in incident.critical_areas) or incident.root.name,
            style="dim" if closed else "",
        )
    return table


def duration(seconds: float) -> str:
    """Return a duration as people read it: `41 s`, `4 min 05 s`, `2 h 10 min`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {left:02d} s" if minutes else f"{left} s"
