"""A UPS drains and insulation fails while mains are there: who is told, when, and until when."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from config.site import Site
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Phase, Priority
from probes.reading import Battery, Mains, Reason, UnitState
from tests.clock import START, FakeClock
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, Stage, World, fleet, hospital

UPS, PANEL = "hg/power/ups", "hg/power/panel"
POWER = [
    {"id": "ups", "kind": "ups", "source": {"kind": "power", "url": "http://h/ups"}},
    {
        "id": "panel", "kind": "isolation", "feeds": ["quirofano"],
        "source": {"kind": "power", "url": "http://h/panel"},
    },
]  # fmt: skip
DRAINING = replace(ON_BATTERY, mains=Mains.PRESENT)
INSULATED = replace(GOOD, unit="panel", state=UnitState.NORMAL, battery=Battery.UNKNOWN)
LEAKING = replace(INSULATED, state=UnitState.ALARM)


def site(**more: object) -> Site:
    return hospital("hg", power=POWER, **more)


@dataclass
class Lives:
    """The same daemon again and again, on one journal."""

    folder: Path
    fleet: Fleet = field(default_factory=lambda: fleet(site()))
    world: World = field(default_factory=lambda: World(power={UPS: GOOD, PANEL: INSULATED}))
    clock: FakeClock = field(default_factory=FakeClock)
    incidents: list[IncidentEvent] = field(default_factory=list)

    async def live(self, seconds: float) -> None:
        stage = Stage(self.fleet, self.world, self.clock, self.folder)
        async with stage.playing():
            await self.clock.advance(seconds)
        self.incidents += stage.incidents()
        self.clock.skip(2)

    def told(self) -> list[tuple[Cause, int, Phase]]:
        last = {event.id: event for event in self.incidents}
        return [(event.cause, event.pages, event.phase) for event in last.values()]


@pytest.fixture
def lives(tmp_path: Path) -> Lives:
    return Lives(tmp_path)


def stage_of(lives: Lives, *sites: Site) -> Stage:
    planned = fleet(*sites) if sites else lives.fleet
    return Stage(planned, lives.world, lives.clock, lives.folder)


@pytest.mark.parametrize("killed_after_s", [3, 8, 11, 30])
async def test_a_kill_while_insulation_fails_pages_once(
    lives: Lives, killed_after_s: float
) -> None:
    await lives.live(60)
    lives.world.power[PANEL] = LEAKING
    await lives.live(killed_after_s)
    await lives.live(60)
    assert lives.told() == [(Cause.ISOLATION_FAULT, 1, lives.incidents[-1].phase)]
    assert (lives.incidents[0].priority, lives.incidents[0].site.id) == (Priority.P2, "hg")
    lives.world.power[PANEL] = INSULATED
    await lives.live(5)
    await lives.live(60)
    assert lives.told() == [(Cause.ISOLATION_FAULT, 1, Phase.CLOSED)]


@pytest.mark.parametrize("killed_after_s", [20, 58, 63, 90])
async def test_a_kill_while_a_ups_drains_pages_once(lives: Lives, killed_after_s: float) -> None:
    await lives.live(60)
    lives.world.power[UPS] = DRAINING
    await lives.live(killed_after_s)
    await lives.live(90)
    assert lives.told() == [(Cause.UPS_ON_BATTERY, 1, lives.incidents[-1].phase)]
    began_s = (lives.incidents[0].opened_at - START).total_seconds()
    assert began_s == pytest.approx(62, abs=6), "the wait is not counted anew"
    lives.world.power[UPS] = GOOD
    await lives.live(60)
    assert lives.told() == [(Cause.UPS_ON_BATTERY, 1, Phase.CLOSED)]


async def test_what_was_seen_once_before_a_kill_opens_nothing_while_nobody_speaks(
    lives: Lives,
) -> None:
    await lives.live(60)
    lives.world.power[PANEL] = LEAKING
    await lives.live(4)
    lives.world.silence(PANEL, reason=Reason.STATUS)
    await lives.live(120)
    assert lives.told() == []


async def test_telemetry_that_goes_silent_ends_neither(lives: Lives) -> None:
    stage = stage_of(lives)
    async with stage.playing():
        await lives.clock.advance(60)
        lives.world.power |= {PANEL: LEAKING, UPS: DRAINING}
        await lives.clock.advance(90)
        lives.world.silence(PANEL, UPS, reason=Reason.STATUS)
        await lives.clock.advance(600)
    assert {event.phase for event in stage.incidents()} <= {Phase.OPENED, Phase.UPDATED}
    assert stage.pages() == 2


async def test_little_left_calls_again_and_more_areas_do_not(lives: Lives) -> None:
    stage = stage_of(lives)
    async with stage.playing():
        await lives.clock.advance(60)
        lives.world.power[UPS] = DRAINING
        await lives.clock.advance(90)
        lives.world.power[UPS] = replace(DRAINING, runtime_s=600.0)
        await lives.clock.advance(30)
        lives.world.power[UPS] = replace(RUNNING_LOW, mains=Mains.PRESENT)
        await lives.clock.advance(30)
        lives.world.silence("hg/area/uci", "hg/area/quirofano")
        await lives.clock.advance(60)
    assert {event.id for event in stage.incidents()} == {stage.incidents()[0].id}
    last = stage.incidents()[-1]
    assert (last.cause, last.priority, last.pages) == (Cause.UPS_ON_BATTERY, Priority.P1, 2)


async def test_mains_that_are_lost_later_leave_it_open_and_do_not_end_it(lives: Lives) -> None:
    stage = stage_of(lives)
    async with stage.playing():
        await lives.clock.advance(60)
        lives.world.power[UPS] = DRAINING
        await lives.clock.advance(90)
        lives.world.power[UPS] = ON_BATTERY
        await lives.clock.advance(60)
        assert [event.cause for event in stage.incidents(Phase.OPENED)] == [
            Cause.UPS_ON_BATTERY, Cause.POWER,
        ]  # fmt: skip
        assert stage.incidents(Phase.CLOSED) == []
        lives.world.power[UPS] = DRAINING
        await lives.clock.advance(60)
        assert [event.cause for event in stage.incidents(Phase.CLOSED)] == [Cause.POWER]
        lives.world.power[UPS] = GOOD
        await lives.clock.advance(30)
    assert len(stage.incidents(Phase.CLOSED)) == 2


async def test_a_panel_that_leaves_the_list_takes_its_alarm_with_it(lives: Lives) -> None:
    stage = stage_of(lives)
    async with stage.playing():
        await lives.clock.advance(60)
        lives.world.power[PANEL] = LEAKING
        await lives.clock.advance(30)
        without = fleet(hospital(power=POWER[:1]))
        stage.pipeline.reload(without)
        stage.scheduler.plan(stage.watch.probes())
        await lives.clock.advance(5)
    assert [event.phase for event in stage.incidents()] == [Phase.OPENED, Phase.CLOSED]


def worked_on(**more: object) -> MaintenanceWindow:
    written = {
        "id": "tableros", "reason": "Revisión de tableros", "by": "Biomédica", "sites": "hg",
        "from": f"{START:%Y-%m-%d %H:%M}Z", "lasts": "2h", **more,
    }  # fmt: skip
    return MaintenanceWindow.model_validate(written, context=WRITTEN)


@pytest.mark.parametrize(
    ("names", "pages"), [({}, 1), ({"critical_areas": ["quirofano"]}, 0)], ids=["not", "named"]
)
async def test_maintenance_keeps_an_alarm_quiet_if_it_names_the_room(
    lives: Lives, names: dict[str, object], pages: int
) -> None:
    lives.fleet = replace(lives.fleet, maintenance=(worked_on(**names),))
    stage = stage_of(lives)
    async with stage.playing():
        await lives.clock.advance(60)
        lives.world.power[PANEL] = LEAKING
        await lives.clock.advance(60)
    assert stage.pages() == pages
    assert len(stage.incidents(Phase.OPENED)) == 1
