"""One run of one probe and everything that follows: asked, judged, written down, told."""

import asyncio
import logging
from pathlib import Path

import pytest

from config.component import Probe
from monitor.events import IncidentEvent, StateEvent
from monitor.memory import StandingRecord
from monitor.pipeline import SAVE_S
from monitor.vocabulary import Cause, Phase
from probes.echo_figures import EchoFigures
from probes.reading import Reading, Reason
from tests.clock import FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, fleet, hospital

LINK = "cs/link/cfe#icmp"
UPS = "hg/power/ups"


@pytest.fixture
def stage(world: World, clock: FakeClock, tmp_path: Path) -> Stage:
    return Stage(fleet(hospital(), clinic()), world, clock, tmp_path)


def probe(stage: Stage, key: str = LINK) -> Probe:
    return stage.watch.probes()[key]


def told(stage: Stage) -> list[str]:
    return [type(event).__name__ for event in stage.events]


async def run(stage: Stage, key: str = LINK) -> None:
    under_way = asyncio.ensure_future(stage.run(probe(stage, key)))
    await stage.clock.advance(6)
    await under_way


async def test_what_follows_from_a_reading_is_told_in_order(stage: Stage) -> None:
    await run(stage)
    assert [observed.probe.key for observed in stage.observed] == [LINK]
    assert [event.key for event in stage.events if isinstance(event, StateEvent)] == [
        "monitor", "cs/link/cfe", "cs",
    ]  # fmt: skip
    await stage.journal.close()


async def test_a_failure_while_our_loop_stood_still_is_ours(stage: Stage, world: World) -> None:
    stage.pipeline._stalls.within_s = lambda from_s, to_s: to_s - from_s  # type: ignore[method-assign]
    world.silence("cs")
    await run(stage)
    (observed,) = stage.observed
    assert observed.reading.reason is Reason.STALLED
    world.speak("cs")
    stage.observed.clear()
    await run(stage)
    assert [observed.reading.success for observed in stage.observed] == [True]
    await stage.journal.close()


async def test_power_is_written_down_at_once_and_then_now_and_again(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[bool] = []

    def save(key: str, _record: StandingRecord, *, may_wait: bool = False) -> None:
        if key == UPS:
            waited.append(may_wait)

    monkeypatch.setattr(stage.journal, "save_standing", save)
    async with stage.playing():
        await stage.clock.advance(4 * SAVE_S)
        assert len(waited) in (5, 6)  # when it became known, and then every half minute
        assert waited == [False] * (len(waited) - 4) + [True] * 4
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(SAVE_S)
    assert waited.count(True) <= 5
    assert waited[-1] is False or waited[-2] is False  # what it says anew waits for nobody


async def test_what_may_wait_to_be_written_down_waits_for_a_tick(stage: Stage) -> None:
    await run(stage)
    journal = stage.journal
    await journal._flush()
    record = next(iter(journal.load_standings().values()))
    journal._dirty.clear()
    journal.save_standing("later", record, may_wait=True)
    assert not journal._dirty.is_set()
    stage.pipeline.tick()
    assert journal._dirty.is_set()
    await journal.close()


async def test_the_shift_log_has_one_line_per_change_that_matters(
    stage: Stage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with stage.playing():
        await stage.clock.advance(60)
        assert caplog.messages == []
        world.power[UPS] = ON_BATTERY
        await stage.clock.advance(300)
        world.power.clear()
        await stage.clock.advance(60)
    (opened, closed) = stage.incidents(Phase.OPENED) + stage.incidents(Phase.CLOSED)
    lines = [line.split(" site=")[0] for line in caplog.messages if line.startswith("incident")]
    assert lines == [
        f"incident id={opened.id} phase=opened cause=power priority=P2",
        f"incident id={closed.id} phase=closed cause=power priority=P2",
    ]


async def test_nothing_grows_with_time(stage: Stage, world: World) -> None:
    async with stage.playing():
        for _ in range(6):
            world.silence("hg", "cs")
            await stage.clock.advance(40)
            world.silent.clear()
            await stage.clock.advance(60)
        await stage.clock.advance(900)  # until what came back six times has settled
    assert stage.pipeline._logged == {}
    assert stage.pipeline._saved_s.keys() <= stage.pipeline.known()
    assert stage.watch.sight.blindness.unmade.reasons == {}
    assert stage.watch.sight.blindness.unmade.kinds.keys() == stage.watch.probes().keys()
    assert stage.watch.caseload.restless == set()
    assert stage.watch.incidents.by_site == {}
    assert stage.scheduler.waiting < 20 * len(stage.scheduler)


async def test_what_leaves_the_list_leaves_no_trace(stage: Stage, world: World) -> None:
    async with stage.playing():
        await stage.clock.advance(40)
        world.silence("hg")
        await stage.clock.advance(40)
        stage.pipeline.reload(fleet(clinic()))
        stage.scheduler.plan(stage.watch.probes())
        await stage.clock.advance(40)
    assert stage.pipeline.known() == {"monitor", "cs", "cs/link/cfe"}
    assert stage.pipeline._saved_s == {}
    assert stage.pipeline._logged == {}
    assert stage.watch.sight.blindness.unmade.kinds == {LINK: "icmp"}
    assert stage.watch.sight.blindness.unmade.reasons == {}


async def test_the_present_states_name_every_component(stage: Stage) -> None:
    keys = {event.key for event in stage.pipeline.states()}
    assert keys == {*stage.pipeline.fleet().components, "monitor"}
    assert list(stage.pipeline.incidents()) == []
    await stage.journal.close()


async def test_an_outage_that_was_about_to_be_told_when_we_died_is_told_by_the_next_life(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    ece = [{"id": "ece", "probes": [{"kind": "tcp", "target": "127.65.0.1:443"}]}]
    stage = Stage(fleet(clinic(services=ece)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(60)
        world.silence("cs/service/ece")
        world.speak("cs")  # the link is back, the service not: it is given a moment
        while stage.watch.views["cs"].standings["cs/link/cfe"].state != "up":
            await clock.advance(1)
        assert stage.incidents()[-1].phase is Phase.CLOSED
    again = Stage(fleet(clinic(services=ece)), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(60)
    told = [event for event in again.events if isinstance(event, IncidentEvent)]
    assert {event.cause for event in told} == {Cause.SERVICE}
    assert [event.phase for event in told].count(Phase.OPENED) == 1
    assert told[-1].pages == 1  # once it is proven afresh


async def test_a_link_that_was_slow_is_slow_after_a_restart(
    clock: FakeClock, tmp_path: Path
) -> None:
    def answer(stage: Stage, rtt_s: float, runs: int) -> None:
        for _ in range(runs):
            echo = EchoFigures(1, (round(rtt_s * 1e9),))
            stage.pipeline.fold(probe(stage), Reading(True, rtt_s, echo=echo), clock.monotonic())
            clock.skip(30.0)

    first = Stage(fleet(clinic()), World(), clock, tmp_path)
    answer(first, 0.042, 300)
    answer(first, 0.18, 100)
    await first.journal.close()
    again = Stage(fleet(clinic()), World(), clock, tmp_path)
    (before, after) = (
        next(s for s in s.pipeline.states() if s.key == "cs/link/cfe") for s in (first, again)
    )
    assert (after.state, after.since, after.because) == ("degraded", before.since, before.because)
    answer(again, 0.18, 20)
    assert again.states("cs/link/cfe") == []
    await again.journal.close()
