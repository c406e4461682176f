"""Many components together: those of a state, a municipality, a site, or one provider's links."""

from dataclasses import dataclass, field
from enum import StrEnum

from config.area import Criticality
from config.component import ComponentKind
from monitor.report.blame import Share
from monitor.report.component_row import ComponentRow
from monitor.report.tally import Tally


class Part(StrEnum):
    """What availability is told of. `critical_area` are those areas that are life-critical."""

    SITE = "site"
    LINK = "link"
    AREA = "area"
    CRITICAL_AREA = "critical_area"


REPORTED = (ComponentKind.SITE, ComponentKind.LINK, ComponentKind.AREA)


def parts_of(row: ComponentRow) -> list[Part]:
    """Return as what a component counts."""
    part = Part(row.component.kind.value)
    is_critical = part is Part.AREA and row.component.criticality is Criticality.LIFE
    return [part, Part.CRITICAL_AREA] if is_critical else [part]


@dataclass(slots=True)
class Together:
    """Of one part of a group: how many components, of how many anything counts, all their time."""

    count: int = 0
    seen: int = 0
    total: Tally = field(default_factory=Tally)
    opened: Tally = field(default_factory=Tally)

    def add(self, row: ComponentRow) -> None:
        self.count += 1
        self.seen += row.total.counted_ms > 0
        self.total.add(row.total)
        self.opened.add(row.opened)


def _parts() -> dict[Part, Together]:
    return {part: Together() for part in Part}


def _shares() -> dict[Share, int]:
    return dict.fromkeys(Share, 0)


@dataclass(slots=True)
class Group:
    """`key` is its letters, name or id; `shares_ms` is whom the time without its sites falls to."""

    key: str
    parts: dict[Part, Together] = field(default_factory=_parts)
    shares_ms: dict[Share, int] = field(default_factory=_shares)

    def add(self, row: ComponentRow) -> None:
        for part in parts_of(row):
            self.parts[part].add(row)
