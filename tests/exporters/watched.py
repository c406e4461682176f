"""A small fleet, and events about it, for the tests of exporters."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from config.area import Criticality
from config.component import Component, ComponentKind, Probe
from config.fleet import Fleet
from config.probe import AnyProbe, HttpSettings, IcmpSettings, PowerSettings
from config.settings import JudgementClass, Settings
from config.site import Node, Site
from monitor.events import IncidentEvent, StateEvent
from monitor.orders import (
    Acknowledge,
    AddWindow,
    AuditEntry,
    EndWindow,
    LetGo,
    Origin,
    Refusal,
    WindowView,
)
from monitor.past import Found, SitePast, Wanted
from monitor.past_incident import PastIncident
from monitor.ports import Health, ProbeRun
from monitor.vocabulary import State
from probes.echo_figures import EchoFigures
from probes.reading import (
    Battery,
    HttpFigures,
    Mains,
    PowerFigures,
    Reading,
    Reason,
    UnitState,
)  # fmt: skip

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

USUAL: dict[str, Any] = {
    "id": "cs-maneadero",
    "clues": "BCIMB000034",
    "name": "Centro de Salud Maneadero",
    "state": "BC",
    "municipality": "Ensenada",
    "location": (31.72, -116.57),
    "timezone": "America/Tijuana",
    "links": [
        {
            "id": "cfe",
            "probes": [
                {"kind": "icmp", "target": "127.64.0.1"},
                {"kind": "http", "url": "http://127.64.0.1/health"},
            ],
        }
    ],
    "power": [
        {
            "id": "ups-1",
            "kind": "ups",
            "source": {"kind": "power", "url": "http://127.64.0.1/power"},
        }
    ],
}
"""A site of the usual shape: one link with icmp and http, one UPS."""

HOSPITAL: dict[str, Any] = {
    "id": "hg-ensenada",
    "clues": "BCIMB000010",
    "name": "Hospital General de Ensenada",
    "state": "BC",
    "municipality": "Ensenada",
    "type": "hospital",
    "links": [
        {
            "id": "cfe",
            "probes": [{"kind": "http", "url": "https://he.example.mx/", "max_redirects": 1}],
        }
    ],
    "power": [
        {
            "id": kind,
            "kind": kind,
            "source": {"kind": "power", "url": f"http://127.64.0.2/{kind}"},
        }
        for kind in ("utility", "generator", "ats", "isolation")
    ],
    "areas": [
        {"id": "uci", "probes": [{"kind": "icmp", "target": "127.64.0.10"}]},
        {"id": "farmacia", "probes": [{"kind": "tcp", "target": "127.64.0.11:443"}]},
    ],
    "services": [{"id": "expediente"}],
}


def fleet(*sites: dict[str, Any], **settings: Any) -> Fleet:  # noqa: ANN401
    """Return a fleet; without sites, of the usual clinic, the hospital and one node."""
    written: dict[str, Any] = {"include": ["sites/*.yaml"], "vantage": "noc-1", **settings}
    return Fleet(
        settings=Settings.model_validate(written),
        sites=tuple(map(Site.model_validate, sites or (USUAL, HOSPITAL))),
        nodes=(Node.model_validate({"id": "cfe-tij-1"}),),
    )


class FixedRegistry:
    """The daemon's present view, as a test lays it down."""

    def __init__(
        self,
        watched: Fleet,
        states: Iterable[StateEvent] = (),
        incidents: Iterable[IncidentEvent] = (),
    ) -> None:
        self.watched = watched
        self.known = list(states)
        self.told = list(incidents)

    def fleet(self) -> Fleet:
        return self.watched

    def states(self) -> Iterable[StateEvent]:
        return iter(self.known)

    def incidents(self) -> Sequence[IncidentEvent]:
        return self.told


class FixedDesk:
    """Takes orders, remembers them, and answers as a test wants."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, object, Origin]] = []
        self.incident: IncidentEvent | Refusal = Refusal("unknown", ("there is no incident",))
        self.window: WindowView | Refusal = Refusal("unknown", ("there is no window",))
        self.known: list[WindowView] = []
        self.entries: list[AuditEntry] = []

    async def acknowledge(
        self, incident: str, order: Acknowledge, origin: Origin
    ) -> IncidentEvent | Refusal:
        self.orders.append((incident, order, origin))
        return self.incident

    async def let_go(self, incident: str, order: LetGo, origin: Origin) -> IncidentEvent | Refusal:
        self.orders.append((incident, order, origin))
        return self.incident

    async def add_window(self, order: AddWindow, origin: Origin) -> WindowView | Refusal:
        self.orders.append(("", order, origin))
        return self.window

    async def end_window(
        self, window: str, order: EndWindow, origin: Origin
    ) -> WindowView | Refusal:
        self.orders.append((window, order, origin))
        return self.window

    def windows(self) -> Sequence[WindowView]:
        return self.known

    def audit(self, most: int) -> Sequence[AuditEntry]:
        return self.entries[:most]


class FixedPast:
    """Tells what was as a test lays it down; None is a journal that cannot be read."""

    def __init__(self) -> None:
        self.sites: dict[str, SitePast] | None = {}
        self.over: list[PastIncident] | None = []
        self.asked: list[Wanted] = []

    async def of_site(self, site: str) -> SitePast | None:
        return None if self.sites is None else self.sites.get(site)

    async def count(self, wanted: Wanted) -> int | None:
        self.asked.append(wanted)
        return None if self.over is None else len(self._fitting(wanted, self.over))

    async def incidents(self, wanted: Wanted, first: int, most: int) -> Found | None:
        if self.over is None:
            return None
        found = self._fitting(wanted, self.over)[first : first + most]
        return Found(tuple(found), found[-1].id if found else "")

    async def incident(self, number: str) -> PastIncident | None:
        return next((one for one in self.over or () if one.id == number), None)

    def _fitting(self, wanted: Wanted, over: list[PastIncident]) -> list[PastIncident]:
        found = [one for one in over if one.id not in wanted.without]
        found = [one for one in found if not wanted.before or one.id < wanted.before]
        return sorted(found, key=lambda one: one.id, reverse=True)


class FixedPress:
    """Prints what a test lays down, and keeps what it was asked; None is a busy one."""

    def __init__(self) -> None:
        self.paper: bytes | str | None = b"paper"
        self.words: Sequence[str] = ()

    async def printed(self, words: Sequence[str]) -> BinaryIO | str | None:
        self.words = words
        return io.BytesIO(self.paper) if isinstance(self.paper, bytes) else self.paper


class FixedCommands:
    """Answers reload and health as a test wants, and counts the reloads."""

    def __init__(self) -> None:
        self.desk = FixedDesk()
        self.problems: list[str] = []
        self.answer = Health(healthy=True, ready=True)
        self.reloads = 0

    async def reload(self, origin: Origin) -> Sequence[str]:
        self.reloads += 1
        self.origin = origin
        return self.problems

    def health(self) -> Health:
        return self.answer


def state(
    watched: Fleet, key: str, now: State = State.UP, previous: State = State.UNKNOWN
) -> StateEvent:
    component = watched.components[key]
    return StateEvent(
        vantage="noc-1",
        at=AT,
        site=component.site,
        component=component.path,
        key=key,
        kind=component.kind,
        name=component.name,
        criticality=component.criticality,
        previous=previous,
        state=now,
        suspect=False,
        since=AT,
        because="icmp no_reply" if now is State.DOWN else "",
    )


_ASKED: dict[str, AnyProbe] = {
    "icmp": IcmpSettings(target="127.64.0.1"),
    "http": HttpSettings(url="http://127.64.0.1/health"),
    "power": PowerSettings(url="http://127.64.0.1/power"),
}


def ran(component: str, kind: str, reason: Reason | None = None, **figures: Any) -> ProbeRun:  # noqa: ANN401
    """Return one run of the probe named after its kind; `component` is `site/kind/id`."""
    site, part, part_id = component.split("/")
    pace = JudgementClass(interval=5.0, reprobe=1.0)
    return ProbeRun(
        Component(
            component,
            ComponentKind(part),
            site,
            part_id,
            part_id,
            Criticality.CLINICAL,
            pace,
            1.0,
            (),
        ),
        Probe(f"{component}#{kind}", component, _ASKED[kind], 5.0, 1.0),
        Reading(reason is None, 0.25, reason, **figures),
        AT,
        "noc-1",
    )


def echo(sent: int = 4, received: int = 4, rtt_s: float = 0.02) -> EchoFigures:
    return EchoFigures(sent, (round(rtt_s * 1e9),) * received)


def http(**figures: Any) -> HttpFigures:  # noqa: ANN401
    known: dict[str, Any] = {
        "status": 200,
        "resolve_s": 0.001,
        "connect_s": 0.01,
        "tls_s": 0.02,
        "processing_s": 0.03,
        "transfer_s": 0.004,
        "body_bytes": 100,
    }
    return HttpFigures(**known | figures)


def power(**figures: Any) -> PowerFigures:  # noqa: ANN401
    known: dict[str, Any] = {
        "mains": Mains.PRESENT,
        "unit": "ups-1",
        "state": UnitState.ONLINE,
        "battery": Battery.NORMAL,
        "charge_ratio": 1.0,
        "runtime_s": 1800.0,
        "load_ratio": 0.4,
        "measured_at": AT,
        "age_s": 0.0,
    }
    return PowerFigures(**known | figures)
