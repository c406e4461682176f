"""One raw answer: what came back, or why nothing usable did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probes.echo_figures import EchoFigures


class Reason(StrEnum):
    """Why a run failed. API: metrics, MQTT and the documentation carry these words."""

    # the network between us
    NO_REPLY = "no_reply"
    UNREACHABLE = "unreachable"
    RESOLVE_FAILED = "resolve_failed"
    REFUSED = "refused"
    RESET = "reset"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS_TIMEOUT = "tls_timeout"
    FIRST_BYTE_TIMEOUT = "first_byte_timeout"
    BODY_TIMEOUT = "body_timeout"
    # what answered, answered wrongly
    TLS_FAILED = "tls_failed"
    CERTIFICATE_EXPIRING = "certificate_expiring"
    BAD_HTTP = "bad_http"
    STATUS = "status"
    REDIRECT = "redirect"
    HEADER = "header"
    BODY = "body"
    BODY_TOO_LARGE = "body_too_large"
    # a power document that cannot be believed
    NOT_JSON = "not_json"
    BAD_DOCUMENT = "bad_document"
    UNKNOWN_UNIT = "unknown_unit"
    STALE = "stale"
    FROM_THE_FUTURE = "from_the_future"
    IMPLAUSIBLE = "implausible"
    # ourselves: blindness, never evidence against a clinic
    NO_PERMISSION = "no_permission"
    NO_SOCKET = "no_socket"
    SEND_FAILED = "send_failed"
    RESOLVER_UNAVAILABLE = "resolver_unavailable"
    STALLED = "stalled"
    BLIND = "blind"
    INTERNAL_ERROR = "internal_error"

    @property
    def is_blindness(self) -> bool:
        """Tell whether it speaks of us and says nothing about the target."""
        return self in _BLINDNESS


_BLINDNESS = frozenset(
    {
        Reason.NO_PERMISSION,
        Reason.NO_SOCKET,
        Reason.SEND_FAILED,
        Reason.RESOLVER_UNAVAILABLE,
        Reason.STALLED,
        Reason.BLIND,
        Reason.INTERNAL_ERROR,
    }
)


@dataclass(slots=True)
class HttpFigures:
    """Of one HTTP run. A phase that was not reached is None."""

    status: int | None = None
    resolve_s: float | None = None
    connect_s: float | None = None
    tls_s: float | None = None
    processing_s: float | None = None
    transfer_s: float | None = None
    body_bytes: int = 0
    redirects: int = 0
    tls_version: str | None = None
    certificate_expires_at: datetime | None = None


class Mains(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN = "unknown"


class UnitState(StrEnum):
    """UPS, generator, transfer switch and isolation panel states of docs/power-endpoint.md."""

    ONLINE = "online"
    ON_BATTERY = "on_battery"
    BYPASS = "bypass"
    OFF = "off"
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    COOLDOWN = "cooldown"
    NORMAL = "normal"
    EMERGENCY = "emergency"
    OPEN = "open"
    ALARM = "alarm"
    FAULT = "fault"
    UNKNOWN = "unknown"


class Battery(StrEnum):
    NORMAL = "normal"
    LOW = "low"
    DEPLETED = "depleted"
    REPLACE = "replace"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class PowerFigures:
    """One unit of a power-status document, and what the document says of the mains.

    Nobody changes it, as with a Reading.
    """

    mains: Mains
    measured_at: datetime
    age_s: float
    unit: str = ""
    state: UnitState = UnitState.UNKNOWN
    battery: Battery = Battery.UNKNOWN
    charge_ratio: float | None = None
    runtime_s: float | None = None
    on_battery_s: float | None = None
    load_ratio: float | None = None
    fuel_ratio: float | None = None
    alarms: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What one run of one probe brought back. Nobody changes it; `frozen` would cost 1 µs each.

    `reason` is None exactly when the run succeeded; `detail` is for people and may quote,
    briefly and made safe, what the far side said.

    Raises:
        ValueError: a failure without a reason, or a success with one.

    """

    success: bool
    duration_s: float
    reason: Reason | None = None
    detail: str = ""
    address: str = ""
    echo: EchoFigures | None = None
    http: HttpFigures | None = None
    power: PowerFigures | None = None

    def __post_init__(self) -> None:
        if self.success == (self.reason is not None):
            raise ValueError("a failed reading has a reason, and only a failed one")

    @classmethod
    def failed(cls, reason: Reason, detail: str, duration_s: float = 0.0) -> "Reading":
        return cls(False, duration_s, reason, detail)
