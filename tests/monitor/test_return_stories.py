"""Sites that come back: what was asked in vain before tells nothing of them afterwards.

Connections behave here as real ones do: what is asked again within its time is answered late.
"""

from pathlib import Path

import pytest

from config.component import Probe
from config.site import Site
from monitor.vocabulary import Cause, Phase
from probes.reading import Reading, Reason
from tests.clock import FakeClock
from tests.monitor.story import Stage, World, clinic, fleet

ADDRESS = "127.66.0.1"
STALLED = Reading.failed(Reason.STALLED, "our own loop stood still")
TCP_ASKS_AGAIN_S = (1.0, 2.0)


def whole_clinic(site_id: str) -> Site:
    """A clinic with all that a clinic has: what falls silent together is asked in turns."""
    ping = {"kind": "icmp", "target": ADDRESS}
    return clinic(
        site_id,
        links=[{"id": "cfe", "probes": [ping, {"kind": "http", "url": f"http://{ADDRESS}/"}]}],
        areas=[{"id": area, "probes": [ping]} for area in ("consulta", "farmacia")],
        services=[{"id": "expediente", "probes": [ping]}],
    )


class Wire(Stage):
    """`late_s` is how long what came back waits to be folded; `unasked` is what we cannot ask."""

    late_s = 0.0
    unasked: frozenset[str] = frozenset()

    async def ask(self, probe: Probe, in_doubt: bool) -> Reading:
        began_s, timeout_s = self.clock.monotonic(), probe.settings.timeout
        if probe.key in self.unasked:
            await self.clock.sleep(0.01)
            return STALLED
        if self._refusal(probe) is None:
            await self.clock.sleep(0.01 + self.late_s)
            return Reading(True, 0.01)
        for wait_s in TCP_ASKS_AGAIN_S if probe.settings.kind == "http" else ():
            await self.clock.sleep(wait_s)
            if self._refusal(probe) is None:
                return Reading(True, self.clock.monotonic() - began_s)
        lasted_s = self.clock.monotonic() - began_s
        await self.clock.sleep(timeout_s - lasted_s + self.late_s)
        return Reading.failed(Reason.NO_REPLY, "", timeout_s)


SITES = [f"cs{number}" for number in range(6)]
"""Each has a phase of its own: some cut or return always falls badly."""
LINK_OF_CS0 = frozenset({"cs0/link/cfe#icmp", "cs0/link/cfe#http"})


@pytest.fixture
def wire(world: World, clock: FakeClock, tmp_path: Path) -> Wire:
    quick = {"clinic": {"interval": "15s", "reprobe": "1s"}}
    site_list = fleet(*map(whole_clinic, SITES), classes=quick, response={"reopen_within": "0s"})
    return Wire(site_list, world, clock, tmp_path, anchors=("127.64.255.1",))


def told(stage: Stage) -> set[str]:
    """Return what incidents were opened about, by its path in the site."""
    return {event.root.key.partition("/")[2] for event in stage.incidents(Phase.OPENED)}


@pytest.mark.parametrize("lasts_s", [7, 9, 12])
async def test_a_short_cut_is_told_as_the_link_or_not_at_all(
    wire: Wire, world: World, lasts_s: float
) -> None:
    async with wire.playing():
        await wire.clock.advance(60)
        world.silence(*SITES)
        await wire.clock.advance(lasts_s)
        world.silent.clear()
        await wire.clock.advance(60)
    assert told(wire) <= {"link/cfe"}


async def test_losses_that_waited_to_be_folded_are_not_taken_for_fresh_ones(
    wire: Wire, world: World
) -> None:
    async with wire.playing():
        await wire.clock.advance(60)
        world.silence(*SITES)
        await wire.clock.advance(40)
        wire.late_s = 12.0
        await wire.clock.advance(20)
        world.silent.clear()
        returned_at = wire.clock.now()
        await wire.clock.advance(60)
    assert told(wire) == {"link/cfe"}
    assert all(event.at < returned_at for event in wire.incidents(Phase.OPENED))


async def test_what_lies_behind_a_link_that_we_could_not_ask_waits_for_it(
    wire: Wire, world: World
) -> None:
    async with wire.playing():
        await wire.clock.advance(60)
        wire.unasked = LINK_OF_CS0
        world.silence(*SITES)
        await wire.clock.advance(10)
        wire.unasked = frozenset()
        await wire.clock.advance(30)
    assert told(wire) == {"link/cfe"}


async def test_an_area_behind_a_link_that_we_can_not_ask_is_told_of_all_the_same(
    wire: Wire, world: World
) -> None:
    async with wire.playing():
        await wire.clock.advance(60)
        wire.unasked = LINK_OF_CS0
        world.silence("cs0/area/farmacia")
        await wire.clock.advance(60)
    assert told(wire) == {"area/farmacia"}


async def test_what_failed_with_the_link_and_could_not_be_asked_since_is_not_half_an_answer(
    wire: Wire, world: World
) -> None:
    async with wire.playing():
        await wire.clock.advance(60)
        world.silence(*SITES)
        await wire.clock.advance(60)
        world.silent.clear()
        wire.unasked = frozenset({"cs0/link/cfe#http"})
        await wire.clock.advance(40)
    assert {event.cause for event in wire.incidents(Phase.OPENED)} == {Cause.UNDETERMINED}


async def test_an_area_that_dies_alone_is_told_within_seconds(wire: Wire, world: World) -> None:
    async with wire.playing():
        await wire.clock.advance(60)
        world.silence(*(f"{site}/area/farmacia" for site in SITES))
        await wire.clock.advance(22)
    assert len(wire.incidents(Phase.OPENED)) == len(SITES)
