"""Readings as a subscriber to `guardia/v1/+/probe/#` would have stored them."""

from collections.abc import Iterable
from pathlib import Path

from config.fleet import Fleet
from monitor.normalize import probe_event
from tests.clock import FakeClock
from tests.monitor.story import ON_BATTERY, Stage, World, fleet, hospital


async def recorded(folder: Path, listed: Fleet | None = None) -> tuple[Stage, list[str]]:
    """Play a hospital that loses its link, and later its mains; return the lines of all runs."""
    clock, world = FakeClock(), World()
    folder.mkdir(exist_ok=True)
    stage = Stage(listed or fleet(hospital()), world, clock, folder)
    async with stage.playing():
        await clock.advance(30)
        world.silence("hg")
        await clock.advance(30)
        world.speak("hg")
        await clock.advance(30)
        world.power["hg/power/ups"] = ON_BATTERY
        await clock.advance(30)
        world.power.clear()
        await clock.advance(30)
    return stage, [probe_event(run).to_json() for run in stage.observed]


def written(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
