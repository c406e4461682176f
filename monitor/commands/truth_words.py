"""What a simulator's truth records say, in the words of the demo's screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config.component import ComponentKind

Record = dict[str, Any]

MOST_NAMES = 3
_NOT_SHOWN = frozenset({"battery_charged", "transfer_normal", "generator_cooldown"})
_WORDS = {
    "down": "out of reach",
    "up": "back",
    "mains_lost": "lost",
    "mains_back": "back",
    "online": "on mains",
    "battery_depleted": "empty",
    "battery_low": "nearly empty",
    "generator_fault": "does not start",
    "transfer_emergency": "on the generator",
    "flapping": "begins to flap",
    "steady": "is steady",
}


@dataclass(slots=True)
class Line:
    """One thing that happened at one site, to one or several of its components at once."""

    at: datetime
    site: str
    what: str
    names: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        named = self.names[:MOST_NAMES]
        more = len(self.names) - len(named)
        listed = ", ".join(named) + (f" and {more} more" if more else "")
        return f"{listed} {self.what}".strip()


def lines_of(records: Iterable[Record]) -> list[Line]:
    """Return what is worth showing, in order; what happened together is one line.

    The single turns of a flapping link are left out between its first and its last.
    """
    lines: list[Line] = []
    flapping: set[str] = set()
    for record in records:
        site = record["site"]
        if record["what"] == "steady":
            flapping.discard(site)
        if site and site not in flapping and _is_shown(record):
            _add(lines, record)
        if record["what"] == "flapping":
            flapping.add(site)
    return lines


def _is_shown(record: Record) -> bool:
    is_service = record["component"].startswith(f"{ComponentKind.SERVICE}/")
    return record["what"] not in _NOT_SHOWN and not is_service


def _add(lines: list[Line], record: Record) -> None:
    at = datetime.fromisoformat(record["at"])
    line = Line(at, record["site"], _what(record))
    same = next((other for other in reversed(lines) if _together(other, line)), None)
    if same is None:
        lines.append(line)
    (same or line).names.append(_name(record["component"]))


def _together(one: Line, other: Line) -> bool:
    apart_s = abs((one.at - other.at).total_seconds())
    return (one.site, one.what) == (other.site, other.what) and apart_s < 1


def _what(record: Record) -> str:
    word = _WORDS.get(record["what"], record["what"].removeprefix("generator_").replace("_", " "))
    cause = record.get("cause") if record["what"] == "down" else None
    return f"{word} ({cause.replace('_', ' ')})" if cause else word


def _name(component: str) -> str:
    kind, _, part = component.partition("/")
    if kind == ComponentKind.SITE:
        return "the site"
    return f"link {part}" if kind == ComponentKind.LINK else part or kind


def of_site(lines: Sequence[Line], site: str) -> list[Line]:
    """Return the lines about one site."""
    return [line for line in lines if line.site == site]
