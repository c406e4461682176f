"""Stories of traces: what is traced when it falls silent, how often, and what comes of it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.probe import AnyProbe
from config.settings import Settings
from config.site import Node, Site
from monitor.events import Evidence, IncidentEvent
from monitor.incident import touched
from monitor.routing.queue import CAPACITY
from monitor.routing.routes import PACE_S
from monitor.routing.target import probe_to_trace
from monitor.vocabulary import OF_ROUTE, Cause, Fact, Phase, Priority
from probes.reading import Reason
from probes.route import Hop, NotPermittedError, TraceError
from probes.route_tracer import Route, host_of
from tests.clock import START, FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, fleet, hospital

GATEWAY = Hop(1, "10.0.0.1", 0.001)
EDGE = Hop(2, "10.20.0.1", 0.004)
SILENT = Hop(3, None, None)
ANCHORS = ("127.64.255.1",)
HG, CS = "127.64.0.1", "127.65.0.1"


@dataclass
class Tracer:
    """Sees the same way to everybody; `errors` are told first."""

    clock: FakeClock
    hops: tuple[Hop, ...] = (GATEWAY, EDGE, SILENT)
    errors: list[TraceError] = field(default_factory=list)
    asked: list[tuple[float, str]] = field(default_factory=list)
    is_shut: bool = False
    takes_s: float = 3.0

    async def trace(self, asked: AnyProbe) -> Route | None:
        host = host_of(asked)
        self.asked.append((self.clock.monotonic(), host))
        if self.errors:
            raise self.errors.pop(0)
        await self.clock.sleep(self.takes_s)
        return None if self.is_shut else Route(host, self.hops)

    @property
    def targets(self) -> list[str]:
        return [target for _, target in self.asked]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def tracer(clock: FakeClock) -> Tracer:
    return Tracer(clock)


def lines(event: IncidentEvent) -> list[Evidence]:
    return [line for line in event.evidence if line.fact in OF_ROUTE]


def last_of(stage: Stage, cause: Cause | None = None) -> IncidentEvent:
    return [event for event in stage.incidents() if cause in (None, event.cause)][-1]


def pop(*sites: Site, host: str = "10.20.0.1") -> Fleet:
    probes = [{"kind": "icmp", "target": host}]
    node = Node.model_validate({"id": "pop", "name": "CFE Tijuana 1", "probes": probes})
    return Fleet(Settings.model_validate({"include": ["x.yaml"], "vantage": "noc"}), sites, (node,))


def below_pop(*names: str) -> list[Site]:
    link = {"id": "cfe", "node": "pop"}
    return [
        clinic(name, links=[link | {"probes": [{"kind": "icmp", "target": f"127.65.1.{n}"}]}])
        for n, name in enumerate(names, 1)
    ]


async def test_the_route_to_a_silent_site_becomes_a_line_of_its_evidence(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(pop(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
        (opened,) = stage.incidents(Phase.OPENED)
        assert lines(opened) == []
        (line,) = lines(last_of(stage))
        await clock.advance(120)
    assert line.fact is Fact.ROUTE_ENDS
    assert line.subject == "CFE Tijuana 1"
    assert line.figures == {
        "target": HG, "hops": 2.0, "address": "10.20.0.1", "place": "pop", "behind": 0.0,
    }  # fmt: skip
    assert 3.0 <= (line.at - opened.at).total_seconds() <= 10.0
    assert tracer.targets == [HG]
    assert lines(last_of(stage)) == [line]  # through all that was found again since
    said = last_of(stage).evidence
    assert list(said) == sorted(said, key=lambda one: one.at)


def heard(events: Sequence[IncidentEvent]) -> list[tuple[object, ...]]:
    """What anybody could notice of incidents, but for what a trace has found."""
    return [
        (
            event.at, event.phase, event.cause, event.confidence, event.priority, event.pages,
            event.call, event.closed_at, event.touched,
            [line for line in event.evidence if line.fact not in OF_ROUTE],
        )
        for event in events
    ]  # fmt: skip


async def test_a_trace_changes_no_verdict_and_calls_nobody(tmp_path: Path) -> None:
    async def play(folder: Path, *, is_traced: bool) -> list[IncidentEvent]:
        clock, world = FakeClock(), World()
        tracer = Tracer(clock) if is_traced else None
        stage = Stage(fleet(hospital()), world, clock, folder, ANCHORS, tracer=tracer)
        async with stage.playing():
            await clock.advance(60)
            world.silence("hg")
            await clock.advance(90)
            world.speak("hg")
            await clock.advance(60)
        return stage.incidents()

    with_it = await play(tmp_path / "a", is_traced=True)
    (added,) = [after for before, after in pairwise(with_it) if lines(after) and not lines(before)]
    assert (added.phase, added.pages) == (Phase.UPDATED, 1)
    assert [event.revision for event in with_it] == list(range(1, len(with_it) + 1))
    without = await play(tmp_path / "b", is_traced=False)
    assert heard([event for event in with_it if event is not added]) == heard(without)


async def test_the_fall_of_a_node_is_one_trace_to_the_first_that_fell(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    names = [f"cs-{n}" for n in range(10)]
    stage = Stage(pop(*below_pop(*names)), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*names)
        await clock.advance(120)
        members = stage.watch.topology.outages.by_key["node/pop"].members
        one = stage.watch.standing("cs-3/link/cfe")
        assert one is not None
        its_own = last_of(stage, Cause.NODE).model_copy(update={"root": touched(one)})
        assert probe_to_trace(its_own, stage.watch) is None  # called before the node had fallen
    first = stage.watch.probes()[f"{next(iter(members))}#icmp"]
    assert tracer.targets == [host_of(first.settings)]
    assert len(lines(last_of(stage, Cause.NODE))) == 1


async def test_a_node_that_is_silent_itself_is_what_is_traced(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    names = [f"cs-{n}" for n in range(10)]
    stage = Stage(pop(*below_pop(*names)), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(61)
        world.silence(*names, "node/pop")
        await clock.advance(120)
    assert tracer.targets == ["10.20.0.1"]


async def test_in_a_mass_outage_a_few_are_traced_one_after_the_other(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    names = [f"cs-{n}" for n in range(25)]
    sites = [*below_pop(*names), hospital(municipality="Ensenada")]
    sites = [site.model_copy(update={"links": _free(site)}) for site in sites]
    everybody = fleet(*sites, topology={"regions": False})
    stage = Stage(everybody, world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(61)
        world.silence("hg", *names)
        await clock.advance(270)
    assert len(stage.incidents(Phase.OPENED)) == 26
    assert CAPACITY <= len(tracer.asked) <= CAPACITY + 3  # what left before the last had opened
    assert HG in tracer.targets[:2]
    starts = [at_s for at_s, _ in tracer.asked]
    assert min(b - a for a, b in pairwise(starts)) >= PACE_S


def _free(site: Site) -> tuple[object, ...]:
    """Links that hang on nothing."""
    return tuple(link.model_copy(update={"node": ()}) for link in site.links)


async def test_a_thousand_incidents_at_once_wait_in_a_short_queue(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(30)
    (opened,) = stage.incidents(Phase.OPENED)
    for n in range(1000):
        stage.routes.offer(opened.model_copy(update={"id": f"i-{n}", "priority": Priority.P2}))
    assert len(stage.routes._queue) == CAPACITY
    assert opened.id in stage.routes._queue  # it alone is P1
    for n in range(1000):
        ended = {"id": f"i-{n}", "closed_at": opened.at}
        stage.routes.offer(opened.model_copy(update=ended))
    assert (len(stage.routes._queue), len(stage.routes._swings)) == (1, 1)


async def test_while_we_are_blind_nothing_is_traced(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(61)
        world.silence("hg", "cs", "monitor")
        await clock.advance(120)
        assert last_of(stage).cause is Cause.MONITOR_BLIND
        assert tracer.asked == []
        world.speak("monitor", "cs")
        await clock.advance(120)
    assert tracer.targets == [HG]  # which had fallen meanwhile


async def test_a_trace_that_blindness_overtook_is_made_again(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(61)
        world.silence("hg")
        while not tracer.asked:
            await clock.advance(0.5)
        world.silence("cs", "monitor")
        tracer.hops = (GATEWAY,)
        stage.watch.sight.blindness.itself.changed_s = clock.monotonic()  # it was settled meanwhile
        await clock.advance(60)
        assert stage.watch.sight.is_blind
        assert [lines(event) for event in stage.incidents() if lines(event)] == []
        tracer.hops = (GATEWAY, EDGE)
        world.speak("cs", "monitor")
        await clock.advance(60)
    assert tracer.targets == [HG, HG]
    (line,) = lines(_of(stage, "hg"))
    assert line.figures["address"] == "10.20.0.1"


def _of(stage: Stage, site: str) -> IncidentEvent:
    return [event for event in stage.incidents() if event.site.id == site][-1]


async def test_what_was_traced_outlives_a_restart_and_is_not_traced_again(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
    (line,) = lines(last_of(stage))
    again = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with again.playing():
        await clock.advance(120)
        assert lines(next(iter(again.pipeline.incidents()))) == [line]
        world.speak("hg")
        await clock.advance(60)
    closed = last_of(again)
    assert (closed.phase, lines(closed)) == (Phase.CLOSED, [line])
    assert tracer.targets == [HG]


async def test_a_kill_between_the_onset_and_the_trace_loses_the_trace_alone(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        while not stage.incidents():
            await clock.advance(1)
    again = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with again.playing():
        await clock.advance(120)
    assert tracer.asked == []
    assert [event.pages for event in again.incidents()][-1] == 1


async def test_what_comes_back_is_traced_anew(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
        (before,) = lines(last_of(stage))
        for _ in range(2):  # it is reopened first, and from then on settles and swings back
            world.speak("hg")
            await clock.advance(60)
            world.silence("hg")
            await clock.advance(60)
    assert last_of(stage).reopened == 2
    (line,) = lines(last_of(stage))
    assert line.at > before.at
    assert tracer.targets == [HG] * 3


async def test_a_line_of_an_earlier_swing_says_nothing_of_this_one(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS)
    late = Evidence(at=START, fact=Fact.ROUTE_UNSEEN, figures={"target": HG})
    async with stage.playing():
        await clock.advance(60)
        for _ in range(2):
            world.silence("hg")
            await clock.advance(60)
            world.speak("hg")
            await clock.advance(60)
        settling = last_of(stage)
        assert (settling.reopened, settling.settling_since is None) == (1, False)
        stage.pipeline.quote(settling.id, 1, late)
        world.silence("hg")
        await clock.advance(60)
        assert last_of(stage).reopened == 2
        stage.pipeline.quote(settling.id, 1, late)
        stage.pipeline.quote("nobody", 2, late)
        assert [event for event in stage.incidents() if lines(event)] == []
        stage.pipeline.quote(settling.id, 2, late)
        assert lines(last_of(stage)) == [late]


async def test_what_is_over_before_the_trace_is_says_nothing_of_it(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    tracer.takes_s = 15.0
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        while not tracer.asked:
            await clock.advance(0.5)
        world.speak("hg")
        await clock.advance(60)
    assert (last_of(stage).phase, lines(last_of(stage))) == (Phase.CLOSED, [])


async def test_what_is_worked_on_is_traced_once_the_work_is_over(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    window = MaintenanceWindow.model_validate(
        {"id": "fibra", "sites": ["cs"], "from": START, "lasts": "10m", "by": "redes",
         "reason": "cambio de fibra"}
    )  # fmt: skip
    watched = Fleet(fleet().settings, (clinic(),), maintenance=(window,))
    stage = Stage(watched, world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(300)
        assert last_of(stage).quiet == "maintenance:fibra"
        assert tracer.asked == []
        await clock.advance(300)
    assert tracer.targets == [CS]


async def test_where_power_fails_no_router_says_anything_of_it(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.power["hg/power/ups"] = ON_BATTERY
        await clock.advance(30)
        world.silence("hg")
        await clock.advance(60)
    assert last_of(stage).cause is Cause.POWER
    assert tracer.asked == []


@pytest.mark.parametrize(
    ("reason", "traced"),
    [(Reason.CONNECT_TIMEOUT, ["10.5.5.5"]), (Reason.STATUS, []), (Reason.REFUSED, [])],
)
async def test_a_service_is_traced_only_if_it_was_not_reached(
    reason: Reason,
    traced: list[str],
    world: World,
    clock: FakeClock,
    tmp_path: Path,
    tracer: Tracer,
) -> None:
    ece = [{"id": "ece", "probes": [{"kind": "http", "url": "https://10.5.5.5/health"}]}]
    stage = Stage(fleet(clinic(services=ece)), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs/service/ece", reason=reason)
        await clock.advance(90)
    assert last_of(stage).cause is Cause.SERVICE
    assert tracer.targets == traced


async def test_that_we_may_not_trace_is_said_once_and_then_it_is_off(
    world: World,
    clock: FakeClock,
    tmp_path: Path,
    tracer: Tracer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    tracer.errors = [NotPermittedError("a trace needs CAP_NET_RAW")]
    stage = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(60)
    said = [line for line in caplog.messages if "traceroute" in line]
    assert said == ["traceroute is off until the next start why=a trace needs CAP_NET_RAW"]
    assert tracer.targets == [HG]
    assert {event.cause for event in stage.incidents()} == {Cause.LINK, Cause.UNDETERMINED}


async def test_a_trace_that_fails_is_said_when_it_changes_and_the_next_one_is_made(
    world: World,
    clock: FakeClock,
    tmp_path: Path,
    tracer: Tracer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "monitor.routing.routes")
    tracer.errors = [TraceError("Network is unreachable")] * 2
    sites = [clinic(f"cs-{n}", municipality=f"m-{n}") for n in range(3)]
    stage = Stage(fleet(*sites), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        for n in range(3):
            world.silence(f"cs-{n}")
            await clock.advance(120)
    said = [record.message for record in caplog.records if record.name == "monitor.routing.routes"]
    assert said == [
        "trouble subject=traceroute what=Network is unreachable",
        "recovered subject=traceroute after_failures=2",
    ]
    assert [bool(lines(_of(stage, f"cs-{n}"))) for n in range(3)] == [False, False, True]


async def test_it_is_off_where_the_settings_say_so_until_they_do_not(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    stage = Stage(
        fleet(hospital(), clinic(), traceroute=False), world, clock, tmp_path, ANCHORS,
        tracer=tracer,
    )  # fmt: skip
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
        assert tracer.asked == []
        stage.pipeline.reload(fleet(hospital(), clinic()))
        world.silence("cs")
        await clock.advance(60)
    assert CS in tracer.targets


async def test_what_has_no_route_is_passed_over(
    world: World, clock: FakeClock, tmp_path: Path, tracer: Tracer
) -> None:
    tracer.is_shut = True
    stage = Stage(fleet(hospital()), world, clock, tmp_path, ANCHORS, tracer=tracer)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
    assert tracer.targets == [HG]
    assert [event for event in stage.incidents() if lines(event)] == []


async def test_a_trace_that_never_ends_keeps_nobody_from_being_judged_or_from_stopping(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    class Stuck(Tracer):
        async def trace(self, asked: AnyProbe) -> Route | None:
            self.asked.append((self.clock.monotonic(), host_of(asked)))
            await asyncio.Event().wait()
            return None

    stuck = Stuck(clock)
    stage = Stage(fleet(hospital(), clinic()), world, clock, tmp_path, ANCHORS, tracer=stuck)
    async with stage.playing():
        await clock.advance(60)
        world.silence("hg")
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(120)
        world.speak("hg", "cs")
        await clock.advance(120)
    assert stuck.targets == [HG]
    assert {event.site.id for event in stage.incidents(Phase.CLOSED)} == {"hg", "cs"}
