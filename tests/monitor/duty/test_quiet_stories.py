"""Who is called, and when: windows, opening hours and the life of a site, in the running daemon."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from config.site import Site
from monitor.events import IncidentEvent
from monitor.roster import Roster
from monitor.vocabulary import Cause, Phase
from tests.clock import START, FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, clinic, fleet, hospital

CLOSED_NOW = {"hours": "weekdays"}  # a Saturday, 03:00 in Mexico City

BEFORE_MIDNIGHT = START + timedelta(hours=20, minutes=50)  # 23:50 there


def window(**written: object) -> MaintenanceWindow:
    """A window that begins 60 s after the start, and lasts ten minutes."""
    offset_from_utc = f"{START + timedelta(seconds=60):%Y-%m-%d %H:%M}Z"
    return MaintenanceWindow.model_validate(
        {
            "id": "trabajos", "reason": "Cambio del switch", "by": "TI",
            "from": offset_from_utc, "lasts": "10m", **written,
        },
        context=WRITTEN,
    )  # fmt: skip


def having(site: Site, *windows: MaintenanceWindow, **settings: object) -> Fleet:
    return replace(fleet(site, **settings), maintenance=windows)


def quiets(events: list[IncidentEvent]) -> list[str | None]:
    """Return why nobody was called, each reason once in a row."""
    told: list[str | None] = []
    for event in events:
        if not told or told[-1] != event.quiet:
            told.append(event.quiet)
    return told


async def test_a_window_mutes_a_clinic_and_what_outlasts_it_is_told(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(clinic(), window(sites="cs")), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(90)
        world.silence("cs")
        await clock.advance(480)
        assert len(stage.incidents(Phase.OPENED)) == 1
        assert stage.pages() == 0
        await clock.advance(120)
        assert stage.pages() == 1
    assert quiets(stage.incidents()) == ["maintenance:trabajos", None]


async def test_what_repairs_itself_within_the_window_is_told_to_nobody(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(clinic(), window(sites="cs")), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(90)
        world.silence("cs")
        await clock.advance(300)
        world.speak("cs")
        await clock.advance(600)
    assert [event.phase for event in stage.incidents()][-1] is Phase.CLOSED
    assert stage.pages() == 0


async def test_a_life_critical_area_that_no_window_names_calls(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(hospital(), window(sites="hg")), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(90)
        world.silence("hg/area/uci")
        await clock.advance(60)
        assert stage.pages() == 1


async def test_a_life_critical_area_that_a_window_names_is_silent(tmp_path: Path) -> None:
    named = window(sites="hg", critical_areas="uci")
    clock, world = FakeClock(), World()
    stage = Stage(having(hospital(), named), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(90)
        world.silence("hg/area/uci")
        await clock.advance(60)
        assert stage.pages() == 0
        world.silence("hg/area/quirofano")
        await clock.advance(60)
        assert stage.pages() == 1


async def test_a_restart_within_a_window_calls_nobody_and_forgets_nothing(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    listed = having(clinic(), window(sites="cs"))
    stage = Stage(listed, world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(90)
        world.silence("cs")
        await clock.advance(240)
    (opened,) = stage.incidents(Phase.OPENED)
    again = Stage(listed, world, clock, tmp_path)
    async with again.playing():
        await clock.advance(120)
        assert again.incidents() == []
        await clock.advance(300)
        assert again.pages() == 1
    assert {event.id for event in again.incidents()} == {opened.id}


async def test_a_window_that_a_reload_brings_keeps_what_is_open_from_calling_again(
    tmp_path: Path,
) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(clinic()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(90)
        world.silence("cs")
        await clock.advance(240)
        assert stage.pages() == 1
        stage.pipeline.reload(having(clinic(), window(sites="cs")))
        await clock.advance(10)
        assert stage.incidents()[-1].quiet == "maintenance:trabajos"
        await clock.advance(600)
        assert stage.pages() == 1


async def test_a_clinic_closed_at_night_is_told_of_when_it_opens(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(clinic(**CLOSED_NOW)), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(600)
        assert quiets(stage.incidents()) == ["closed"]
        assert stage.pages() == 0
    clock.skip((START + timedelta(hours=53) - clock.now()).total_seconds())  # Monday, 08:00
    again = Stage(having(clinic(**CLOSED_NOW)), world, clock, tmp_path)
    async with again.playing():
        await clock.advance(120)
        assert again.pages() == 1


async def test_power_does_not_wait_for_a_closed_place_to_open(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(hospital(**CLOSED_NOW, areas=[])), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.power["hg/power/ups"] = ON_BATTERY
        await clock.advance(60)
        (opened,) = stage.incidents(Phase.OPENED)
    assert (opened.cause, opened.quiet, stage.pages()) == (Cause.POWER, None, 1)


async def test_a_planned_site_calls_nobody_until_its_first_day(tmp_path: Path) -> None:
    clock, world = FakeClock(BEFORE_MIDNIGHT), World()
    stage = Stage(having(clinic(active_from="2026-11-22")), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(400)
        assert quiets(stage.incidents()) == ["not_active"]
        assert stage.pages() == 0
        await clock.advance(300)
        assert stage.pages() == 1


async def test_a_planned_site_without_a_day_never_calls(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    stage = Stage(having(clinic(status="planned")), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(3600)
    assert stage.pages() == 0


async def test_a_retired_site_is_not_asked_and_its_incident_ends(tmp_path: Path) -> None:
    clock, world = FakeClock(BEFORE_MIDNIGHT), World()
    roster = Roster(fleet(clinic(retired_from="2026-11-22"), clinic("otro")))
    stage = Stage(roster.watched(clock.now()), world, clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(400)
        assert not roster.is_due(clock.now())
        await clock.advance(300)
        assert roster.is_due(clock.now())
        stage.pipeline.reload(roster.watched(clock.now()))
        stage.scheduler.plan(stage.watch.probes())
        assert not roster.is_due(clock.now())
        assert stage.incidents()[-1].phase is Phase.CLOSED
        stage.asked.clear()
        await clock.advance(120)
    assert {key.partition("/")[0] for _, key in stage.asked} == {"otro"}
