"""The outbox and its courier: bounded, woken at once, patient with failures, never lossy."""

import asyncio
import json
import logging

import pytest

from exporters.courier import Courier
from exporters.notice_writer import NoticeWriter
from exporters.outbox import Outbox
from exporters.posting import Answer, Verdict
from exporters.text import Wording
from monitor.ports import Delivery
from monitor.vocabulary import Priority
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import (
    BAD_REQUEST,
    REFUSED_CONNECTION,
    SERVER_ERROR,
    UNAUTHORIZED,
    FakeLog,
    ScriptedPost,
    Witness,
    logged,
    running,
)
from tests.exporters.incident import OPENED_AT, closed, later, opened

RECEIVER = "noc"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class Bench:
    """A courier with everything around it made of fakes."""

    def __init__(self, clock: FakeClock, *script: Answer, capacity: int = 4096) -> None:
        self.clock = clock
        self.log = FakeLog()
        self.telemetry = Witness()
        self.post = ScriptedPost(*script)
        self.outbox = Outbox(RECEIVER, self.log, clock, self.telemetry, capacity)
        writer = NoticeWriter(Wording("es", None))
        self.courier = Courier(self.outbox, writer, self.post, settle_s=0.05)

    @property
    def told(self) -> list[str]:
        return [notice["key"].removeprefix("noc-1/") for notice in self.post.accepted]


async def test_an_offered_incident_is_told_without_any_time_passing(clock: FakeClock) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        await clock.advance(0)
        bench.outbox.offer(bench.log.note(opened()))
        await clock.advance(0)
        assert bench.told == ["INC-1/1"]
        assert bench.telemetry.deliveries == [("webhook", 0.0)]
        assert bench.telemetry.up == {RECEIVER: True}
        assert bench.telemetry.queues == {RECEIVER: 0}


async def test_the_time_from_event_to_told_is_measured(clock: FakeClock) -> None:
    bench = Bench(clock, REFUSED_CONNECTION)
    event = opened()
    async with running(bench.courier.run()):
        clock.skip(2)
        bench.outbox.offer(event)
        await clock.advance(0.5)
        bench.outbox.offer(later(event, 2.5))
        await clock.advance(2.5)
        bench.outbox.offer(closed(later(event, 2.5), 2.5))
        await clock.advance(0)
    assert [round(s, 6) for _, s in bench.telemetry.deliveries] == [3.0, 0.0]


async def test_nobody_is_told_before_it_is_on_disk(clock: FakeClock) -> None:
    bench = Bench(clock)
    order: list[str] = []
    bench.log.before_step = order.append
    bench.post.before_step = order.append
    bench.outbox.offer(bench.log.note(opened()))
    async with running(bench.courier.run()):
        await clock.advance(0)
    assert order == ["settled", "post", "posted", "record"]


async def test_a_refusing_disk_keeps_no_page_back(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench(clock)
    bench.log.disk_works = False
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        bench.outbox.offer(opened("INC-2"))
        await clock.advance(0)
        assert bench.told == ["INC-1/1", "INC-2/1"]
        bench.log.disk_works = True
        bench.outbox.offer(opened("INC-3"))
        await clock.advance(0)
    refusal = "the disk refuses; telling all the same, from memory"
    assert logged(caplog) == [
        ("ERROR", f"trouble subject=noc durability what={refusal}"),
        ("INFO", "recovered subject=noc durability after_failures=2"),
    ]


async def test_a_hanging_disk_delays_a_page_by_a_bounded_time(clock: FakeClock) -> None:
    bench = Bench(clock)
    bench.log.hangs = True
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await bench.telemetry.until(lambda: bench.told == ["INC-1/1"])
    assert not bench.outbox.disk_works


async def test_failures_are_retried_ever_more_slowly_and_logged_once(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench(clock, *[REFUSED_CONNECTION] * 12)
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(1.5)
        assert 1 <= len(bench.post.bodies) <= 2
        assert bench.telemetry.up == {RECEIVER: False}
        assert bench.telemetry.queues == {RECEIVER: 1}
        await clock.advance(12 * 30)
        assert bench.told == ["INC-1/1"]
    assert bench.telemetry.failures[RECEIVER] == 12
    assert bench.telemetry.up == {RECEIVER: True}
    assert bench.telemetry.queues == {RECEIVER: 0}
    assert logged(caplog) == [
        ("WARNING", "trouble subject=noc what=ClientConnectorError: connection refused"),
        ("INFO", "recovered subject=noc after_failures=12"),
    ]


async def test_a_receiver_that_stays_away_is_asked_a_few_times_a_minute(
    clock: FakeClock,
) -> None:
    bench = Bench(clock, *[SERVER_ERROR] * 100_000)
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(300)
        tries = len(bench.post.bodies)
        await clock.advance(1200)
        assert 40 < len(bench.post.bodies) - tries < 200


async def test_a_new_page_cuts_a_long_pause_short(clock: FakeClock) -> None:
    bench = Bench(clock, Answer(Verdict.AWAY, "HTTP 503: later", retry_after_s=60))
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(2)
        assert bench.told == []
        bench.outbox.offer(opened("INC-2"))
        await clock.advance(0)
        assert bench.told == ["INC-2/1", "INC-1/1"], "the one that has failed waits behind"


async def test_new_pages_never_hammer_a_receiver_that_is_away(clock: FakeClock) -> None:
    bench = Bench(clock, *[SERVER_ERROR] * 1000)
    async with running(bench.courier.run()):
        for number in range(50):
            bench.outbox.offer(opened(f"INC-{number}"))
            await clock.advance(0.1)
        assert len(bench.post.bodies) <= 6


async def test_a_receiver_may_ask_for_patience(clock: FakeClock) -> None:
    bench = Bench(clock, Answer(Verdict.AWAY, "HTTP 429: slower", retry_after_s=20))
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(19)
        assert bench.told == []
        await clock.advance(1.1)
        assert bench.told == ["INC-1/1"]


async def test_what_a_receiver_refuses_keeps_nobody_waiting_and_is_never_given_up(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(clock, BAD_REQUEST, BAD_REQUEST)
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(0)
        bench.outbox.offer(opened("INC-2"))
        bench.post.script.clear()
        bench.post.script.append(Answer(Verdict.TOLD))
        bench.post.script.append(BAD_REQUEST)
        await clock.advance(1)
        assert bench.told == ["INC-2/1"]
        assert bench.telemetry.up == {RECEIVER: True}, "it is there; it only refuses this one"
        await clock.advance(59.5)
        assert len(bench.post.bodies) == 3, "refused again, a minute later"
        await clock.advance(120)
        assert bench.told == ["INC-2/1", "INC-1/1"]
    refusal = "refused: HTTP 400: start time must be before end time"
    assert logged(caplog) == [("ERROR", f"trouble subject=noc INC-1 what={refusal}")]
    assert bench.telemetry.failures[RECEIVER] == 2


async def test_news_of_a_refused_incident_is_tried_at_once(clock: FakeClock) -> None:
    bench = Bench(clock, BAD_REQUEST)
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(5)
        bench.outbox.offer(later(opened(), pages=2))
        await clock.advance(0)
        assert bench.told == ["INC-1/2"]


async def test_one_that_breaks_the_receiver_does_not_block_the_others(clock: FakeClock) -> None:
    """Some servers answer 500 to a document they cannot digest, for ever."""
    bench = Bench(clock)

    async def breaks_on_first(body: bytes, headers: object) -> Answer:
        key = json.loads(body)["key"]
        if key.startswith("noc-1/INC-1/"):
            return SERVER_ERROR
        return await ScriptedPost.__call__(bench.post, body, {})

    courier = Courier(bench.outbox, NoticeWriter(Wording("es", None)), breaks_on_first)
    async with running(courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(60)
        for number in range(2, 6):
            bench.outbox.offer(opened(f"INC-{number}"))
        await clock.advance(10)
        assert bench.told == ["INC-2/1", "INC-3/1", "INC-4/1", "INC-5/1"]


async def test_a_wrong_password_is_an_error_for_somebody_to_act_on(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(clock, UNAUTHORIZED, UNAUTHORIZED)
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(30)
    assert bench.told == ["INC-1/1"]
    assert logged(caplog) == [("ERROR", "trouble subject=noc what=HTTP 401: who are you?")]


async def test_the_gravest_go_first(clock: FakeClock) -> None:
    bench = Bench(clock)
    for number, priority in enumerate((Priority.P4, Priority.P2, Priority.P1, Priority.P3)):
        bench.outbox.offer(opened(f"INC-{number}", priority=priority))
    async with running(bench.courier.run()):
        await clock.advance(0)
    assert bench.told == ["INC-2/1", "INC-1/1", "INC-3/1", "INC-0/1"]


async def test_what_nobody_is_paged_for_is_neither_told_nor_kept(clock: FakeClock) -> None:
    bench = Bench(clock)
    quiet = bench.log.note(opened(pages=0))
    async with running(bench.courier.run()):
        bench.outbox.offer(quiet)
        bench.outbox.offer(bench.log.note(closed(quiet)))
        await clock.advance(0)
    assert bench.told == []
    assert len(bench.outbox) == 0
    assert bench.log.of(RECEIVER) == Delivery(RECEIVER, "INC-1", told_closed=True)


async def test_an_incident_that_becomes_grave_later_is_told_then(clock: FakeClock) -> None:
    bench = Bench(clock)
    quiet = opened(pages=0)
    async with running(bench.courier.run()):
        bench.outbox.offer(quiet)
        await clock.advance(60)
        bench.outbox.offer(later(quiet, pages=1))
        await clock.advance(0)
    assert bench.told == ["INC-1/1"]


async def test_events_that_arrive_out_of_order_never_turn_back_time(clock: FakeClock) -> None:
    bench = Bench(clock)
    first = opened()
    async with running(bench.courier.run()):
        bench.outbox.offer(first)
        await clock.advance(0)
        bench.outbox.offer(closed(later(first)))
        bench.outbox.offer(later(first, pages=2))
        await clock.advance(0)
    assert bench.told == ["INC-1/1", "INC-1/closed"]
    assert len(bench.outbox) == 0


async def test_a_full_outbox_leaves_the_rest_in_the_log_and_fetches_it(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(clock, *[SERVER_ERROR] * 3, capacity=4)
    async with running(bench.courier.run()):
        for number in range(10):
            event = bench.log.note(opened(f"INC-{number}"))
            bench.outbox.offer(event)
            bench.outbox.offer(bench.log.note(closed(event)))
        await clock.advance(0)
        assert len(bench.outbox) == 4
        await clock.advance(120)
    assert len(bench.told) == 20
    assert len(set(bench.told)) == 20, "all of them, each once"
    assert not bench.telemetry.drops
    assert "more than 4 incidents; the rest wait in the log" in caplog.text


async def test_what_neither_memory_nor_disk_can_hold_is_counted(clock: FakeClock) -> None:
    bench = Bench(clock, *[SERVER_ERROR] * 3, capacity=1)
    bench.log.disk_works = False
    async with running(bench.courier.run()):
        bench.outbox.offer(opened())
        await clock.advance(0)
        bench.outbox.offer(opened("INC-2"))
    assert bench.telemetry.drops == {RECEIVER: 1}


async def test_offers_before_the_start_and_the_log_are_one(clock: FakeClock) -> None:
    """The daemon may offer an update of an old incident before the exporter's task runs."""
    bench = Bench(clock)
    first = bench.log.note(opened())
    bench.log.record(Delivery(RECEIVER, "INC-1", told=1))
    bench.outbox.offer(bench.log.note(later(first)))
    async with running(bench.courier.run()):
        await clock.advance(0)
        assert bench.told == [], "it was told before the restart"
        bench.outbox.offer(bench.log.note(closed(later(first))))
        await clock.advance(0)
    assert bench.told == ["INC-1/closed"]


async def test_stopping_leaves_nothing_behind(clock: FakeClock) -> None:
    bench = Bench(clock)
    before = len(asyncio.all_tasks())
    async with running(bench.courier.run()) as task:
        await clock.advance(3)
    assert task.cancelled()
    assert len(asyncio.all_tasks()) == before
