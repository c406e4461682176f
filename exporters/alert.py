"""One Alertmanager alert: the labels that are its identity, and what we remember of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypedDict

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from exporters.plain import clean
from monitor.events import IncidentEvent, Touched
from monitor.vocabulary import Cause, Priority

ALERT_NAMES: Mapping[Cause, str] = {
    Cause.POWER: "GuardiaPowerLost",
    Cause.GENERATOR_FAILED_TO_START: "GuardiaGeneratorFailed",
    Cause.UPS_ON_BATTERY: "GuardiaUpsOnBattery",
    Cause.ISOLATION_FAULT: "GuardiaIsolationFault",
    Cause.LINK: "GuardiaLinkDown",
    Cause.AREA_NETWORK: "GuardiaAreaUnreachable",
    Cause.SERVICE: "GuardiaServiceDown",
    Cause.NODE: "GuardiaNodeDown",
    Cause.NODE_MANAGEMENT: "GuardiaNodeManagement",
    Cause.ICMP_FILTERED: "GuardiaIcmpFiltered",
    Cause.MONITOR_BLIND: "GuardiaMonitorBlind",
    Cause.UNDETERMINED: "GuardiaUndetermined",
}
SEVERITIES: Mapping[Priority, str] = {
    Priority.P1: "critical",
    Priority.P2: "critical",
    Priority.P3: "warning",
    Priority.P4: "info",
}
MOST_AREAS = 16

Labels = dict[str, str]


class PostableAlert(TypedDict):
    """As in the schema of `POST /api/v2/alerts`."""

    labels: Labels
    annotations: dict[str, str]
    startsAt: str
    endsAt: str


class Retired(BaseModel):
    """A label set that a worse one has replaced, to be told as resolved for a while."""

    model_config = ConfigDict(frozen=True)
    labels: Labels
    ended_at: AwareDatetime


class Raised(BaseModel):
    """What a member of Alertmanager was told of one incident: the memo of its delivery.

    The labels are those of the revision that raised `pages` or `reminders` last. Only such a rise
    changes them, because new labels are a new alert, and a new alert is heard anew.
    """

    model_config = ConfigDict(frozen=True)
    labels: Labels
    pages: int
    retired: tuple[Retired, ...] = ()
    fired_at: AwareDatetime | None = None
    fired_late: bool = False
    resolved_at: AwareDatetime | None = None
    reminders: int = 0

    def says_all(self, event: IncidentEvent) -> bool:
        """Tell whether all that people were called for is in it."""
        return event.pages <= self.pages and event.reminders <= self.reminders

    def to_memo(self) -> str:
        return self.model_dump_json(exclude_defaults=True)


@lru_cache(maxsize=8192)
def read_memo(memo: str) -> Raised | None:
    """Return what a memo remembers; None for an empty or unreadable one."""
    try:
        return Raised.model_validate_json(memo) if memo else None
    except ValidationError:
        return None


def raise_alert(event: IncidentEvent, before: Raised | None, at: datetime) -> Raised:
    """Freeze the labels of a page, retiring those under which the incident was raised before."""
    labels = labels_of(event)
    if before is None:
        return Raised(labels=labels, pages=event.pages, reminders=event.reminders)
    retired = (*before.retired, Retired(labels=before.labels, ended_at=at))
    return Raised(
        labels=labels,
        pages=event.pages,
        reminders=event.reminders,
        retired=tuple(old for old in retired if old.labels != labels),
    )


def labels_of(event: IncidentEvent) -> Labels:
    """Return the identity of an alert: words that a route can match, none that is empty.

    `component` is the root inside its site, such as `service/citas`: without it two services
    of one site that fail would be one alert.
    """
    labels = {
        "alertname": ALERT_NAMES[event.cause],
        "site": event.site.id,
        "clues": event.site.clues,
        "state": event.site.state,
        "area": area_label(event),
        "component": event.root.key.removeprefix(f"{event.site.id}/"),
        "cause": event.cause.value,
        "priority": event.priority.value,
        "severity": SEVERITIES[event.priority],
        "escalation": str(event.escalation or ""),
        "reminder": str(event.reminders or ""),
        "vantage": event.vantage,
    }
    cleaned = {name: clean(value, 400) for name, value in labels.items()}
    return {name: value for name, value in cleaned.items() if value}


def area_label(event: IncidentEvent) -> str:
    """Return the ids of the life-critical areas it touches, `uci,urgencias`, at most 16.

    An area of another site than the incident's keeps that site's id: `hg-tijuana/uci`.
    """
    names = sorted({_area_name(area, event.site.id) for area in event.critical_areas})
    rest = len(names) - MOST_AREAS
    return ",".join(names[:MOST_AREAS]) + (f",+{rest}" if rest > 0 else "")


def _area_name(area: Touched, site: str) -> str:
    own_site, _, path = area.key.partition("/")
    own_id = path.removeprefix("area/")
    return own_id if own_site == site else f"{own_site}/{own_id}"


def identity(labels: Labels) -> frozenset[tuple[str, str]]:
    """Return what Alertmanager tells alerts apart by: the whole label set."""
    return frozenset(labels.items())


def firing(
    labels: Labels, annotations: dict[str, str], opened_at: datetime, now: datetime, ends_s: float
) -> PostableAlert:
    """Return an alert that stands until `ends_s` from now, unless it is sent again."""
    starts_at = min(opened_at, now)
    ends_at = now + timedelta(seconds=ends_s)
    return _postable(labels, annotations, starts_at, ends_at)


def resolved(
    labels: Labels, annotations: dict[str, str], opened_at: datetime, ended_at: datetime
) -> PostableAlert:
    """Return an alert that is over. Alertmanager refuses an end before its start."""
    return _postable(labels, annotations, min(opened_at, ended_at), ended_at)


def _postable(
    labels: Labels, annotations: dict[str, str], starts_at: datetime, ends_at: datetime
) -> PostableAlert:
    return PostableAlert(
        labels=labels,
        annotations=annotations,
        startsAt=_rfc3339(starts_at),
        endsAt=_rfc3339(ends_at),
    )


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
