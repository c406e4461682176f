"""What people order is done, written down, and survives whatever happens to the daemon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.fleet import Fleet
from config.model import WRITTEN
from monitor.events import IncidentEvent
from monitor.orders import Acknowledge, Action, AddWindow, EndWindow, LetGo, Refusal, WindowView
from monitor.response import audit, desk
from monitor.response.windows import KEPT
from tests.clock import START, FakeClock
from tests.monitor.duty.test_quiet_stories import window
from tests.monitor.response.office import HERE, Office
from tests.monitor.story import World, clinic, fleet, hospital

WORK = {"reason": "Cambio del switch", "by": "TI", "sites": "cs", "lasts": "30m"}


class Night:
    """A hospital and a clinic, watched through as many lives as a test wants."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.world, self.folder = FakeClock(), World(), folder
        self.listed: Fleet = fleet(clinic(), hospital())
        self.told: list[IncidentEvent] = []

    @asynccontextmanager
    async def life(self) -> AsyncIterator[Office]:
        """One life of the daemon; it writes down what it is told as it is told."""
        office = Office(self.listed, self.world, self.clock, self.folder)
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(office.stage.journal.run(), name="journal")
            async with office.stage.playing():
                try:
                    yield office
                finally:
                    writing.cancel()
        self.told += office.stage.incidents()

    async def cut_off(self, office: Office) -> str:
        """Let the clinic fall silent, and people be called; return the incident."""
        self.world.silence("cs")
        await self.clock.advance(240)
        (incident,) = office.stage.watch.incidents.open()
        return incident.event.id


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path)


def ack(**said: object) -> Acknowledge:
    return Acknowledge.model_validate({"by": "Ing. Ruiz", **said}, context=WRITTEN)


def problems(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return "\n".join(answer.problems)


async def test_an_acknowledgement_holds_as_long_as_it_says_or_the_settings_do(
    night: Night,
) -> None:
    async with night.life() as office:
        number = await night.cut_off(office)
        for said, hours in (
            ({}, 2.0),
            ({"for": "45m"}, 0.75),
            ({"until": f"{night.clock.now() + timedelta(hours=5):%Y-%m-%d %H:%M:%S}Z"}, 5.0),
        ):
            event = await office.desk.acknowledge(number, ack(**said), HERE)
            assert isinstance(event, IncidentEvent)
            assert event.acknowledged is not None
            lasts_s = (event.acknowledged.until - night.clock.now()).total_seconds()
            assert lasts_s == pytest.approx(hours * 3600, abs=1)
            assert (event.pages, event.acknowledged.by) == (1, "Ing. Ruiz")


async def test_what_cannot_be_acknowledged_is_refused_with_the_fix(night: Night) -> None:
    async with night.life() as office:
        number = await night.cut_off(office)
        for incident, order, said in (
            ("nope", ack(), "there is no incident `nope`; `guardia status`"),
            (number, ack(until="2026-11-21 08:00Z"), "`until` has passed"),
            (number, ack(until="2026-11-24 09:00Z"), "more than a day ahead; acknowledge again"),
        ):
            assert said in problems(await office.desk.acknowledge(incident, order, HERE))
        assert "nobody has acknowledged" in problems(
            await office.desk.let_go(number, LetGo(by="x"), HERE)
        )
        night.world.speak("cs")
        await night.clock.advance(120)
        assert "is over" in problems(await office.desk.acknowledge(number, ack(), HERE))
        assert office.desk.audit(10) == ()


async def test_letting_go_is_told_and_recorded(night: Night) -> None:
    async with night.life() as office:
        number = await night.cut_off(office)
        await office.desk.acknowledge(number, ack(note="voy en camino"), HERE)
        event = await office.desk.let_go(number, LetGo(by="Ing. Ruiz"), HERE)
        assert isinstance(event, IncidentEvent)
        assert event.acknowledged is None
        actions = [(entry.action, entry.subject) for entry in office.desk.audit(10)]
        assert actions == [(Action.LET_GO, number), (Action.ACKNOWLEDGED, number)]
        assert "voy en camino" in office.desk.audit(10)[1].detail
        assert office.desk.audit(1)[0].origin == "127.0.0.1"


async def test_what_was_answered_survives_kill_9(night: Night) -> None:
    async with night.life() as office:
        number = await night.cut_off(office)
        taken = await office.desk.acknowledge(number, ack(), HERE)
        added = await office.desk.add_window(AddWindow(WORK), HERE)
        office.stage.journal._pending.clear()  # what is not on disk by now is gone
    assert isinstance(taken, IncidentEvent)
    assert isinstance(added, WindowView)
    async with night.life() as office:
        (again,) = office.stage.watch.incidents.open()
        assert again.event.acknowledged == taken.acknowledged
        assert [one.id for one in office.desk.windows()] == [added.id]
        assert [entry.number for entry in office.desk.audit(10)] == [2, 1]
        await office.desk.acknowledge(number, ack(), HERE)
        assert office.desk.audit(1)[0].number == 3


async def test_an_ordered_window_mutes_and_what_outlasts_it_calls(night: Night) -> None:
    async with night.life() as office:
        await office.desk.add_window(AddWindow(WORK), HERE)
        await night.cut_off(office)
        assert office.stage.pages() == 0
        await night.clock.advance(1700)
        assert office.stage.pages() == 1


async def test_it_mutes_through_a_reload_and_a_restart(night: Night) -> None:
    async with night.life() as office:
        added = await office.desk.add_window(AddWindow(WORK), HERE)
        assert isinstance(added, WindowView)
        night.listed = replace(fleet(clinic(name="Otro"), hospital()), maintenance=())
        office.reload(night.listed)
        await night.clock.advance(10)
    async with night.life() as office:
        await night.cut_off(office)
        assert office.stage.pages() == 0
        ended = await office.desk.end_window(added.id, EndWindow(by="TI"), HERE)
        assert isinstance(ended, WindowView)
        assert (ended.active, ended.ends, ended.source) == (False, None, "order")
        await night.clock.advance(5)
        assert office.stage.pages() == 1
    async with night.life() as office:
        again = await office.desk.end_window(added.id, EndWindow(by="TI"), HERE)
        assert "is over already" in problems(again)


async def test_a_critical_area_is_silent_only_where_it_is_named(night: Night) -> None:
    work = {**WORK, "sites": ["hg"]}
    async with night.life() as office:
        await office.desk.add_window(AddWindow({**work, "critical_areas": ["uci"]}), HERE)
        await night.clock.advance(30)
        night.world.silence("hg/area/uci")
        await night.clock.advance(60)
        assert office.stage.pages() == 0
        night.world.silence("hg/area/quirofano")
        await night.clock.advance(60)
        assert office.stage.pages() == 1


async def test_a_window_of_the_files_can_be_ended_and_stays_ended(night: Night) -> None:
    night.listed = replace(night.listed, maintenance=(window(sites="cs"),))
    async with night.life() as office:
        (shown,) = office.desk.windows()
        assert (shown.source, shown.active) == ("file", False)
        await night.clock.advance(90)
        await night.cut_off(office)
        assert office.stage.pages() == 0
        await office.desk.end_window("trabajos", EndWindow(by="TI"), HERE)
        await night.clock.advance(5)
        assert office.stage.pages() == 1
    async with night.life() as office:
        assert office.desk.windows()[0].ends is None


async def test_one_that_has_not_begun_can_be_called_off(night: Night) -> None:
    night.listed = replace(night.listed, maintenance=(window(sites="cs"),))
    async with night.life() as office:
        await office.desk.end_window("trabajos", EndWindow(by="TI"), HERE)
        await night.clock.advance(90)
        assert not office.desk.windows()[0].active


async def test_one_that_recurs_can_be_ended_only_while_it_lasts(night: Night) -> None:
    weekly = window(sites="cs", every={"day": "daily", "at": "03:30", "lasts": "1h"},
                    **{"from": None, "lasts": None})  # fmt: skip
    night.listed = replace(night.listed, maintenance=(weekly,))
    async with night.life() as office:
        early = await office.desk.end_window("trabajos", EndWindow(by="TI"), HERE)
        assert "recurs and is not under way; end it when it has begun" in problems(early)
        await night.clock.advance(45 * 60)
        assert office.desk.windows()[0].active
        ended = await office.desk.end_window("trabajos", EndWindow(by="TI"), HERE)
        assert isinstance(ended, WindowView)
        assert not ended.active
        assert ended.starts == START + timedelta(days=1, minutes=30)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "x"}, "`id` cannot be ordered: an id is given to it; leave it out"),
        ({"every": {}}, "`every` cannot be ordered: it is for once"),
        ({"reason": "poco"}, "`reason`: a reason says what is done"),
        ({"by": None}, "`by`"),
        ({"lasts": 30}, "`lasts`: a duration is a number and a unit; write `30s`"),
        ({"lasts": None, "to": "2026-11-21 12:00"}, "there is no `from`; write such as"),
        ({"sites": "csx"}, "`sites`: there is no site `csx`; did you mean `cs`?"),
        ({"sites": [], "nodes": "pop", "timezone": "UTC"}, "`nodes`: there is no node `pop`"),
        ({"types": "hospital"}, "no site fits `sites`, `states` and `types` together"),
        ({"sites": "hg", "critical_areas": "ucin"}, "did you mean `uci`?"),
        ({"sites": "hg", "parts": "link/cfee"}, "there is no part `link/cfee`; did you mean"),
        ({"sites": "hg", "parts": "area/uci"}, "stays loud; add `uci` to `critical_areas`"),
        ({"sites": "hg", "critical_areas": "uci", "lasts": "5h"}, "silent for 4h at most"),
        ({"from": "2026-11-20 02:00Z"}, "it is over already"),
        ({"sits": "cs"}, "`sits` is no known key"),
    ],
)
async def test_a_window_that_cannot_be_is_refused_with_the_fix(
    night: Night, changes: dict[str, object], said: str
) -> None:
    written = {key: value for key, value in (WORK | changes).items() if value is not None}
    async with night.life() as office:
        assert said in problems(await office.desk.add_window(AddWindow(written), HERE))
        assert list(office.desk.windows()) == []
        assert "there is no window" in problems(
            await office.desk.end_window("x", EndWindow(by="TI"), HERE)
        )


async def test_two_windows_of_one_second_have_two_ids_and_old_ones_are_forgotten(
    night: Night,
) -> None:
    async with night.life() as office:
        for _ in range(2):
            await office.desk.add_window(AddWindow(WORK), HERE)
        assert len({one.id for one in office.desk.windows()}) == 2
    night.clock.skip(KEPT.total_seconds() + 3600)
    async with night.life() as office:
        await office.desk.add_window(AddWindow(WORK), HERE)
        assert len(office.desk.windows()) == 1


async def test_a_generator_test_that_was_called_off_expects_nothing(night: Night) -> None:
    test = {**WORK, "sites": "hg", "expects": "generator_test", "lasts": "5m"}
    async with night.life() as office:
        added = await office.desk.add_window(AddWindow(test), HERE)
        assert isinstance(added, WindowView)
        assert added.expects == "generator_test"
        await night.clock.advance(60)
        await office.desk.end_window(added.id, EndWindow(by="TI"), HERE)
        await night.clock.advance(400)
        assert office.stage.incidents() == []


async def test_the_audit_log_is_bounded(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST", 3)
    async with night.life() as office:
        for _ in range(5):
            office.desk.reloaded([], HERE)
        office.desk.reloaded(["x"], HERE)
        assert [entry.number for entry in office.desk.audit(10)] == [6, 5, 4]
        assert office.desk.audit(1)[0].detail == "1 problem(s)"
    async with night.life() as office:
        assert [entry.number for entry in office.desk.audit(10)] == [6, 5, 4]


async def test_a_disk_that_takes_too_long_holds_no_answer_back(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SETTLE_S", 0.0)
    office = Office(night.listed, night.world, night.clock, night.folder)
    answer = await office.desk.add_window(AddWindow(WORK), HERE)  # and nobody writes
    assert isinstance(answer, WindowView)
    await office.close()


async def test_unreadable_rows_are_forgotten(night: Night) -> None:
    office = Office(night.listed, night.world, night.clock, night.folder)
    office.stage.journal.note("window", "x", "{}")
    office.stage.journal.note("audit", "1", "{}")
    await office.close()
    again = Office(night.listed, night.world, night.clock, night.folder)
    assert again.desk.windows() == ()
    assert again.desk.audit(5) == ()
    await again.close()
