"""The power-status document, version 1: what a UPS, generator or transfer switch says of itself.

docs/power-endpoint.md explains it to whoever writes the other end. Strict: a text is no
number, a key that nobody knows is refused unless it begins with `x-`, and so is whatever is out
of range. The JSON Schema in docs/schema is made from these models.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.config import JsonDict

from probes.failure import Failure
from probes.quotation import quote
from probes.reading import Reason

SCHEMA = "power-status/1"
TIME_PATTERN = (
    r"^(19[7-9][0-9]|20[0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_EXTENSIONS: JsonDict = {"patternProperties": {"^x-": True}}


_TIME = re.compile(TIME_PATTERN.rstrip("$"))


def read_time(written: object) -> datetime:
    """Return the time in UTC.

    Raises:
        ValueError: it is no text, or not as RFC 3339 has it, or in another century

    """
    if not isinstance(written, str) or not _TIME.fullmatch(written):
        raise ValueError("write the time as RFC 3339 has it, such as 2026-11-21T09:00:00Z")
    return datetime.fromisoformat(written).astimezone(UTC)


def _whole(number: object) -> object:
    """Take 3.0 for 3: JSON knows no difference."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Time = Annotated[
    datetime,
    BeforeValidator(read_time),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": TIME_PATTERN}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]
Ratio = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=31_536_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(_whole)]


_NOBODY_ASKS: set[str] = set()


class Part(BaseModel):
    """Any object of the document."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        json_schema_extra=_EXTENSIONS,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_extensions(cls, written: Any) -> Any:  # noqa: ANN401
        if not isinstance(written, dict):
            return written
        extensions = [key for key in written if key.startswith("x-")]
        if not extensions:
            return written
        return {key: value for key, value in written.items() if key not in extensions}

    @model_validator(mode="after")
    def _forget_which_keys_were_written(self) -> Self:
        """Share one note of that: nobody asks, and 0.7 KB of each part of each site add up."""
        object.__setattr__(self, "__pydantic_fields_set__", _NOBODY_ASKS)
        return self


Alarms = Annotated[
    tuple[Name, ...], Field(strict=False, max_length=32, description="As the device words them.")
]


class Ups(Part):
    """An uninterruptible power supply."""

    id: Name
    state: Literal["online", "on_battery", "bypass", "off", "fault", "unknown"]
    battery: Literal["normal", "low", "depleted", "replace", "unknown"] = "unknown"
    charge_ratio: Ratio | None = None
    runtime_seconds: Seconds | None = Field(None, description="Left at the present load.")
    on_battery_seconds: Seconds | None = Field(None, description="0 or null when not on battery.")
    load_ratio: Annotated[float, Field(ge=0, le=2)] | None = None
    input_volts: Annotated[float, Field(ge=0, le=1000)] | None = None
    alarms: Alarms = ()


class Generator(Part):
    """An engine that makes electricity (planta de emergencia)."""

    id: Name
    state: Literal["stopped", "starting", "running", "cooldown", "fault", "unknown"]
    mode: Literal["auto", "manual", "off", "test", "unknown"] = "unknown"
    fuel_ratio: Ratio | None = None
    start_battery_volts: Annotated[float, Field(ge=0, le=60)] | None = None
    last_test_at: Time | None = None
    alarms: Alarms = ()


class Ats(Part):
    """An automatic transfer switch (transferencia)."""

    id: Name
    position: Literal["normal", "emergency", "open", "bypass", "unknown"]
    transfer_seconds: Annotated[float, Field(ge=0, le=3600)] | None = None
    transfers_total: Count | None = None
    alarms: Alarms = ()


class Isolation(Part):
    """An isolated power panel with its line isolation monitor (tablero de aislamiento)."""

    id: Name
    alarm: bool | None
    hazard_milliamps: Annotated[float, Field(ge=0, le=100)] | None = None
    alarms: Alarms = ()


Unit: TypeAlias = Ups | Generator | Ats | Isolation


class PowerDocument(Part):
    """The power of one site, or of one of its areas, at one instant."""

    model_config = ConfigDict(
        title="Power status of one site or area",
        json_schema_extra=_EXTENSIONS
        | {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "urn:guardia:power-status:1",
        },
    )

    schema_id: Literal["power-status/1"] = Field(alias="schema")
    observed_at: Time = Field(description="When the devices were read, not when this was sent.")
    mains: Literal["present", "absent", "out_of_range", "unknown"]
    site: Name | None = Field(None, description="CLUES, or any name of the site.")
    area: Name | None = None
    branch: Literal["life_safety", "critical", "equipment", "normal", "unknown"] = "unknown"
    load_source: Literal["mains", "ups_battery", "generator", "bypass", "none", "unknown"] = (
        "unknown"
    )
    ups: Annotated[tuple[Ups, ...], Field(strict=False, max_length=32)] = ()
    generators: Annotated[tuple[Generator, ...], Field(strict=False, max_length=8)] = ()
    ats: Annotated[tuple[Ats, ...], Field(strict=False, max_length=16)] = ()
    isolation: Annotated[tuple[Isolation, ...], Field(strict=False, max_length=64)] = ()
    alarms: Alarms = ()

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        for kind in ("ups", "generators", "ats", "isolation"):
            units = getattr(self, kind)
            if len(units) < 2:
                continue
            ids = [unit.id for unit in units]
            repeated = next((one for one in ids if ids.count(one) > 1), None)
            if repeated is not None:
                raise ValueError(f"two of `{kind}` have the id {quote(repeated)}")
        return self

    @property
    def units(self) -> tuple[Unit, ...]:
        """Return all devices, in the order of their kinds."""
        return (*self.ups, *self.generators, *self.ats, *self.isolation)


def read_document(value: object) -> PowerDocument:
    """Return the document.

    Raises:
        Failure: BAD_DOCUMENT, with the first place that is wrong, such as
            `ups[0].charge_ratio: ...`

    """
    try:
        return PowerDocument.model_validate(value)
    except ValidationError as error:
        first, *others = error.errors(include_url=False, include_input=False)
        more = f" (and {len(others)} more)" if others else ""
        said = f"{_place(first['loc'])}: {_fault(first['type'], first['msg'])}{more}"
        raise Failure(Reason.BAD_DOCUMENT, said) from error


def power_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document."""
    return PowerDocument.model_json_schema(by_alias=True)


def _place(loc: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{quote(step, 40)}" for step in loc)
    return "".join(steps).removeprefix(".") or "the document"


def _fault(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key (extensions begin with x-)"
    if kind == "missing":
        return "missing"
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:]
