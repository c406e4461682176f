"""Random lives: whatever happens out there, in us, and to the site list, the laws hold."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.fleet import Fleet
from monitor.events import AnyEvent, IncidentEvent, StateEvent
from monitor.vocabulary import Cause, Phase, Priority, State
from probes.reading import Mains, PowerFigures, Reason, UnitState
from tests.clock import FakeClock
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, Stage, World, clinic, fleet, hospital

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]

ANCHORS = ("127.64.255.1", "127.64.255.2")
REOPENS_S = 20
HEALED_S = 60.0
SEVEREST_FIRST = list(Priority)


def icmp(host: str, **more: object) -> dict[str, object]:
    return {"kind": "icmp", "target": host, **more}


def http(host: str) -> dict[str, object]:
    return {"kind": "http", "url": f"http://{host}/"}


def source(name: str, kind: str) -> dict[str, object]:
    document = {"kind": "power", "url": f"http://127.64.0.1/power/{name}"}
    return {"id": name, "kind": kind, "source": document}


LINKS = [
    {"id": "cfe", "probes": [icmp("127.64.0.1"), http("127.64.0.1")]},
    {"id": "lte", "medium": "lte", "role": "backup", "probes": [icmp("127.64.0.2")]},
]
POWER = [source("ups", "ups"), source("planta", "generator"), source("panel", "isolation")]
SERVICES = [{"id": "ece", "probes": [{"kind": "tcp", "target": "127.64.0.1:443"}]}]


def areas(**probes: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"id": name, "probes": asked} for name, asked in probes.items()]


WHOLE = {
    "links": LINKS,
    "power": POWER,
    "services": SERVICES,
    "areas": areas(uci=[icmp("127.64.0.10")], farmacia=[icmp("127.64.0.11")]),
}
CHANGED = {
    **WHOLE,
    "links": [{"id": "cfe", "probes": [icmp("127.64.0.9"), http("127.64.0.1")]}],
    "power": POWER[1:],
    "areas": areas(uci=[icmp("127.64.0.10", timeout=0.5)], farmacia=[]),
}
BARE = {**WHOLE, "power": [], "links": [], "services": []}
SATELLITE = [{"id": "sat", "medium": "satellite", "probes": [icmp("127.65.0.1")]}]


@cache
def lists() -> tuple[Fleet, ...]:
    """The site lists that a life may be given, the first at its start."""
    far = clinic("far", links=SATELLITE)
    written = (
        (hospital("hg", **WHOLE), clinic(), far),
        (hospital("hg", **CHANGED), far),
        (hospital("hg", **BARE), clinic(name="Otro nombre")),
        (clinic(), far),
    )
    return tuple(fleet(*sites, response={"reopen_within": f"{REOPENS_S}s"}) for sites in written)


PARTS = sorted(
    part.key for part in lists()[0].components.values() if part.probes or not part.key.count("/")
)
SAYINGS = (
    GOOD,
    ON_BATTERY,
    RUNNING_LOW,
    replace(GOOD, state=UnitState.OFF),
    replace(ON_BATTERY, mains=Mains.PRESENT),
    replace(RUNNING_LOW, mains=Mains.PRESENT),
    replace(GOOD, unit="panel", state=UnitState.ALARM),
    replace(GOOD, mains=Mains.UNKNOWN, state=UnitState.UNKNOWN),
    replace(ON_BATTERY, unit="planta", state=UnitState.RUNNING),
)
OURS = (Reason.NO_SOCKET, Reason.STALLED, Reason.INTERNAL_ERROR)


@dataclass(frozen=True)
class Step:
    """Something happens, and then time passes. `reload` and `restart` name a site list."""

    seconds: float
    silence: tuple[str, ...] = ()
    reason: Reason = Reason.NO_REPLY
    speak: tuple[str, ...] = ()
    says: tuple[tuple[str, PowerFigures], ...] = ()
    reload: int | None = None
    restart: int | None = None


SECONDS = st.sampled_from((0.3, 1.0, 2.5, 6.0, 11.0, 20.0, 40.0))
ONES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(tuple)
REASONS = st.sampled_from((Reason.NO_REPLY, Reason.REFUSED, *OURS))
UNITS = ("hg/power/ups", "hg/power/planta", "hg/power/panel")
WORDS = st.tuples(st.sampled_from(UNITS), st.sampled_from(SAYINGS))
LISTS = st.integers(0, 3)
STEPS = st.one_of(
    st.builds(Step, SECONDS, silence=ONES, reason=REASONS),
    st.builds(Step, SECONDS, silence=st.just(("hg",))),
    st.builds(Step, SECONDS, speak=ONES),
    st.builds(Step, SECONDS, says=st.tuples(WORDS)),
    st.builds(Step, SECONDS, silence=st.just(("monitor",))),
    st.builds(Step, SECONDS, silence=st.just(tuple(PARTS)), reason=st.just(Reason.NO_SOCKET)),
    st.builds(Step, SECONDS, speak=st.just(("monitor", *PARTS))),
    st.builds(Step, SECONDS, reload=LISTS),
    st.builds(Step, SECONDS, restart=LISTS),
)


class Life:
    """Plays steps over as many lives of the daemon as they ask for, and holds it to the laws."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.world, self.folder = FakeClock(), World(), folder
        self.loaded = lists()[0]
        self.stage = self._born()
        self.told: list[AnyEvent] = []
        self.known: dict[str, State] = {}
        self.seeing = False

    async def play(self, steps: Iterable[Step]) -> None:
        waiting = list(steps)
        while True:
            async with self.stage.playing():
                while waiting and waiting[0].restart is None:
                    await self._make(waiting.pop(0))
                if not waiting:
                    await self._heal()
            self._judge_events()
            if not waiting:
                return
            await self._die(waiting.pop(0))

    async def _make(self, step: Step) -> None:
        self.world.silence(*step.silence, reason=step.reason)
        self.world.speak(*step.speak)
        self.world.power.update(step.says)
        if step.reload is not None:
            self._reload(lists()[step.reload])
        await self.clock.advance(step.seconds)
        self._judge_events()
        self._judge_open()

    async def _heal(self) -> None:
        self.world.silent.clear()
        self.world.power.clear()
        await self.clock.advance(HEALED_S + REOPENS_S)
        still = [(incident.place, incident.key) for incident in self.stage.watch.incidents.open()]
        assert still == [], "an incident outlived its cause"

    async def _die(self, step: Step) -> None:
        self.clock.skip(step.seconds)
        before, self.loaded = self.loaded.components, lists()[step.restart or 0]
        self.stage, self.seeing = self._born(), False
        for part in self.stage.watch.standings():
            if before.get(part.key) != part.component:
                self.known[part.key] = part.state
        for gone in self.known.keys() - self.stage.pipeline.known():
            del self.known[gone]
        self.known.pop("monitor", None)

    def _born(self) -> Stage:
        return Stage(self.loaded, self.world, self.clock, self.folder, anchors=ANCHORS)

    def _reload(self, loaded: Fleet) -> None:
        before = {part.key: (part.component, part.state) for part in self.stage.watch.standings()}
        self.stage.pipeline.reload(loaded)
        self.stage.scheduler.plan(self.stage.watch.probes())
        for part in self.stage.watch.standings():
            component, state = before.get(part.key, (None, None))
            if component == part.component:
                assert part.state is state, f"{part.key} did not change and lost its state"
        for gone in before.keys() - self.stage.pipeline.known():
            self.known.pop(gone, None)
        self.loaded = loaded

    def _judge_open(self) -> None:
        opened = [(incident.place, incident.key) for incident in self.stage.watch.incidents.open()]
        assert len(set(opened)) == len(opened), "two incidents of one trouble"
        assert {site for site, _ in opened} <= {"", *self.loaded.sites_by_id}

    def _judge_events(self) -> None:
        events, self.stage.events[:] = list(self.stage.events), []
        self.told += events
        for event in events:
            if isinstance(event, StateEvent):
                self._judge_state(event)
            elif event.phase is Phase.OPENED:
                assert self.seeing or event.cause is Cause.MONITOR_BLIND, "opened while blind"

    def _judge_state(self, event: StateEvent) -> None:
        assert event.previous is self.known.get(event.key, State.UNKNOWN), f"{event.key} jumped"
        self.known[event.key] = event.state
        assert event.since <= event.at
        if event.key == "monitor":
            self.seeing = event.state is State.UP
        fell = event.state is State.DOWN and event.previous is not State.DOWN
        if fell and not event.key.startswith("monitor") and event.kind != "power":
            assert self.seeing, f"{event.key} went down while we were blind"


def incidents(told: Iterable[AnyEvent]) -> dict[str, list[IncidentEvent]]:
    lives: dict[str, list[IncidentEvent]] = {}
    for event in told:
        if isinstance(event, IncidentEvent):
            lives.setdefault(event.id, []).append(event)
    return lives


def judge_incident(life: list[IncidentEvent]) -> None:
    phases = [event.phase for event in life]
    assert phases[0] is Phase.OPENED
    assert phases.count(Phase.OPENED) == 1, "a number used twice"
    turns = [phase for phase in phases if phase is not Phase.UPDATED]
    assert set(turns[1::2]) == {Phase.CLOSED}, "it ends, and each time that it is back again"
    assert set(turns[2::2]) <= {Phase.REOPENED}
    assert phases[-1] is Phase.CLOSED
    assert [event.revision for event in life] == list(range(1, len(life) + 1))
    assert {event.opened_at for event in life} == {life[0].opened_at}
    assert life[0].opened_at <= life[0].at
    assert [event.at for event in life] == sorted(event.at for event in life)
    judge_pages(life)


def judge_pages(life: list[IncidentEvent]) -> None:
    """Hold an incident to when it may call: once it is sure, when it became worse, or is back."""
    named: set[str] = set()
    called_with, pages, is_told_over = Priority.P4, 0, False
    for event in life:
        assert event.pages in (pages, pages + 1)
        is_told_over |= event.phase is Phase.CLOSED and pages > 0
        if event.pages == pages:
            continue
        areas_now = {area.key for area in event.critical_areas}
        higher = SEVEREST_FIRST.index(event.priority) < SEVEREST_FIRST.index(called_with)
        is_worse = pages == 0 or higher or bool(areas_now - named)
        assert is_worse or is_told_over, "called again for nothing worse"
        called_with, pages, is_told_over = event.priority, event.pages, False
        named |= areas_now


def lived(steps: list[Step], judge: Callable[[Life], None]) -> None:
    async def live(folder: Path) -> None:
        life = Life(folder)
        await life.play(steps)
        judge(life)
        await judge_journal(life)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder)))


async def judge_journal(life: Life) -> None:
    """Only what is on the list is remembered, and no open incident."""
    after = life._born()
    assert after.journal.load_standings().keys() <= {*life.loaded.components, *life.known}
    assert after.journal.load_sites().keys() <= life.loaded.sites_by_id.keys()
    assert list(after.watch.incidents.open()) == []
    await after.journal.close()


def obeys_the_laws(life: Life) -> None:
    for one in incidents(life.told).values():
        judge_incident(one)


@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_whatever_happens_the_laws_hold(steps: list[Step]) -> None:
    lived(steps, obeys_the_laws)


OUR_OWN = st.one_of(
    st.builds(Step, SECONDS, silence=ONES, reason=st.sampled_from(OURS)),
    st.builds(Step, SECONDS, silence=st.just(("monitor",))),
    st.builds(Step, SECONDS, speak=ONES),
    st.builds(Step, SECONDS, reload=st.integers(0, 1)),
    st.builds(Step, SECONDS, restart=st.integers(0, 1)),
)


def blames_only_ourselves(life: Life) -> None:
    assert {one[0].cause for one in incidents(life.told).values()} <= {Cause.MONITOR_BLIND}
    fell = [
        event.key
        for event in life.told
        if isinstance(event, StateEvent) and event.state in (State.DOWN, State.DEGRADED)
    ]
    assert [key for key in fell if not key.startswith("monitor")] == []


@settings(max_examples=15, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(OUR_OWN, min_size=3, max_size=10))
def test_our_own_failures_alone_bring_nothing_down(steps: list[Step]) -> None:
    lived(steps, blames_only_ourselves)


SHORT = st.tuples(ONES, st.floats(0.1, 3.4), REASONS)


def opens_nothing(life: Life) -> None:
    told = incidents(life.told)
    assert {one[0].cause for one in told.values()} <= {Cause.MONITOR_BLIND}


def calls_nobody(life: Life) -> None:
    told = incidents(life.told)
    called = {one[-1].cause for one in told.values() if one[-1].pages}
    assert called <= {Cause.MONITOR_BLIND}


@settings(max_examples=15, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SHORT, min_size=2, max_size=6))
def test_silence_shorter_than_its_confirmation_calls_nobody(
    cuts: list[tuple[tuple[str, ...], float, Reason]],
) -> None:
    steps = [Step(35.0)]
    for parts, seconds, reason in cuts:
        steps += [Step(seconds, silence=parts, reason=reason), Step(15.0, speak=parts)]
    lived(steps, calls_nobody)


@settings(max_examples=10, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(0.1, 4.9), min_size=2, max_size=8))
def test_microcuts_of_the_mains_open_nothing(cuts: list[float]) -> None:
    steps = [Step(10.0)]
    for seconds in cuts:
        absent, back = (("hg/power/ups", figures) for figures in (ON_BATTERY, GOOD))
        steps += [Step(seconds, says=(absent,)), Step(6.0, says=(back,))]
    lived(steps, opens_nothing)
