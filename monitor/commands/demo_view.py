"""The picture of the demo: a row per site, what really happened beside what Guardia says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from exporters.localtime import local
from exporters.text import summary
from monitor.commands.demo_story import LENGTH_S, Chapter
from monitor.commands.panel import counts_line, priority_mark
from monitor.commands.truth_words import Line, of_site
from monitor.events import IncidentEvent
from monitor.vocabulary import State

_ZONE = "America/Tijuana"
"""The summaries tell the time of the site; what happened there is told in the same."""
_MOST_LINES = 12
_LEAST_LINES = 2


@dataclass(frozen=True)
class Scene:
    """Everything that the picture shows at one instant."""

    played_s: float
    chapter: Chapter
    truths: Sequence[Line]
    incidents: Sequence[IncidentEvent]
    counts: dict[State, int]
    names: Mapping[str, str]
    now: datetime


@dataclass(frozen=True)
class Picture:
    """Renders a scene into the height of the console, leaving out what happened first."""

    scene: Scene

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        scene, unbounded = self.scene, options.update(height=None)
        played_s = min(scene.played_s, LENGTH_S)
        clocks = ((f" {clock(played_s)} ", "bold reverse"), f" of {clock(LENGTH_S)}   sites: ")
        announced = (("▶ ", "bold cyan"), (_sentence(scene.chapter.text), "bold"))
        head = Group(Text.assemble(*clocks, counts_line(scene.counts)), Text.assemble(*announced))
        yield head
        room = console.height - len(console.render_lines(head, unbounded))
        most = _MOST_LINES
        while (
            most > _LEAST_LINES
            and len(console.render_lines(_beside(scene, most), unbounded)) > room
        ):
            most -= 1
        yield _beside(scene, most)


def clock(seconds: float) -> str:
    """Return the story's clock: minutes and seconds."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def time_of_day(at: datetime) -> str:
    """Return the time of day where the story plays."""
    return f"{local(at, _ZONE):%H:%M:%S}"


def _beside(scene: Scene, most: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, show_lines=True, padding=(0, 1))
    table.add_column("What really happened", ratio=1)
    table.add_column("What Guardia says", ratio=1)
    told_of = [incident.site.id for incident in reversed(scene.incidents)]
    sites = list(dict.fromkeys([*(line.site for line in scene.truths), *told_of]))
    for site in sites:
        about = [incident for incident in scene.incidents if incident.site.id == site]
        table.add_row(_happened(scene, site, most), _said(about, scene.now))
    return table


def _happened(scene: Scene, site: str, most: int) -> Text:
    lines = of_site(scene.truths, site)
    shown = lines[-most:]
    text = Text(scene.names.get(site, site) or "Guardia itself", style="bold")
    if len(shown) < len(lines):
        text.append(f"  ({len(lines) - len(shown)} earlier)", style="not bold dim")
    for line in shown:
        text.append(f"\n{time_of_day(line.at)} ", style="not bold dim")
        text.append(str(line), style="not bold")
    return text


def _said(incidents: Sequence[IncidentEvent], now: datetime) -> Text:
    if not incidents:
        return Text("nothing", style="dim italic")
    return Text("\n").join(_words(incident, now) for incident in incidents)


def _words(incident: IncidentEvent, now: datetime) -> Text:
    said = summary(incident, "es", now)
    words = Text(said.removeprefix(f"{incident.priority} · "))
    if incident.closed_at is not None:
        words.stylize("dim")
    return Text.assemble(priority_mark(incident), " ", words)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
