"""Turns templates into HTML. Everything from outside is escaped: there is no `|safe` in them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from jinja2 import BytecodeCache, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket

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


class _Bytecode(BytecodeCache):
    """What templates were compiled to, by this process or by one that it started for that.

    Jinja takes none of it that is of another version of itself, of Python or of the template.
    """

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        octets = self.kept.get(bucket.key)
        if octets is not None:
            bucket.bytecode_from_string(octets)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_BYTECODE = _Bytecode()


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
        bytecode_cache=_BYTECODE,
    )
    found.filters.update(
        about=about, clean=clean, duration=duration, exact_percent=exact_percent,
        local=local, loss=loss, milliseconds=milliseconds, offset=offset, percent=percent,
        stamp=stamp, thousands=thousands,
    )  # fmt: skip
    return found


_TEMPLATES = _environment()
_NAMES = tuple(_TEMPLATES.list_templates(extensions=["j2"]))
"""Read once, at the start: with no descriptors left, a folder looks empty to Jinja."""


def render(template: str, language: Language, **context: object) -> str:
    """Return a page or a part of one. `t` are the words of the board in that language."""
    found = _TEMPLATES.get_template(template)
    return found.render(language=language, t=WORDS[language], **context)


def is_compiled() -> bool:
    """Tell whether `compiled` would find nothing to do."""
    return len(_TEMPLATES.cache or ()) >= len(_NAMES)


def compiled() -> Iterable[str]:
    """Compile all templates, so that no page has to, on the loop; return their names.

    Raises:
        TemplateError: one of them is wrong; it names the file and the line.
        OSError: one of them cannot be read just now.

    """
    for name in _NAMES:
        _TEMPLATES.get_template(name)
    return _NAMES


def bytecode() -> dict[str, bytes]:
    """Compile all templates for another process: it is to `take` what this returns.

    Raises:
        TemplateError: one of them is wrong.
        OSError: one of them cannot be read.

    """
    compiled()
    return _BYTECODE.kept


def take(made_elsewhere: Mapping[str, bytes]) -> None:
    """Have `compiled` find most of its work done: the rest takes 15 ms instead of 0.8 s."""
    _BYTECODE.kept |= made_elsewhere


def forget() -> None:
    """Let go of the bytecode: compiled templates are kept by the environment."""
    _BYTECODE.kept.clear()
