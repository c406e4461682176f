"""Who is told once more, and of which level: on a clock that plays hours."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.site import Site
from monitor.events import Acknowledgement, IncidentEvent
from monitor.incident import Incident
from monitor.response.calling import waits
from monitor.vocabulary import Call, Phase
from tests.clock import START, FakeClock
from tests.exporters.incident import closed, opened
from tests.monitor.story import SILENCE, Stage, World, clinic, fleet, hospital

UCI = "hg/area/uci"
MINUTE = 60.0
ESCALATION = {"P1": {"after": "5m", "levels": 2}, "P2": {"after": "5m", "levels": 2}}


def rules(**response: object) -> dict[str, object]:
    """P1 and P2 escalate twice, five minutes apart, and nobody is reminded unless it says so."""
    return {
        "response": {"escalation": ESCALATION, "remind_every": {"P1": "0s", "P2": "0s"}, **response}
    }


class Night:
    """A clinic that is cut off after a minute."""

    def __init__(self, folder: Path, site: Site, **response: object) -> None:
        self.clock, self.world, self.folder = FakeClock(), World(), folder
        self.listed = fleet(site, **rules(**response))
        self.stage = Stage(self.listed, self.world, self.clock, folder)
        self.told: list[IncidentEvent] = []

    async def goes_on(self, seconds: float) -> None:
        """Play on, in a life of its own: whatever is not written down is gone after it."""
        async with self.stage.playing():
            await self.clock.advance(seconds)
        self.told += self.stage.incidents()
        self.stage = Stage(self.listed, self.world, self.clock, self.folder)

    @property
    def incident(self) -> Incident:
        (one,) = self.stage.watch.incidents.open()
        return one

    def is_taken_by(self, name: str, minutes: float) -> IncidentEvent:
        at = self.clock.now()
        taken = Acknowledgement(by=name, at=at, until=at + timedelta(minutes=minutes))
        event = self.stage.pipeline.acknowledge(self.incident.event.id, taken)
        assert event is not None
        return event

    def calls(self) -> list[tuple[int, str, int]]:
        """Each call: how many minutes after the first, why, and of which level."""
        found: list[tuple[int, str, int]] = []
        known, first = (0, 0), None
        for event in [*self.told, *self.stage.incidents()]:
            if (event.pages, event.reminders) > known and event.call is not None:
                known, first = (event.pages, event.reminders), first or event.at
                found.append((_minutes(event.at, first), event.call.value, event.escalation))
        return found


def _minutes(at: datetime, since: datetime) -> int:
    return round((at - since).total_seconds() / MINUTE)


async def fallen(folder: Path, **response: object) -> Night:
    night = Night(folder, clinic(), **response)
    await night.goes_on(60)
    night.world.silence("cs")
    await night.goes_on(180)
    return night


async def test_when_nobody_acknowledges_the_next_level_is_called(tmp_path: Path) -> None:
    night = await fallen(tmp_path)
    async with night.stage.playing():
        await night.clock.advance(60 * MINUTE)
        assert night.calls() == [(0, "opened", 0), (5, "escalated", 1), (10, "escalated", 2)]


@pytest.mark.parametrize("step_s", [70, 110, 290])
async def test_killed_at_any_step_each_level_is_called_once(tmp_path: Path, step_s: int) -> None:
    night = await fallen(tmp_path, remind_every={"P2": "20m"})
    for _ in range(35 * 60 // step_s):
        await night.goes_on(step_s)
    calls = [call[1:] for call in night.calls()]
    assert calls[:4] == [("opened", 0), ("escalated", 1), ("escalated", 2), ("reminder", 2)]


async def test_after_a_start_nothing_is_said_before_the_site_was_asked(tmp_path: Path) -> None:
    night = await fallen(tmp_path)
    night.clock.skip(30 * MINUTE)
    night.stage = Stage(night.listed, night.world, night.clock, tmp_path)
    night.world.speak("cs")
    await night.goes_on(10 * MINUTE)
    assert night.calls() == [(0, "opened", 0)]
    assert night.told[-1].phase is Phase.CLOSED


async def test_who_acknowledges_is_not_called_and_when_it_expires_it_goes_on(
    tmp_path: Path,
) -> None:
    night = await fallen(tmp_path)
    async with night.stage.playing():
        event = night.is_taken_by("Ing. Ruiz", minutes=30)
        assert (event.pages, event.phase) == (1, Phase.UPDATED)
        await night.clock.advance(34 * MINUTE)
        assert night.calls() == [(0, "opened", 0)]
        assert night.incident.event.acknowledged is None
        await night.clock.advance(3 * MINUTE)
        assert [call[1:] for call in night.calls()] == [("opened", 0), ("escalated", 1)]


async def test_an_acknowledgement_survives_a_restart_and_so_does_its_end(tmp_path: Path) -> None:
    night = await fallen(tmp_path)
    async with night.stage.playing():
        night.is_taken_by("Ing. Ruiz", minutes=30)
        await night.clock.advance(1)
    night.told += night.stage.incidents()
    night.stage = Stage(night.listed, night.world, night.clock, tmp_path)
    assert night.incident.event.acknowledged is not None
    await night.goes_on(25 * MINUTE)
    assert night.calls() == [(0, "opened", 0)]
    night.clock.skip(10 * MINUTE)
    await night.goes_on(2)
    assert night.incident.event.acknowledged is None
    await night.goes_on(6 * MINUTE)
    assert [call[1] for call in night.calls()] == ["opened", "escalated"]


async def test_an_acknowledged_incident_that_gets_worse_calls_and_waits_again(
    tmp_path: Path,
) -> None:
    night = Night(tmp_path, hospital())
    night.world.silence(UCI)
    async with night.stage.playing():
        await night.clock.advance(MINUTE)
        night.is_taken_by("Ing. Ruiz", minutes=60)
        night.world.silence("hg/area/quirofano")
        await night.clock.advance(MINUTE)
        assert [call[1] for call in night.calls()] == ["opened", "worse"]
        assert night.incident.event.acknowledged is None
        await night.clock.advance(5 * MINUTE)
        assert [call[1] for call in night.calls()] == ["opened", "worse", "escalated"]


async def test_letting_go_counts_from_then(tmp_path: Path) -> None:
    night = await fallen(tmp_path)
    async with night.stage.playing():
        night.is_taken_by("Ing. Ruiz", minutes=60)
        await night.clock.advance(20 * MINUTE)
        night.stage.pipeline.acknowledge(night.incident.event.id, None)
        await night.clock.advance(4 * MINUTE)
        assert len(night.calls()) == 1
        await night.clock.advance(2 * MINUTE)
        assert len(night.calls()) == 2


async def test_reminders_are_no_pages_and_go_on_while_it_stands(tmp_path: Path) -> None:
    night = await fallen(tmp_path, escalation={}, remind_every={"P2": "30m"})
    async with night.stage.playing():
        await night.clock.advance(95 * MINUTE)
        event = night.incident.event
        assert (event.pages, event.reminders, event.call) == (1, 3, Call.REMINDER)
        assert [call[0] for call in night.calls()] == [0, 30, 60, 90]
        night.world.speak("cs")
        await night.clock.advance(60 * MINUTE)
    assert night.stage.incidents()[-1].phase is Phase.CLOSED
    assert night.stage.incidents()[-1].reminders == 3


async def test_while_we_are_blind_nobody_is_called_about_a_site(tmp_path: Path) -> None:
    clock, world = FakeClock(), World()
    watched = fleet(clinic(), **rules(escalation={"P2": {"after": "5m", "levels": 5}}))
    stage = Stage(watched, world, clock, tmp_path, anchors=("127.64.0.99",))
    async with stage.playing():
        await clock.advance(60)
        world.silence("cs")
        await clock.advance(180)
        anchor = next(iter(stage.watch.sight.blindness.anchors.standings))
        world.silence(anchor, reason=SILENCE)
        await clock.advance(20 * MINUTE)
        assert stage.watch.sight.is_blind
        assert {event.pages for event in stage.incidents() if event.site.id == "cs"} == {0, 1}
        world.speak(anchor)
        await clock.advance(3 * MINUTE)
        assert max(event.escalation for event in stage.incidents()) >= 1


async def test_the_rules_of_a_reload_hold_at_once(tmp_path: Path) -> None:
    night = await fallen(tmp_path, escalation={})
    async with night.stage.playing():
        await night.clock.advance(10 * MINUTE)
        night.stage.pipeline.reload(fleet(clinic(), **rules()))
        await night.clock.advance(10)
        assert [call[1] for call in night.calls()] == ["opened", "escalated"]


def test_what_is_over_quiet_settling_or_taken_waits_for_nobody() -> None:
    event = opened()
    assert waits(event)
    taken = Acknowledgement(by="x", at=START, until=START)
    for change in (
        {"pages": 0}, {"quiet": "maintenance:x"}, {"settling_since": START}, {"acknowledged": taken}
    ):  # fmt: skip
        assert not waits(event.model_copy(update=change))
    assert not waits(closed(event))
