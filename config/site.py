"""A clinic or hospital with its links, power, areas and services."""

from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from config.area import Area
from config.model import Model, Slug, Text
from config.probe import AnyProbe
from config.state import STATES, state_code

ZONES = frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in ZONES:
        raise ValueError("not an IANA time zone, such as America/Mexico_City or America/Tijuana")
    return name


def _state(written: str) -> str:
    code = state_code(written)
    if code is None:
        raise ValueError(
            "not a Mexican state: write its two CLUES letters (BC), INEGI number (02) or name"
        )
    return code


def _clues(text: str) -> str:
    if text[:2] not in STATES:
        raise ValueError(f"no state has the CLUES letters {text[:2]}")
    return text


Clues = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}[A-Z]{3}\d{6}$"), AfterValidator(_clues)
]
"""Clave Única de Establecimientos de Salud: state (2), institution (3), number (6 digits)."""
Zone = Annotated[str, AfterValidator(_zone)]
State = Annotated[str, AfterValidator(_state)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


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


class PowerKind(StrEnum):
    UTILITY = "utility"
    UPS = "ups"
    GENERATOR = "generator"
    ATS = "ats"
    ISOLATION = "isolation"


class Link(Model):
    """One path from a site to the Internet."""

    id: Slug
    name: Text | None = None
    provider: Text | None = None
    node: Slug | None = None
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


class Service(Model):
    """A digital service used at the site, such as the clinical record (expediente)."""

    id: Slug
    name: Text | None = None
    probes: tuple[AnyProbe, ...] = Field((), max_length=16)


class Site(Model):
    """A clinic or hospital. `id` is its key everywhere; `clues` its key in the registry."""

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
    hours: Literal["24x7", "weekdays", "weekends"] | None = None
    phone: Text | None = None
    links: tuple[Link, ...] = ()
    power: tuple[PowerSource, ...] = ()
    areas: tuple[Area, ...] = ()
    services: tuple[Service, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique_and_known(self) -> Self:
        for plural in ("links", "power", "areas", "services"):
            ids = [part.id for part in getattr(self, plural)]
            repeated = next((part_id for part_id in ids if ids.count(part_id) > 1), None)
            if repeated is not None:
                raise ValueError(f"`{repeated}` is the id of two {plural}; ids must differ")
        areas = {area.id for area in self.areas}
        for source in self.power:
            unknown = next((fed for fed in source.feeds if fed not in areas), None)
            if unknown is not None:
                raise ValueError(f"power `{source.id}` feeds `{unknown}`, which is no area here")
        return self


class Node(Model):
    """What sites share upstream: a CFE point of presence, a ring, a state core, a feeder."""

    id: Slug
    name: Text | None = None
    kind: Literal["pop", "ring", "core", "feeder", "other"] = "pop"
    parent: Slug | None = None
    probes: tuple[AnyProbe, ...] = Field((), max_length=16)
