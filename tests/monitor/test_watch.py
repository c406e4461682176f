"""From readings to what is told: what is asked again, what waits, what a mass outage costs."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.vocabulary import Phase
from probes.reading import Reading, Reason, UnitState
from tests.clock import FakeClock
from tests.monitor.story import GOOD, Stage, World, clinic, fleet, hospital

ANCHOR = "127.64.255.1"


class Chaos(World):
    """Chosen components refuse half of what they are asked, at random and at once."""

    def __init__(self, *kinds: str) -> None:
        super().__init__()
        self._kinds = kinds
        self._dice = random.Random(7)

    def is_silent(self, component: str) -> Reason | None:
        chosen = any(kind in component for kind in self._kinds)
        return Reason.REFUSED if chosen and self._dice.random() < 0.5 else None


def sources(count: int) -> list[dict[str, object]]:
    return [
        {
            "id": f"ups-{n}",
            "kind": "ups",
            "source": {"kind": "power", "url": f"http://127.64.0.1/power/ups-{n}"},
        }
        for n in range(count)
    ]


def clinics(count: int) -> list[str]:
    return [f"c{n}" for n in range(count)]


async def test_a_flapping_proxy_in_front_of_many_units_is_no_storm_of_questions(
    clock: FakeClock, tmp_path: Path
) -> None:
    stage = Stage(fleet(hospital(power=sources(8))), Chaos("/power/"), clock, tmp_path)
    async with stage.playing():
        await clock.advance(60)
    asked = Counter(probe for _, probe in stage.asked if "/power/" in probe)
    assert max(asked.values()) <= 61  # at most once a second, however they excite each other


@pytest.mark.long
async def test_a_mass_outage_asks_the_anchors_often_but_not_once_per_site(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    names = clinics(300)
    stage = Stage(fleet(*map(clinic, names)), world, clock, tmp_path, anchors=(ANCHOR,))
    async with stage.playing():
        await clock.advance(40)
        world.silence(*names)
        stage.asked.clear()
        await clock.advance(60)
        waiting = stage.scheduler.waiting
    asked = Counter(probe.partition("/")[0] for _, probe in stage.asked)
    assert asked["monitor"] <= 121  # twice a second is as often as an anchor is ever asked
    # a new link is asked every second for half a minute, till proven down, then on the grid again
    assert max(asked[name] for name in names) <= 30
    assert waiting < 4 * len(names)
    assert len(stage.incidents(Phase.OPENED)) == len(names)


async def test_a_generator_that_stops_has_the_others_asked_of_the_mains(
    world: World, clock: FakeClock, tmp_path: Path
) -> None:
    plant = {
        "id": "planta",
        "kind": "generator",
        "source": {"kind": "power", "url": "http://127.64.0.1/power/planta"},
    }
    stage = Stage(fleet(hospital(power=[*sources(1), plant])), world, clock, tmp_path)
    probes = stage.watch.probes()
    ups, planta = probes["hg/power/ups-0#power"], probes["hg/power/planta#power"]
    at_s, at = clock.monotonic(), clock.now()
    running = Reading(True, 0.01, power=replace(GOOD, state=UnitState.RUNNING))
    resting = Reading(True, 0.01, power=replace(GOOD, state=UnitState.STOPPED))
    assert ups.key not in stage.watch.observe(planta, running, at_s, at).hasten
    assert ups.key in stage.watch.observe(planta, resting, at_s + 10, at).hasten
    assert ups.key not in stage.watch.observe(planta, resting, at_s + 20, at).hasten
    await stage.journal.close()
