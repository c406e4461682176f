"""Generator tests in the running daemon: one that goes well is silent, others are told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Fact, Phase, Priority
from probes.reading import Battery, UnitState
from tests.clock import START, FakeClock
from tests.monitor.story import GOOD, ON_BATTERY, Stage, World, fleet, hospital

UPS, PLANT, LINK = "hg/power/ups", "hg/power/planta", "hg/link/cfe"
STOPPED = replace(GOOD, unit="planta", state=UnitState.STOPPED, battery=Battery.UNKNOWN)
RUNNING = replace(STOPPED, state=UnitState.RUNNING)
BROKEN = replace(STOPPED, state=UnitState.FAULT)
DAY_S = 86_400.0


def listed(**expected: object) -> Fleet:
    """A hospital whose generator is tested from 60 s after the start on, for ten minutes."""
    power = [
        {"id": unit, "kind": kind, "source": {"kind": "power", "url": f"http://h/{unit}"}}
        for unit, kind in (("ups", "ups"), ("planta", "generator"))
    ]
    test = MaintenanceWindow.model_validate(
        {
            "id": "planta", "reason": "Prueba semanal de la planta", "by": "Conservación",
            "sites": "hg", "expects": {"kind": "generator_test", **expected}, "lasts": "10m",
            "from": f"{START + timedelta(seconds=60):%Y-%m-%d %H:%M}Z",
        },
        context=WRITTEN,
    )  # fmt: skip
    return replace(fleet(hospital(power=power)), maintenance=(test,))


class Test:
    """One test, played: mains and generator as `world` has them."""

    __test__ = False

    def __init__(self, folder: Path, **expected: object) -> None:
        self.clock, self.world = FakeClock(), World()
        self.world.power = {UPS: GOOD, PLANT: STOPPED}
        self.stage = Stage(listed(**expected), self.world, self.clock, folder)

    def begin(self) -> None:
        """Let the window open."""

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        """Play, from half a minute after the window has opened on."""
        async with self.stage.playing():
            await self.clock.advance(90)
            yield

    def cut(self) -> None:
        self.world.power[UPS] = ON_BATTERY

    def start(self) -> None:
        self.world.power[PLANT] = RUNNING

    def end(self) -> None:
        self.world.power = {UPS: GOOD, PLANT: STOPPED}

    def facts(self) -> set[tuple[Fact, str]]:
        """Return what incidents quote of tests."""
        return {
            (line.fact, str(line.figures["breach"]))
            for event in self.stage.incidents()
            for line in event.evidence
            if line.fact.startswith("generator_test_")
        }


async def test_a_test_that_goes_well_is_silent(tmp_path: Path) -> None:
    test = Test(tmp_path)
    async with test.under_way():
        test.cut()
        await test.clock.advance(6)
        test.start()
        await test.clock.advance(300)
        (opened,) = test.stage.incidents(Phase.OPENED)
        assert (opened.cause, opened.quiet) == (Cause.POWER, "maintenance:planta")
        test.end()
        await test.clock.advance(900)
    assert test.stage.pages() == 0
    assert test.facts() == set()


async def test_a_generator_that_does_not_start_is_told_of_once(tmp_path: Path) -> None:
    test = Test(tmp_path)
    async with test.under_way():
        test.cut()
        await test.clock.advance(40)
        assert test.stage.pages() == 1
        await test.clock.advance(120)
        test.end()
        await test.clock.advance(900)
    assert test.stage.pages() == 1
    assert test.facts() == {(Fact.GENERATOR_TEST_NO_START, "generator_did_not_start")}
    assert test.stage.incidents()[-1].phase is Phase.CLOSED


async def test_a_generator_in_fault_is_told_of(tmp_path: Path) -> None:
    test = Test(tmp_path)
    async with test.under_way():
        test.world.power[PLANT] = BROKEN
        await test.clock.advance(60)
    assert test.stage.pages() == 1
    assert test.facts() == {(Fact.GENERATOR_TEST_FAILED, "generator_failed")}


async def test_mains_that_do_not_come_back_are_told_of_when_the_window_ends(
    tmp_path: Path,
) -> None:
    test = Test(tmp_path)
    async with test.under_way():
        test.cut()
        test.start()
        await test.clock.advance(540)
        assert test.stage.pages() == 0
        await test.clock.advance(120)
    assert test.stage.pages() == 1
    assert test.facts() == {(Fact.GENERATOR_TEST_FAILED, "mains_not_back")}


async def test_a_test_without_load_that_starts_nothing_is_told_of_for_a_day(
    tmp_path: Path,
) -> None:
    test = Test(tmp_path, with_load=False)
    async with test.stage.playing():
        await test.clock.advance(720)
        (opened,) = test.stage.incidents(Phase.OPENED)
        assert (opened.cause, opened.priority) == (Cause.POWER, Priority.P2)
        assert opened.root.key == PLANT
    test.clock.skip(DAY_S - 300)
    again = Stage(listed(with_load=False), test.world, test.clock, tmp_path)
    async with again.playing():
        await test.clock.advance(200)
        assert again.incidents(Phase.CLOSED) == []
        await test.clock.advance(100)
    assert [event.id for event in again.incidents(Phase.CLOSED)] == [opened.id]
    assert test.stage.pages() == 1
    assert test.facts() == {(Fact.GENERATOR_TEST_NO_START, "generator_did_not_start")}


async def test_a_test_that_was_not_held_is_noted_and_wakes_nobody(tmp_path: Path) -> None:
    test = Test(tmp_path)
    async with test.stage.playing():
        await test.clock.advance(720)
        (opened,) = test.stage.incidents(Phase.OPENED)
    assert (opened.priority, opened.pages) == (Priority.P4, 0)
    assert test.facts() == {(Fact.GENERATOR_TEST_NOT_HELD, "not_held")}


async def test_a_link_cut_while_the_generator_carries_the_site_is_the_link(tmp_path: Path) -> None:
    test = Test(tmp_path)
    async with test.under_way():
        test.cut()
        await test.clock.advance(6)
        test.start()
        await test.clock.advance(60)
        assert test.stage.pages() == 0
        test.world.silence("hg")
        await test.clock.advance(120)
        latest = test.stage.incidents()[-1]
        assert (latest.cause, latest.root.key, latest.quiet) == (Cause.LINK, LINK, None)
        assert test.stage.pages() == 1


LASTS_S: dict[Callable[[Test], None], float] = {
    Test.begin: 80,
    Test.cut: 6,
    Test.start: 200,
    Test.end: 900,
}


async def played(
    folder: Path, steps: tuple[Callable[[Test], None], ...], killed_after: int | None, **of: object
) -> list[tuple[str, int, str]]:
    """Play a test, killed after one of its steps; return each incident, its pages and its end."""
    folder.mkdir()
    test, step = Test(folder, **of), 0
    told: list[IncidentEvent] = []
    while step < len(steps):
        async with test.stage.playing():
            while step < len(steps):
                steps[step](test)
                await test.clock.advance(LASTS_S[steps[step]])
                step += 1
                if step - 1 == killed_after:
                    break
        told += test.stage.incidents()
        test.stage = Stage(listed(**of), test.world, test.clock, folder)
    await test.stage.journal.close()
    last = {event.id: event for event in told}
    return [(event.cause.value, event.pages, event.phase.value) for event in last.values()]


@pytest.mark.long
@pytest.mark.parametrize("killed_after", range(3))
@pytest.mark.parametrize("with_load", [True, False])
async def test_a_restart_in_the_middle_of_a_test_changes_nothing(
    tmp_path: Path, killed_after: int, with_load: bool
) -> None:
    under_load = (Test.begin, Test.cut, Test.start, Test.end)
    steps = under_load if with_load else (Test.begin, Test.start, Test.end)
    whole = await played(tmp_path / "a", steps, None, with_load=with_load)
    assert [pages for _, pages, _ in whole] == [0] * len(whole)
    assert await played(tmp_path / "b", steps, killed_after, with_load=with_load) == whole


async def test_a_test_that_failed_is_not_judged_anew_after_a_restart(tmp_path: Path) -> None:
    """Mains are back by then: by the facts alone, it would be a test that nobody held."""
    test = Test(tmp_path)
    async with test.under_way():
        test.cut()
        await test.clock.advance(60)
        test.end()
        await test.clock.advance(8)
    (opened,) = test.stage.incidents(Phase.OPENED)
    test.stage = Stage(listed(), test.world, test.clock, tmp_path)
    async with test.stage.playing():
        await test.clock.advance(900)
    assert {event.id for event in test.stage.incidents()} == {opened.id}
    assert test.stage.incidents()[-1].phase is Phase.CLOSED
    assert test.stage.pages() == 1
