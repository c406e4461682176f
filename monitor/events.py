"""What leaves the monitor: frozen pydantic events, `schema: guardia/v1`, times in RFC 3339 UTC."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from config.area import Criticality
from config.component import ComponentKind
from monitor.vocabulary import Call, Cause, Confidence, Fact, Phase, Priority, State, WouldChange
from probes.reading import Battery, Mains, Reason, UnitState

Seconds = Annotated[float, Field(ge=0)]
Ratio = Annotated[float, Field(ge=0)]


class Event(BaseModel):
    """What every event carries."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_timedelta="float", populate_by_name=True
    )

    schema_: Literal["guardia/v1"] = Field("guardia/v1", alias="schema")
    vantage: str
    at: AwareDatetime

    def to_json(self) -> str:
        """Return the wire form: the one every exporter publishes."""
        return self.model_dump_json(by_alias=True)


class Echo(BaseModel):
    """Figures of an ICMP run, seconds and ratios."""

    model_config = ConfigDict(frozen=True)
    sent: int
    received: int
    loss_ratio: Ratio | None
    rtt_min_s: Seconds | None
    rtt_mean_s: Seconds | None
    rtt_max_s: Seconds | None
    jitter_s: Seconds | None


class Http(BaseModel):
    """Figures of an HTTP run; a phase that was not reached is null."""

    model_config = ConfigDict(frozen=True)
    status: int | None
    resolve_s: Seconds | None
    connect_s: Seconds | None
    tls_s: Seconds | None
    processing_s: Seconds | None
    transfer_s: Seconds | None
    body_bytes: int
    certificate_expires_at: AwareDatetime | None


class Power(BaseModel):
    """What a power source last said of itself."""

    model_config = ConfigDict(frozen=True)
    mains: Mains
    unit: str
    state: UnitState
    battery: Battery
    charge_ratio: Ratio | None
    runtime_s: Seconds | None
    on_battery_s: Seconds | None
    load_ratio: Ratio | None
    fuel_ratio: Ratio | None
    alarms: tuple[str, ...]
    measured_at: AwareDatetime


class ProbeEvent(Event):
    """One run of one probe. `component` is the path inside the site, such as `link/cfe`."""

    site: str
    component: str
    probe: str
    kind: Literal["icmp", "tcp", "http", "power"]
    success: bool
    reason: Reason | None
    detail: str
    duration_s: Seconds
    echo: Echo | None = None
    http: Http | None = None
    power: Power | None = None


class StateEvent(Event):
    """A component changed. `since` is when the new state began, as best known.

    `backup` is, of a site, the name of the backup link that serves it while none of its primary
    links answers; empty otherwise.
    """

    site: str
    component: str
    key: str
    kind: ComponentKind
    name: str
    criticality: Criticality
    previous: State
    state: State
    suspect: bool
    since: AwareDatetime
    because: str
    backup: str = ""


class Touched(BaseModel):
    """A component that an incident touches, named for people."""

    model_config = ConfigDict(frozen=True)
    key: str
    kind: ComponentKind
    name: str
    criticality: Criticality
    state: State


class Evidence(BaseModel):
    """One observed fact, with the instant it happened; `subject` names the component."""

    model_config = ConfigDict(frozen=True)
    at: AwareDatetime
    fact: Fact
    subject: str = ""
    figures: dict[str, float | str] = Field({})


class SiteFacts(BaseModel):
    """What a receiver needs to know of the site without looking it up."""

    model_config = ConfigDict(frozen=True)
    id: str
    clues: str = ""
    name: str
    state: str = ""
    municipality: str = ""
    timezone: str = "UTC"
    type: str = ""
    phone: str = ""


class Acknowledgement(BaseModel):
    """Somebody has taken an incident on, until an instant."""

    model_config = ConfigDict(frozen=True)
    by: str
    at: AwareDatetime
    until: AwareDatetime
    note: str = ""


class IncidentEvent(Event):
    """The life of one incident. `revision` counts from 1; `pages` counts what people were told.

    `pages` rises when the incident opens, when it becomes worse in a way that people must hear
    (a higher priority, a further critical area), when it is back after they were told that it is
    over, and with each level of `escalation`: receivers notify when it rises and when the incident
    closes, and otherwise update quietly. `reminders` counts what is said again, and `call` is why
    people were last told. `quiet` says why nobody is called now: `maintenance:` with the ids of
    windows, `closed`, `not_active`; null where nothing keeps people from being called.

    One that has come back `reopened` times flaps: it closes only once it has stayed away for a
    while, `settling_since` when. `troubled_s` sums the swings that have ended.
    `would_change` is what, if it were seen, would change the verdict: the likeliest first.
    """

    id: str
    phase: Phase
    revision: Annotated[int, Field(ge=1)]
    pages: Annotated[int, Field(ge=0)]
    cause: Cause
    confidence: Confidence
    priority: Priority
    root: Touched
    site: SiteFacts
    touched: tuple[Touched, ...]
    evidence: tuple[Evidence, ...]
    would_change: tuple[WouldChange, ...] = ()
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    quiet: str | None = None
    call: Call | None = None
    acknowledged: Acknowledgement | None = None
    escalation: Annotated[int, Field(ge=0)] = 0
    reminders: Annotated[int, Field(ge=0)] = 0
    reopened: Annotated[int, Field(ge=0)] = 0
    settling_since: AwareDatetime | None = None
    troubled_s: Seconds = 0.0

    @property
    def critical_areas(self) -> tuple[Touched, ...]:
        """Return the life-critical areas it touches, in site-list order."""
        return tuple(
            part
            for part in self.touched
            if part.kind is ComponentKind.AREA and part.criticality is Criticality.LIFE
        )


AnyEvent = StateEvent | IncidentEvent
"""What every exporter is offered. A `ProbeEvent` is made where one is wanted (`ports.ProbeRun`)."""
