"""The words of alerts, in Spanish and English: what is lost, for whom, since when, what first."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError

from config.settings import Settings
from exporters.localtime import about, duration, offset, percent
from exporters.plain import clean
from exporters.scene import Scene
from exporters.scene_parts import FULL, LADDER, Limits
from monitor.events import IncidentEvent

Language = Literal["es", "en"]
LONGEST_SUMMARY = 200
"""Of a first line for those who pass it on: what four lines of a lock screen hold."""
_SHORT_NAMES = Limits(4, 4, 24)
"""Rather short names than fewer areas."""


@dataclass(frozen=True, slots=True)
class Wording:
    """In which language to speak, and where the board and the runbooks are."""

    language: Language = "es"
    board_url: str | None = None
    runbooks_url: str | None = None


def wording_of(settings: Settings) -> Wording:
    """Return the wording that the settings ask for."""
    return Wording(settings.language, settings.board_url, settings.runbooks)


_LOG = logging.getLogger(__name__)
_TEMPLATES = Environment(
    loader=PackageLoader("exporters", "texts"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - plain text; what shows it as HTML must escape it there
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.filters.update(about=about, duration=duration, offset=offset, percent=percent)
_WORDS = {
    language: _TEMPLATES.get_template(f"{language}.j2").module for language in get_args(Language)
}
"""Compiled at the start (0.1 s), so that the first page does not wait for it."""
SURPRISES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError)
"""What a template can meet in an event that it was not made for. The page must still go out."""


def summary(event: IncidentEvent, language: Language, now: datetime) -> str:
    """Return the first line, for a lock screen; of a closed incident it says that it is over.

    Like the other first lines it has at most 200 characters: where that is not enough, areas are
    counted instead of named, and names become shorter.
    """
    return _first_line("summary", event, language, now)


def description(
    event: IncidentEvent, language: Language, now: datetime, board_url: str | None = None
) -> str:
    """Return the whole message: one screen, plain text, lines parted by newlines."""
    try:
        scene = Scene(event, now, incident_link(event, board_url))
        return tidy(say(language, "description", scene))
    except SURPRISES:
        return _plain("description", event, language)


def recovery(event: IncidentEvent, language: Language) -> str:
    """Return the first line when it is over, with how long it lasted."""
    return _first_line("recovery", event, language, event.closed_at or event.at)


def replaced(event: IncidentEvent, language: Language, now: datetime) -> str:
    """Return the first line for an alert that ends only because a worse one took its place."""
    return _first_line("replaced", event, language, now)


def incident_link(event: IncidentEvent, board_url: str | None) -> str:
    """Return where the board shows it; empty without a board address."""
    return f"{board_url.rstrip('/')}/incidents/{quote(event.id, safe='')}" if board_url else ""


def runbook_link(event: IncidentEvent, runbooks_url: str | None) -> str:
    """Return where the runbook of its present cause is; empty without an address of runbooks."""
    return f"{runbooks_url.rstrip('/')}/{event.cause}.md" if runbooks_url else ""


def _first_line(macro: str, event: IncidentEvent, language: Language, now: datetime) -> str:
    line = ""
    try:
        for limits in (FULL, _SHORT_NAMES, *LADDER):
            line = tidy(say(language, macro, Scene(event, now, "", limits)))
            if len(line) <= LONGEST_SUMMARY:
                return line
    except SURPRISES:
        line = _plain(macro, event, language)
    return clean(line, LONGEST_SUMMARY)


def _plain(macro: str, event: IncidentEvent, language: Language) -> str:
    _LOG.exception("no text incident=%s macro=%s language=%s", event.id, macro, language)
    return bare(event)


def say(language: Language, macro: str, *said: object) -> str:
    """Return what a macro makes of its arguments. May raise one of `SURPRISES`."""
    return str(getattr(_WORDS[language], macro)(*said))


def tidy(text: str) -> str:
    """Return its lines without the blanks that templates leave."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def bare(event: IncidentEvent) -> str:
    """Return the line that goes out where no template can be followed."""
    over = f" - {event.closed_at:%H:%M:%S}" if event.closed_at else ""
    site = clean(event.site.name or event.site.id)
    since = f"{event.opened_at:%Y-%m-%d %H:%M:%S}{over} UTC"
    return f"{event.priority} · {site}: {event.cause} {clean(event.root.name)} · {since}"
