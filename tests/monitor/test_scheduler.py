"""Every probe at its time, and only then."""

import asyncio
import itertools
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.component import Probe
from config.probe import IcmpSettings
from monitor.grid import next_instant_ms, phase_ms
from monitor.ports import Telemetry
from monitor.scheduler import START_SLICE_S, Next, Scheduler
from probes.reading import Reading, Reason
from probes.runs import Answer, Question, Runs
from tests.clock import FakeClock
from tests.telemetry import RecordingTelemetry


def probe(key: str, interval_s: float = 5.0, reprobe_s: float = 1.0) -> Probe:
    return Probe(
        key, key.partition("#")[0], IcmpSettings(target="127.0.0.1"), interval_s, reprobe_s
    )


def several(count: int, interval_s: float = 5.0) -> dict[str, Probe]:
    return {f"p{n}#icmp": probe(f"p{n}#icmp", interval_s) for n in range(count)}


class Fleet:
    """Answers as told, records when each probe ran, and folds what came back."""

    def __init__(self, clock: FakeClock, takes_s: float = 0.0) -> None:
        self.clock = clock
        self.takes_s = takes_s
        self.runs = Runs()
        self.started: list[tuple[float, str, bool]] = []
        self.answers: dict[str, Next] = {}
        self.under_way: set[str] = set()

    def question(self, asked: Probe) -> Question:
        return self.runs.question(asked.key, partial(self._ask, asked))

    async def _ask(self, asked: Probe, in_doubt: bool) -> Reading:
        assert asked.key not in self.under_way, "two runs of one probe at a time"
        self.under_way.add(asked.key)
        self.started.append((self.clock.monotonic(), asked.key, in_doubt))
        await self.clock.sleep(self.takes_s)
        return Reading(True, self.takes_s)

    def fold(self, asked: Probe, reading: Reading, started_s: float) -> Next:
        assert reading.success
        self.under_way.discard(asked.key)
        return self.answers.get(asked.key, Next())

    def times(self, key: str) -> list[float]:
        return [round(at_s, 3) for at_s, ran, _ in self.started if ran == key]


def scheduled(fleet: Fleet, telemetry: Telemetry | None = None) -> Scheduler:
    return Scheduler(fleet.question, fleet.fold, fleet.clock, telemetry or RecordingTelemetry())


@asynccontextmanager
async def serving(fleet: Fleet, scheduler: Scheduler) -> AsyncIterator[None]:
    asyncio.get_running_loop().set_debug(False)  # a stack per future: ten times slower
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(fleet.runs.serve(), name="runs"),
            group.create_task(scheduler.serve(), name="scheduler"),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


@given(
    after=st.integers(0, 10**12),
    interval=st.integers(1, 86_400_000),
    key=st.text(max_size=20),
)
def test_the_next_instant_is_on_the_grid_later_and_at_most_one_interval_away(
    after: int, interval: int, key: str
) -> None:
    phase = phase_ms(key, interval)
    instant = next_instant_ms(after, interval, phase)
    assert 0 <= phase < interval
    assert after < instant <= after + interval
    assert (instant - phase) % interval == 0


def test_phases_spread_evenly() -> None:
    tenths = [phase_ms(f"site-{n}/link/cfe#icmp", 30_000) // 3000 for n in range(3000)]
    assert all(230 < tenths.count(tenth) < 370 for tenth in range(10))


async def test_each_probe_runs_once_per_interval_at_the_same_phase(clock: FakeClock) -> None:
    fleet = Fleet(clock)
    scheduler = scheduled(fleet)
    scheduler.plan(several(20))
    async with serving(fleet, scheduler):
        await clock.advance(50)
    for n in range(20):
        times = fleet.times(f"p{n}#icmp")
        assert len(times) == 10
        assert {round(later - sooner, 2) for sooner, later in itertools.pairwise(times)} == {5.0}


async def test_a_large_fleet_is_prepared_before_its_first_instants_count(clock: FakeClock) -> None:
    fleet, telemetry = Fleet(clock), RecordingTelemetry()

    def prepare(asked: Probe) -> Question:
        clock.skip(0.01)
        return fleet.question(asked)

    scheduler = Scheduler(prepare, fleet.fold, clock, telemetry)
    scheduler.plan(several(100, interval_s=1.0))
    clock.skip(0.3)  # and others have the loop before the scheduler has its first turn
    async with serving(fleet, scheduler):
        await clock.advance(1.0)
    assert len(telemetry.late_s) == 100
    assert max(telemetry.late_s) < 0.02


async def test_all_is_placed_with_the_first_turn_of_the_scheduler(clock: FakeClock) -> None:
    fleet = Fleet(clock)
    scheduler = scheduled(fleet)
    scheduler.plan(several(20))
    placed = asyncio.create_task(scheduler.placed(), name="placed")
    await asyncio.sleep(0)
    assert not placed.done()
    async with serving(fleet, scheduler):
        await clock.advance(0)
        assert placed.done()
        assert scheduler.waiting == 20


async def test_answers_do_not_wait_until_nothing_is_due_any_more(clock: FakeClock) -> None:
    asked, folded, waiting = 0, 0, []

    def question(_in_doubt: bool, answer: Answer) -> None:
        nonlocal asked
        asked += 1
        clock.skip(START_SLICE_S)  # as slow as that: no turn starts two
        answer(Reading(True, 0.0))

    def fold(_asked: Probe, _reading: Reading, _started_s: float) -> Next:
        nonlocal folded
        waiting.append(asked - folded)
        folded += 1
        return Next()

    scheduler = Scheduler(lambda _probe: question, fold, clock, RecordingTelemetry())
    scheduler.plan(several(50, interval_s=0.5))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(scheduler.serve(), name="scheduler")
        await clock.advance(2)
        serving.cancel()
    assert folded > 50
    assert max(waiting) <= 2


async def test_a_probe_in_doubt_runs_again_at_its_fast_pace(clock: FakeClock) -> None:
    fleet = Fleet(clock)
    fleet.answers["p0#icmp"] = Next(fast=True)
    scheduler = scheduled(fleet)
    scheduler.plan(several(1))
    async with serving(fleet, scheduler):
        await clock.advance(10)
        fast = fleet.times("p0#icmp")
        fleet.answers.clear()
        await clock.advance(21)
    assert {round(b - a, 3) for a, b in itertools.pairwise(fast)} == {1.0}
    assert len(fleet.times("p0#icmp")) - len(fast) <= 6
    assert [doubt for _, _, doubt in fleet.started[:3]] == [False, True, True]


class Silent(Fleet):
    """Nobody answers: each run is given up after its timeout, beside those that began since."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, takes_s=1.0)
        self.most = 0
        self.folded: list[float] = []

    async def _ask(self, asked: Probe, in_doubt: bool) -> Reading:
        self.started.append((self.clock.monotonic(), asked.key, in_doubt))
        self.most = max(self.most, len(self.started) - len(self.folded))
        await self.clock.sleep(self.takes_s)
        return Reading.failed(Reason.NO_REPLY, "", self.takes_s)

    def fold(self, asked: Probe, reading: Reading, started_s: float) -> Next:
        assert not reading.success
        self.folded.append(started_s)
        return Next(fast=len(self.folded) < 40)


async def test_a_ping_in_doubt_is_asked_again_before_it_is_given_up(clock: FakeClock) -> None:
    fleet, telemetry = Silent(clock), RecordingTelemetry()
    scheduler = scheduled(fleet, telemetry)
    scheduler.plan({"p#icmp": probe("p#icmp", 2.0, reprobe_s=0.25)})
    async with serving(fleet, scheduler):
        await clock.advance(9)
        times = fleet.times("p#icmp")
        fast = {round(b - a, 3) for a, b in itertools.pairwise(times[1:])}
        assert round(times[1] - times[0], 3) == 1.0  # the first loss has to be known
        assert fast == {0.25}
        assert fleet.most <= 5  # what a timeout holds, and the one that is just given up
        assert fleet.folded == sorted(fleet.folded), "folded in the order of sending"
        await clock.advance(20)
    later = [b - a for a, b in itertools.pairwise(fleet.times("p#icmp")[-4:])]
    assert later == pytest.approx([2.0] * 3)  # back on its grid, one at a time
    assert telemetry.skipped == 0


async def test_a_ping_given_up_sooner_than_asked_again_waits_for_that(clock: FakeClock) -> None:
    fleet = Silent(clock)
    scheduler = scheduled(fleet)
    scheduler.plan({"p#icmp": probe("p#icmp", 5.0, reprobe_s=1.0)})
    async with serving(fleet, scheduler):
        await clock.advance(20)
    assert fleet.most == 1


async def test_whose_answer_is_wanted_runs_at_once(clock: FakeClock) -> None:
    fleet = Fleet(clock)
    scheduler = scheduled(fleet)
    scheduler.plan(several(1, 3600.0))
    async with serving(fleet, scheduler):
        await clock.advance(1)
        fleet.started.clear()
        scheduler.hasten(["p0#icmp", "unknown#icmp"])
        await clock.advance(0)
        assert fleet.times("p0#icmp") == [clock.monotonic()]


async def test_hastened_while_under_way_runs_once_more_afterwards(clock: FakeClock) -> None:
    fleet = Fleet(clock, takes_s=2.0)
    scheduler = scheduled(fleet)
    scheduler.plan(several(1, 3600.0))
    async with serving(fleet, scheduler):
        scheduler.hasten(["p0#icmp"])
        await clock.advance(1)
        scheduler.hasten(["p0#icmp"])
        await clock.advance(5)
    times = fleet.times("p0#icmp")
    assert len(times) == 2
    assert times[1] - times[0] == 2.0


async def test_a_run_longer_than_its_interval_is_counted_not_doubled(clock: FakeClock) -> None:
    fleet = Fleet(clock, takes_s=12.0)
    telemetry = RecordingTelemetry()
    scheduler = scheduled(fleet, telemetry)
    scheduler.plan(several(1))
    async with serving(fleet, scheduler):
        await clock.advance(60)
    assert len(fleet.times("p0#icmp")) == 4
    assert telemetry.skipped == 6  # two grid instants pass under each of the three that ended


class Brisk:
    """A fleet whose questions are answered at once, for those that are large."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.started: list[tuple[float, str]] = []

    def question(self, asked: Probe) -> Question:
        return partial(self._ask, asked.key)

    def _ask(self, key: str, _in_doubt: bool, answer: Answer) -> None:
        self.started.append((self.clock.monotonic(), key))
        answer(Reading(True, 0.0))

    def fullest_s(self) -> int:
        """Return how many runs the fullest second held, wherever it began."""
        times = [at_s for at_s, _ in self.started]
        return max(bisect_left(times, start_s + 1.0) - at for at, start_s in enumerate(times))

    def latest_s(self, interval_s: float) -> float:
        """Return the longest time from one run of a probe to the next, beyond its interval."""
        runs: dict[str, list[float]] = {}
        for at_s, key in self.started:
            runs.setdefault(key, []).append(at_s)
        return max(
            b - a - interval_s for seen in runs.values() for a, b in itertools.pairwise(seen)
        )


@asynccontextmanager
async def brisk(
    clock: FakeClock, probes: dict[str, Probe], telemetry: Telemetry | None = None
) -> AsyncIterator[Brisk]:
    asyncio.get_running_loop().set_debug(False)
    fleet = Brisk(clock)
    scheduler = Scheduler(
        fleet.question, lambda *_run: Next(), clock, telemetry or RecordingTelemetry()
    )
    scheduler.plan(probes)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(scheduler.serve(), name="scheduler")
        yield fleet
        serving.cancel()


USUAL_S = 400
"""How many runs a usual second of the fleet below holds."""


@pytest.mark.parametrize(
    ("stall_s", "every_s", "times"),
    [(0.09, 0.2, 40), (0.2, 1.0, 8), (0.3, 0.4, 20), (0.5, 5.0, 1), (1.5, 5.0, 2), (4.0, 4.5, 1)],
)
async def test_no_second_is_fuller_than_usual_however_we_are_held_up(
    clock: FakeClock, stall_s: float, every_s: float, times: int
) -> None:
    telemetry = RecordingTelemetry()
    async with brisk(clock, several(5 * USUAL_S), telemetry) as fleet:
        await clock.advance(0.7)
        for _ in range(times):
            clock.skip(stall_s)
            await clock.advance(every_s - stall_s)
        await clock.advance(4)
    assert fleet.fullest_s() <= 1.2 * USUAL_S
    assert telemetry.skipped == 0


async def test_after_a_stall_nothing_is_forgotten_and_all_is_in_time_again(
    clock: FakeClock,
) -> None:
    telemetry = RecordingTelemetry()
    async with brisk(clock, several(5 * USUAL_S), telemetry) as fleet:
        await clock.advance(5.2)
        clock.skip(0.5)
        await clock.advance(12)
        assert len({key for _, key in fleet.started}) == 5 * USUAL_S
        assert fleet.latest_s(5.0) < 0.52
        telemetry.late_s.clear()
        await clock.advance(5)
    assert max(telemetry.late_s) < 0.03


@pytest.mark.parametrize(("stall_s", "every_s"), [(0.05, 0.06), (0.1, 0.2), (0.25, 0.5)])
async def test_the_first_sweep_ends_with_its_interval_on_a_machine_that_hardly_lets_us_run(
    clock: FakeClock, stall_s: float, every_s: float
) -> None:
    async with brisk(clock, several(5 * USUAL_S)) as fleet:
        for _ in range(round(5 / every_s)):
            clock.skip(stall_s)
            await clock.advance(every_s - stall_s)
        await clock.advance(2 * stall_s)
    assert len({key for _, key in fleet.started}) == 5 * USUAL_S


async def test_who_is_in_doubt_does_not_wait_for_what_is_late(clock: FakeClock) -> None:
    fleet = Fleet(clock)
    scheduler = scheduled(fleet)
    scheduler.plan({**several(5 * USUAL_S), "doubted#icmp": probe("doubted#icmp", 3600.0)})
    async with serving(fleet, scheduler):
        await clock.advance(1)
        clock.skip(3)
        scheduler.hasten(["doubted#icmp", late := _held_up(fleet)])
        await clock.advance(0.01)
        for key in ("doubted#icmp", late):
            assert fleet.times(key)[-1] == pytest.approx(clock.monotonic(), abs=0.011)


def _held_up(fleet: Fleet) -> str:
    """Return who fell due late in the stall, and would have its turn seconds from now."""
    now_ms = int(fleet.clock.monotonic() * 1000)
    return max(several(5 * USUAL_S), key=lambda key: (phase_ms(key, 5000) - now_ms) % 5000)


async def test_a_new_plan_keeps_what_did_not_change_in_its_place(clock: FakeClock) -> None:
    fleet = Fleet(clock)
    scheduler = scheduled(fleet)
    before = several(3)
    scheduler.plan(before)
    async with serving(fleet, scheduler):
        await clock.advance(7)
        changed = probe("p1#icmp", interval_s=2.0)
        scheduler.plan({"p0#icmp": before["p0#icmp"], "p1#icmp": changed})
        fleet.started.clear()
        await clock.advance(20)
    assert len(scheduler) == 2
    assert len(fleet.times("p0#icmp")) == 4
    assert len(fleet.times("p1#icmp")) == 10
    assert fleet.times("p2#icmp") == []


async def test_probes_that_take_turns_run_at_their_places_of_the_interval(
    clock: FakeClock,
) -> None:
    fleet = Fleet(clock)
    scheduler = scheduled(fleet)
    scheduler.plan(several(2), {"p0#icmp": 0.0, "p1#icmp": 0.5})
    async with serving(fleet, scheduler):
        await clock.advance(5)
        scheduler.plan(several(2), {"p0#icmp": 0.2, "p1#icmp": 0.7})  # one more sibling, say
        await clock.advance(10)
    assert [at_s % 5 for at_s in fleet.times("p0#icmp")] == [0.0, 0.0, 1.0]
    assert [at_s % 5 for at_s in fleet.times("p1#icmp")] == [2.5, 2.5, 3.5, 3.5]


async def test_a_probe_retired_while_under_way_does_not_come_back(clock: FakeClock) -> None:
    fleet = Fleet(clock, takes_s=2.0)
    scheduler = scheduled(fleet)
    scheduler.plan(several(1))
    async with serving(fleet, scheduler):
        scheduler.hasten(["p0#icmp"])
        await clock.advance(1)
        scheduler.plan({})
        await clock.advance(30)
    assert len(fleet.started) == 1


async def test_runs_end_with_the_scheduler(clock: FakeClock) -> None:
    fleet = Fleet(clock, takes_s=1000.0)
    scheduler = scheduled(fleet)
    scheduler.plan(several(5))
    async with serving(fleet, scheduler):
        await clock.advance(10)
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("count", [1, 500])
async def test_lateness_is_told_for_every_run(clock: FakeClock, count: int) -> None:
    telemetry = RecordingTelemetry()
    fleet = Fleet(clock)
    scheduler = scheduled(fleet, telemetry)
    scheduler.plan(several(count))
    async with serving(fleet, scheduler):
        await clock.advance(5)
    assert len(telemetry.late_s) == len(fleet.started) == count
    assert max(telemetry.late_s) < 0.01
