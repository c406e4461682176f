"""The words of alerts, in Spanish and English: what is lost, for whom, since when, what first."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError

from exporters.localtime import about, duration, offset, percent
from exporters.plain import clean
from exporters.scene import Scene
from monitor.events import IncidentEvent

Language = Literal["es", "en"]


@dataclass(frozen=True, slots=True)
class Wording:
    """In which language to speak, and where the board is."""

    language: Language
    board_url: str | None


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
_SURPRISES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError)
"""What a template can meet in an event that it was not made for. The page must still go out."""


def summary(event: IncidentEvent, language: Language, now: datetime) -> str:
    """Return the first line, for a lock screen; of a closed incident it says that it is over."""
    return _render("summary", event, language, now)


def description(
    event: IncidentEvent, language: Language, now: datetime, board_url: str | None = None
) -> str:
    """Return the whole message: one screen, plain text, lines parted by newlines."""
    return _render("description", event, language, now, board_url)


def recovery(event: IncidentEvent, language: Language) -> str:
    """Return the first line when it is over, with how long it lasted."""
    return _render("recovery", event, language, event.closed_at or event.at)


def replaced(event: IncidentEvent, language: Language, now: datetime) -> str:
    """Return the first line for an alert that ends only because a worse one took its place."""
    return _render("replaced", event, language, now)


def incident_link(event: IncidentEvent, board_url: str | None) -> str:
    """Return where the board shows it; empty without a board address."""
    return f"{board_url.rstrip('/')}/incidents/{quote(event.id, safe='')}" if board_url else ""


def _render(
    macro: str,
    event: IncidentEvent,
    language: Language,
    now: datetime,
    board_url: str | None = None,
) -> str:
    try:
        scene = Scene(event, now, incident_link(event, board_url))
        return _tidy(str(getattr(_WORDS[language], macro)(scene)))
    except _SURPRISES:
        _LOG.exception("no text incident=%s macro=%s language=%s", event.id, macro, language)
        return _bare(event)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _bare(event: IncidentEvent) -> str:
    over = f" - {event.closed_at:%H:%M:%S}" if event.closed_at else ""
    site = clean(event.site.name or event.site.id)
    since = f"{event.opened_at:%Y-%m-%d %H:%M:%S}{over} UTC"
    return f"{event.priority} · {site}: {event.cause} {clean(event.root.name)} · {since}"
