"""A clinic or hospital with its links, power, areas and services."""

from collections import Counter
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from config.area import Area, AreaKind
from config.dates import Date
from config.fault import MismatchError, UnusableError
from config.hours import Hours
from config.model import Model, Number, Slug, Text
from config.probe import AnyProbe, PowerSettings
from config.state import STATES, state_code

ZONES = frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in ZONES:
        close = get_close_matches(name[:64], ZONES, n=1)
        fix = f"did you mean `{close[0]}`?" if close else "write such as `America/Tijuana`"
        raise UnusableError("not an IANA time zone", fix)
    return name


def _state(written: object) -> object:
    is_number = isinstance(written, int) and not isinstance(written, bool)
    if not is_number and not isinstance(written, str):
        return written
    code = state_code(str(written)[:64])
    if code is None:
        fix = "write its two CLUES letters (BC), INEGI number (02) or name"
        raise UnusableError("this is no Mexican state", fix)
    return code


def _clues(text: str) -> str:
    if text[:2] not in STATES:
        fix = f"write one of {', '.join(STATES)}"
        raise UnusableError(f"no state has the CLUES letters {text[:2]}", fix)
    return text


def _listed(written: object) -> object:
    return (written,) if isinstance(written, str) else written


CLUES_PATTERN = r"^[A-Z]{2}[A-Z]{3}[0-9]{6}$"

Clues = Annotated[str, StringConstraints(pattern=CLUES_PATTERN), AfterValidator(_clues)]
"""Clave Única de Establecimientos de Salud: state (2), institution (3), number (6 digits)."""
Zone = Annotated[str, AfterValidator(_zone)]
State = Annotated[str, BeforeValidator(_state)]
Nodes = Annotated[tuple[Slug, ...], BeforeValidator(_listed)]
"""Ids of nodes; one alone need not be a list."""
Latitude = Annotated[Number, Field(ge=-90, le=90)]
Longitude = Annotated[Number, Field(ge=-180, le=180)]


class Medium(StrEnum):
    """What carries a link; it sets how patient the judge is with bursts of loss."""

    FIBER = "fiber"
    COPPER = "copper"
    MICROWAVE = "microwave"
    LTE = "lte"
    SATELLITE = "satellite"


class SiteType(StrEnum):
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    MOBILE = "mobile"
    OFFICE = "office"


class SiteStatus(StrEnum):
    """`planned` sites are probed and page nobody; `retired` ones are not probed."""

    PLANNED = "planned"
    ACTIVE = "active"
    RETIRED = "retired"


class PowerKind(StrEnum):
    UTILITY = "utility"
    UPS = "ups"
    GENERATOR = "generator"
    ATS = "ats"
    ISOLATION = "isolation"


class NodeKind(StrEnum):
    POP = "pop"
    RING = "ring"
    CORE = "core"
    FEEDER = "feeder"
    OTHER = "other"


POWER_KINDS = frozenset(kind.value for kind in PowerKind)


class Link(Model):
    """One path from a site to the Internet."""

    id: Slug
    name: Text | None = None
    provider: Text | None = None
    node: Nodes = Field((), max_length=8, description="What it hangs on; one or more.")
    medium: Medium = Medium.FIBER
    role: Literal["primary", "backup"] = "primary"
    probes: tuple[AnyProbe, ...] = Field((), max_length=16)


class PowerSource(Model):
    """Utility mains, a UPS, a generator, a transfer switch or an isolation panel."""

    id: Slug
    name: Text | None = None
    kind: PowerKind
    feeds: tuple[Slug, ...] = Field((), description="Areas; none named means the whole site.")
    source: AnyProbe | None = None

    @property
    def called(self) -> str:
        """Return what people call it; its id where it has no name."""
        return self.name or self.id

    @model_validator(mode="before")
    @classmethod
    def _kind_and_unit_follow_the_id(cls, written: object) -> object:
        """Let `id: ups` be its kind, and `id: ups-uci` the unit it is in the power document."""
        if not isinstance(written, dict) or not isinstance(written.get("id"), str):
            return written
        known = dict(written)
        if "kind" not in known and known["id"] in POWER_KINDS:
            known["kind"] = known["id"]
        source = known.get("source")
        if isinstance(source, dict) and source.get("kind") == "power" and "unit" not in source:
            known["source"] = {**source, "unit": known["id"]}
        if isinstance(source, PowerSettings) and source.unit is None:
            known["source"] = source.model_copy(update={"unit": known["id"]})
        return known


class Service(Model):
    """A digital service used at the site, such as the clinical record (expediente)."""

    id: Slug
    name: Text | None = None
    probes: tuple[AnyProbe, ...] = Field((), max_length=16)


class Site(Model):
    """A clinic or hospital. `id` is its key everywhere; `clues` its key in the registry.

    `state` follows from `clues`, and `timezone` from `state`, unless they are written.
    """

    id: Slug
    clues: Clues | None = None
    name: Text
    state: State | None = None
    municipality: Text | None = None
    locality: Text | None = None
    location: tuple[Latitude, Longitude] | None = None
    timezone: Zone = "America/Mexico_City"
    type: SiteType = SiteType.CLINIC
    level: Literal[1, 2, 3] | None = None
    institution: Text | None = None
    hours: Hours | None = Field(None, description="Default: those of the type of the site.")
    status: SiteStatus | None = None
    active_from: Date | None = Field(None, description="The first day on which it pages.")
    retired_from: Date | None = Field(None, description="The first day without probes.")
    phone: Text | None = None
    feeder: Slug | None = Field(None, description="The node that brings it electric power.")
    links: tuple[Link, ...] = ()
    power: tuple[PowerSource, ...] = ()
    areas: tuple[Area, ...] = ()
    services: tuple[Service, ...] = ()

    @property
    def federal_state(self) -> str:
        """Return the name of the state that it is in; empty where none is given."""
        return STATES[self.state].name if self.state else ""

    @property
    def has_telemedicine(self) -> bool:
        """Tell whether it names telemedicine: an area of that kind, or a service of that id."""
        by_area = any(area.kind is AreaKind.TELEMEDICINA for area in self.areas)
        return by_area or any(service.id == "telemedicina" for service in self.services)

    @model_validator(mode="before")
    @classmethod
    def _state_and_zone_follow(cls, written: object) -> object:
        if not isinstance(written, dict):
            return written
        known = dict(written)
        clues = known.get("clues")
        if known.get("state") is None and isinstance(clues, str) and clues[:2] in STATES:
            known["state"] = clues[:2]
        state = known.get("state")
        code = state_code(str(state)[:64]) if isinstance(state, str | int) else None
        if "timezone" not in known and code is not None:
            known["timezone"] = STATES[code].zone
        return known

    @model_validator(mode="after")
    def _life_goes_forward(self) -> Self:
        if self.active_from and self.retired_from and self.retired_from <= self.active_from:
            raise UnusableError("a site retires after it was active", "correct one of the two days")
        if self.status is SiteStatus.ACTIVE and self.active_from is not None:
            fix = "leave out `status`, or write `planned`"
            raise UnusableError("`status: active` and `active_from` say two things", fix)
        return self

    @model_validator(mode="after")
    def _ids_are_unique_and_known(self) -> Self:
        for plural in ("links", "power", "areas", "services"):
            ids = [part.id for part in getattr(self, plural)]
            repeated = next((name for name, count in Counter(ids).items() if count > 1), None)
            if repeated is not None:
                raise MismatchError(f"`{repeated}` is the id of two {plural}", "make ids differ")
        areas = {area.id for area in self.areas}
        for source in self.power:
            unknown = next((fed for fed in source.feeds if fed not in areas), None)
            if unknown is not None:
                fix = "name an area of this site"
                raise MismatchError(f"power `{source.id}` feeds `{unknown}`, no area here", fix)
        return self


class Node(Model):
    """What sites share upstream: a CFE point of presence, a ring, a state core, a feeder.

    A `feeder` brings electric power, and is named by sites; all others carry links.
    """

    id: Slug
    name: Text | None = None
    kind: NodeKind = NodeKind.POP
    parent: Nodes = Field((), max_length=8, description="What it hangs on itself.")
    probes: tuple[AnyProbe, ...] = Field((), max_length=16)
