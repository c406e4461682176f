"""A maintenance window as it is written: who works on what, when, why, and what may be silent.

maintenance:
  - id: planta-hg-ensenada
    reason: Prueba semanal de la planta
    by: Conservación, Ing. Ruiz
    sites: [hg-ensenada]
    every: {day: tue, at: 10:00, lasts: 30m}
    expects: generator_test
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.component import ComponentKind
from config.dates import Moment
from config.fault import UnusableError
from config.model import Duration, Flag, Model, Period, Slug, Text
from config.recurrence import Every, Occurrence
from config.site import Site, SiteType, State, Zone
from config.suggestion import fix_for
from config.wallclock import instant

LONGEST_ONCE_S = 31 * 86_400.0
LONGEST_CRITICAL_S = 4 * 3600.0
"""How long a life-critical area may be silent at a stretch (science.md G)."""

_REASON_LENGTH = 10
PART_KINDS = (
    ComponentKind.LINK, ComponentKind.POWER, ComponentKind.AREA, ComponentKind.SERVICE,
)  # fmt: skip


def _several(written: object) -> object:
    return [written] if isinstance(written, str | int) else written


def _part(text: str) -> str:
    kind, slash, name = text.partition("/")
    if kind not in PART_KINDS or (slash and not name):
        fix = fix_for(kind, PART_KINDS) if kind not in PART_KINDS else "write such as `link/cfe`"
        raise UnusableError("a part is a kind, or a kind and an id", fix)
    return text


def _reason(text: str) -> str:
    if len(text.strip()) < _REASON_LENGTH:
        said = f"a reason says what is done, in {_REASON_LENGTH} characters or more"
        raise UnusableError(said, "write such as `Cambio de baterías del UPS`")
    return text


class GeneratorTest(Model):
    """Mains are cut, the generator takes over, mains come back; or it runs without load.

    `within` is NFPA 110 type 10: critical branches are back in 10 s.
    """

    kind: Literal["generator_test"] = "generator_test"
    generator: Slug | None = Field(None, description="Which one; default: any of the site.")
    within: Duration = Field(10.0, description="From the loss of mains to the generator's running.")
    with_load: Flag = Field(True, description="false: mains stay, the generator runs idle.")

    @model_validator(mode="before")
    @classmethod
    def _word_stands_for_the_test(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        if written != "generator_test":
            raise UnusableError("no such pattern is known", "write `generator_test`")
        return {}


class MaintenanceWindow(Model):
    """Of the sites that fit every selector written (`sites`, `states`, `types`), and of nodes.

    Without `timezone`, each site goes by its own clock. Life-critical areas are silent only
    where `critical_areas` names them.
    """

    id: Slug
    reason: Annotated[Text, AfterValidator(_reason)]
    by: Text
    sites: Annotated[tuple[Slug, ...], BeforeValidator(_several)] = ()
    states: Annotated[tuple[State, ...], BeforeValidator(_several)] = ()
    types: Annotated[tuple[SiteType, ...], BeforeValidator(_several)] = ()
    nodes: Annotated[tuple[Slug, ...], BeforeValidator(_several)] = ()
    parts: Annotated[
        tuple[Annotated[Text, AfterValidator(_part)], ...], BeforeValidator(_several)
    ] = Field((), description="Kinds (`link`) or paths (`link/cfe`); default: all of the site.")
    critical_areas: Annotated[tuple[Slug, ...], BeforeValidator(_several)] = ()
    starts: Moment | None = Field(None, alias="from")
    ends: Moment | None = Field(None, alias="to")
    lasts: Period | None = None
    every: Every | None = None
    timezone: Zone | None = None
    expects: GeneratorTest | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not (self.sites or self.states or self.types or self.nodes):
            raise UnusableError("it says nothing of where", "add `sites`, `states` or `nodes`")
        if self.expects is not None and (self.parts or self.nodes):
            fix = "leave out `parts` and `nodes`, or write two windows"
            raise UnusableError("`expects: generator_test` is about the power of sites", fix)
        if self.nodes and self.timezone is None and self._goes_by_wall_clock:
            raise UnusableError("a node has no time zone", "add `timezone: America/Mexico_City`")
        return self

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.every is not None:
            if self.starts or self.ends or self.lasts:
                fix = "write `since` and `until` inside `every`"
                raise UnusableError("`every` stands for `from`, `to` and `lasts`", fix)
            return self
        if self.starts is None:
            raise UnusableError("it says nothing of when", "add `from` and `to`, or `every`")
        if (self.ends is None) == (self.lasts is None):
            raise UnusableError("it ends once", "write `to` or `lasts`, one of them")
        if self.ends is not None and (self.ends.tzinfo is None) != (self.starts.tzinfo is None):
            fix = "write an offset from UTC in both or in neither"
            raise UnusableError("`from` and `to` go by different clocks", fix)
        return self

    @model_validator(mode="after")
    def _ends_in_time(self) -> Self:
        longest_s = self._longest_s
        if longest_s <= 0:
            raise UnusableError("it ends before it begins", "correct `from` or `to`")
        if longest_s > LONGEST_ONCE_S:
            fix = "write `status: planned` in the site, or several windows"
            raise UnusableError("a window lasts 31 days at most", fix)
        if self.critical_areas and longest_s > LONGEST_CRITICAL_S:
            fix = "shorten it, or leave them out of it"
            raise UnusableError("life-critical areas are silent for 4h at most", fix)
        return self

    def concerns(self, site: Site) -> bool:
        """Tell whether a site fits every selector written; one of nodes alone concerns none."""
        if not (self.sites or self.states or self.types):
            return False
        return (
            (not self.sites or site.id in self.sites)
            and (not self.states or site.state in self.states)
            and (not self.types or site.type in self.types)
        )

    @property
    def _goes_by_wall_clock(self) -> bool:
        return self.starts is None or self.starts.tzinfo is None

    @property
    def _longest_s(self) -> float:
        if self.every is not None:
            return self.every.lasts
        if self.lasts is not None or self.starts is None or self.ends is None:
            return self.lasts or 0.0
        return (self.ends - self.starts).total_seconds()

    def after(self, at: datetime, zone: ZoneInfo) -> Iterator[Occurrence]:
        """Yield its occurrences that end after an instant, in order, at a site of this zone."""
        clock = ZoneInfo(self.timezone) if self.timezone is not None else zone
        if self.every is not None:
            yield from self.every.after(at, clock)
        elif self.starts is not None:
            starts = instant(self.starts, clock)
            over_s = timedelta(seconds=self.lasts or 0.0)
            ends = instant(self.ends, clock) if self.ends is not None else starts + over_s
            if ends > max(at, starts):
                yield Occurrence(starts, ends)
