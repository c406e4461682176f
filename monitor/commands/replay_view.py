"""How a replay is shown: a table of incidents for people, one object for programs."""

from datetime import datetime
from types import MappingProxyType
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from exporters.localtime import duration, local
from exporters.text import Language
from monitor.replay.replay import Story, Told
from monitor.vocabulary import Phase

_WORDS = MappingProxyType(
    {
        "es": (
            "{readings} lecturas, del {began} al {ended}",
            "{pages} llamadas por {called} incidentes; otros {quiet} sin llamar a nadie",
            ("desde", "sitio", "causa", "prioridad", "llamadas", "la primera tras", "duró"),
            "sigue abierto",
            "nadie",
        ),
        "en": (
            "{readings} readings, from {began} to {ended}",
            "{pages} calls for {called} incidents; {quiet} others called nobody",
            ("since", "site", "cause", "priority", "calls", "first after", "lasted"),
            "still open",
            "nobody",
        ),
    }
)


def view(told: Told, language: Language) -> RenderableType:
    """Return the whole view."""
    readings, counts, head, still_open, nobody = _WORDS[language]
    stories = list(told.stories.values())
    called = [story for story in stories if story.called_at]
    lines: list[RenderableType] = [
        Text(readings.format(readings=told.readings, began=_when(told.began_at),
                             ended=_when(told.ended_at))),
        Text(counts.format(pages=told.pages, called=len(called),
                           quiet=len(stories) - len(called)), style="bold"),
    ]  # fmt: skip
    if stories:
        table = Table(*head, box=None, pad_edge=False)
        for story in stories:
            table.add_row(*_row(story, still_open, nobody))
        lines.append(table)
    return Group(*lines)


def _row(story: Story, still_open: str, nobody: str) -> tuple[str, ...]:
    event = story.event
    began = local(event.opened_at, event.site.timezone)
    after = nobody
    if story.called_at:
        after = duration(max(0.0, (story.called_at[0] - event.opened_at).total_seconds()))
    is_over = event.phase is Phase.CLOSED and event.closed_at is not None
    lasted = still_open
    if is_over and event.closed_at is not None:
        lasted = duration((event.closed_at - event.opened_at).total_seconds())
    return (
        f"{began:%Y-%m-%d %H:%M:%S}", event.site.name or event.root.name, event.cause.value,
        event.priority.value, str(len(story.called_at)), after, lasted,
    )  # fmt: skip


def as_record(told: Told) -> dict[str, Any]:
    """Return the object that `--json` prints; incidents as they travel, and when each called."""
    return {
        "readings": told.readings,
        "left_out": dict(told.strange),
        "began_at": _stamp(told.began_at),
        "ended_at": _stamp(told.ended_at),
        "pages": told.pages,
        "incidents": [
            {
                "called_at": [_stamp(at) for at in story.called_at],
                "incident": story.event.model_dump(mode="json", by_alias=True),
            }
            for story in told.stories.values()
        ],
    }


def _when(at: datetime | None) -> str:
    return "?" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
