"""What can be done to the fleet: one model per action, told apart by `do`."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from simulator.impairment import Impairment
from simulator.model import Address, Duration, Model, Ratio, Slug, Span
from simulator.reach import Reach

Broken = Literal[Reach.DOWN, Reach.UNREACHABLE, Reach.REFUSE]
_WHOLE = ("site", "node", "address", "vantage")
_PARTS = ("link", "area", "service")


class Stretch(Model):
    """Which stretch of the way. Exactly one of `site` (alone, or with one of `link`, `area` and
    `service`), `node`, `address` and `vantage` (our own access: everything goes).
    """

    site: Slug | None = None
    link: Slug | None = None
    area: Slug | None = None
    service: Slug | None = None
    node: Slug | None = None
    address: Address | None = None
    vantage: Literal[True] | None = None

    @model_validator(mode="after")
    def _names_one_stretch(self) -> Self:
        if sum(getattr(self, name) is not None for name in _WHOLE) != 1:
            raise ValueError("name exactly one of site, node, address and vantage")
        parts = sum(getattr(self, name) is not None for name in _PARTS)
        if parts > 1 or (parts and self.site is None):
            raise ValueError("at most one of link, area and service, and only with a site")
        return self


class Cut(Stretch):
    """Break it. `down` drops in silence, `unreachable` says so by ICMP, `refuse` still answers
    ping but resets TCP.
    """

    do: Literal["cut"]
    state: Broken = Reach.DOWN


class Restore(Stretch):
    """Undo a cut or a flap, and nothing else: what has no power stays dark."""

    do: Literal["restore"]


class Flap(Stretch):
    """Cut and restore, `count` times: down for `duty` of each `period`, first down at once."""

    do: Literal["flap"]
    period: Span
    duty: float = Field(0.5, gt=0, lt=1)
    count: int = Field(5, ge=1, le=10_000)
    state: Broken = Reach.DOWN


class Impair(Stretch):
    """Replace the impairment of a stretch; without figures, clear it."""

    do: Literal["impair"]
    impairment: Impairment = Impairment()


class FilterIcmp(Stretch):
    """Drop echo requests there while TCP passes, or stop doing so."""

    do: Literal["icmp"]
    filtered: bool


class _OfSite(Model):
    site: Slug


class Mains(Model):
    """Take the mains from a site, or from all sites of a feeder, or give them back."""

    do: Literal["mains"]
    site: Slug | None = None
    feeder: Slug | None = None
    present: bool

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.site is None) == (self.feeder is None):
            raise ValueError("name exactly one of site and feeder")
        return self


class SetGenerator(_OfSite):
    """Break or repair the generator."""

    do: Literal["generator"]
    fails: bool


class SetUps(_OfSite):
    """Set the charge or the load of one UPS."""

    do: Literal["ups"]
    unit: Slug
    charge: Ratio | None = None
    load: Annotated[float, Field(gt=0, le=2)] | None = None


class SetIsolation(_OfSite):
    """Set the hazard current that an isolation panel sees."""

    do: Literal["isolation"]
    unit: Slug
    hazard_milliamps: float = Field(ge=0, le=100)


class SetService(_OfSite):
    """Set what a service answers with; what is not named stays."""

    do: Literal["service"]
    service: Slug
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    latency: Duration | None = None


class SetTelemetry(_OfSite):
    """Set how the power documents of a site are served.

    `frozen` repeats the last one with its old time, `future` dates them an hour ahead,
    `garbage` is HTML with status 200, `error` is status 503, `live` is the truth.
    """

    do: Literal["telemetry"]
    mode: Literal["live", "frozen", "future", "garbage", "error"]


Action = Annotated[
    Cut | Restore | Flap | Impair | FilterIcmp
    | Mains | SetGenerator | SetUps | SetIsolation | SetService | SetTelemetry,
    Field(discriminator="do"),
]  # fmt: skip
ACTION: TypeAdapter[Action] = TypeAdapter(Action)


class TimelineEntry(Model):
    """An action and when it happens, counted from the start of the timeline."""

    at: Duration
    action: Action

    @model_validator(mode="before")
    @classmethod
    def _lift_action(cls, written: object) -> object:
        if not isinstance(written, dict) or "action" in written:
            return written
        action = {key: value for key, value in written.items() if key != "at"}
        return {key: value for key, value in written.items() if key == "at"} | {"action": action}
