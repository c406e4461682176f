"""Turns templates into HTML. Everything from outside is escaped: there is no `|safe` in them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from exporters.board.words.words import WORDS, thousands
from exporters.localtime import (
    about,
    duration,
    exact_percent,
    local,
    loss,
    milliseconds,
    offset,
    percent,
)
from exporters.plain import clean
from exporters.text import Language


def stamp(instant: datetime) -> str:
    """Return an instant as the `datetime` attribute of a <time>.

    >>> stamp(datetime(2026, 11, 21, 11, 14, 7, 5, tzinfo=UTC))
    '2026-11-21T11:14:07Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _environment() -> Environment:
    pages = PackageLoader("exporters", "board/templates")
    alerts = PackageLoader("exporters", "texts")
    found = Environment(
        loader=ChoiceLoader([pages, alerts]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters.update(
        about=about, clean=clean, duration=duration, exact_percent=exact_percent,
        local=local, loss=loss, milliseconds=milliseconds, offset=offset, percent=percent,
        stamp=stamp, thousands=thousands,
    )  # fmt: skip
    return found


_TEMPLATES = _environment()


def render(template: str, language: Language, **context: object) -> str:
    """Return a page or a part of one. `t` are the words of the board in that language."""
    found = _TEMPLATES.get_template(template)
    return found.render(language=language, t=WORDS[language], **context)


def compiled() -> Iterable[str]:
    """Compile all templates, so that no page has to, on the loop; return their names.

    Raises:
        TemplateError: one of them is wrong; it names the file and the line.

    """
    names = _TEMPLATES.list_templates(extensions=["j2"])
    for name in names:
        _TEMPLATES.get_template(name)
    return names
