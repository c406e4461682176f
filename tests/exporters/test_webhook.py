"""The webhook: opened and closed are always told, in order, and recognisable when repeated."""

import asyncio
from itertools import count

import pytest
from pydantic import SecretStr

from config.fleet import Fleet
from config.settings import Settings, WebhookSettings
from exporters.courier import Courier
from exporters.notice import Notification
from exporters.notice_writer import NoticeWriter
from exporters.outbox import Outbox
from exporters.posting import Answer
from exporters.text import Wording
from exporters.webhook import Webhook
from monitor.events import IncidentEvent
from monitor.vocabulary import Priority
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import (
    REFUSED_CONNECTION,
    FakeLog,
    KilledError,
    ScriptedPost,
    Witness,
    running,
)
from tests.exporters.incident import OPENED_AT, area, closed, later, opened
from tests.servers.webhook import Reply, WebhookReceiver


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class Bench:
    """A receiver that stays, and a daemon that may be killed and started again."""

    def __init__(self, clock: FakeClock, *script: Answer) -> None:
        self.clock = clock
        self.log = FakeLog()
        self.telemetry = Witness()
        self.post = ScriptedPost(*script)
        self.start()

    def start(self) -> Courier:
        self.outbox = Outbox("webhook", self.log, self.clock, self.telemetry)
        self.courier = Courier(self.outbox, NoticeWriter(Wording("es", None)), self.post)
        return self.courier

    def offer(self, event: IncidentEvent) -> IncidentEvent:
        self.outbox.offer(self.log.note(event))
        return event

    @property
    def told(self) -> list[str]:
        return [f"{notice['notification']} {notice['key']}" for notice in self.post.accepted]


async def test_a_notice_carries_the_incident_its_text_and_a_key(clock: FakeClock) -> None:
    async with WebhookReceiver() as noc:
        telemetry = Witness()
        settings = WebhookSettings(url=f"{noc.url}/guardia", token=SecretStr("t0ken\n"))
        exporter = Webhook(
            settings,
            FakeLog(),
            clock,
            telemetry,
            Wording("es", "http://board", "http://board/runbooks"),
        )
        async with running(exporter.run()):
            exporter.offer(opened())
            await telemetry.until(lambda: len(telemetry.deliveries) == 1)
    (request,) = noc.received
    assert request.path == "/guardia"
    assert request.headers["Authorization"] == "Bearer t0ken"
    assert request.headers["Idempotency-Key"] == "noc-1/INC-1/1"
    assert request.headers["Content-Type"] == "application/json"
    notice = dict(request.body)
    assert IncidentEvent.model_validate(notice.pop("incident")) == opened()
    assert "Qué revisar primero:" in notice.pop("description")
    assert notice == {
        "schema": "guardia/v1",
        "notification": "opened",
        "key": "noc-1/INC-1/1",
        "language": "es",
        "summary": (
            "P1 · Hospital General de Ensenada (BCIMB000010): UCI sin red "
            "desde las 03:14:07 (UTC−8)"
        ),
        "link": "http://board/incidents/INC-1",
        "runbook_url": "http://board/runbooks/area_network.md",
    }
    assert telemetry.deliveries == [("webhook", 0.0)]


async def test_each_thing_people_should_hear_is_told_once_and_nothing_else(
    clock: FakeClock,
) -> None:
    bench = Bench(clock)
    async with running(bench.courier.run()):
        event = bench.offer(opened())
        await clock.advance(5)
        event = bench.offer(later(event))  # more evidence
        await clock.advance(5)
        event = bench.offer(later(event, touched=(area("uci"), area("urgencias")), pages=2))
        await clock.advance(5)
        event = bench.offer(later(event, priority=Priority.P2))  # better, not over
        await clock.advance(3600)
        bench.offer(closed(event))
        await clock.advance(3600)
    assert bench.told == [
        "opened noc-1/INC-1/1",
        "worse noc-1/INC-1/2",
        "closed noc-1/INC-1/closed",
    ]
    assert bench.post.accepted[-1]["summary"].startswith("RECUPERADO · ")
    assert [headers["Idempotency-Key"] for headers in bench.post.headers] == [
        notice["key"] for notice in bench.post.accepted
    ]
    assert bench.log.of("webhook").told_closed
    assert len(bench.outbox) == 0


async def test_what_came_and_went_while_it_was_away_is_told_in_order(clock: FakeClock) -> None:
    bench = Bench(clock, *[REFUSED_CONNECTION] * 6)
    async with running(bench.courier.run()):
        event = bench.offer(opened())
        event = bench.offer(later(event, pages=2))
        event = bench.offer(later(event, pages=3))
        bench.offer(closed(event))
        await clock.advance(200)
    assert bench.told == ["opened noc-1/INC-1/3", "closed noc-1/INC-1/closed"]
    first, last = bench.post.accepted
    assert "ya terminó" in first["summary"]
    assert first["incident"]["phase"] == "closed", "the incident inside is always the newest"
    assert last["summary"].startswith("RECUPERADO")


async def test_a_lost_answer_is_repeated_under_the_same_key(clock: FakeClock) -> None:
    async with WebhookReceiver() as noc:
        noc.script.append(Reply(never=True))
        telemetry = Witness()
        settings = WebhookSettings(url=noc.url, timeout=0.2)
        exporter = Webhook(settings, FakeLog(), clock, telemetry)
        async with running(exporter.run()):
            exporter.offer(opened())
            await telemetry.until(lambda: telemetry.failures["webhook"] == 1)
            await clock.advance(1.1)
            await telemetry.until(lambda: len(telemetry.deliveries) == 1)
    keys = [request.headers["Idempotency-Key"] for request in noc.received]
    assert keys == ["noc-1/INC-1/1"] * 2


async def test_a_reload_changes_the_language(clock: FakeClock) -> None:
    async with WebhookReceiver() as noc:
        telemetry = Witness()
        exporter = Webhook(WebhookSettings(url=noc.url), FakeLog(), clock, telemetry)
        exporter.reload(Fleet(Settings(include=("x",), language="en"), (), ()))
        async with running(exporter.run()):
            exporter.offer(opened())
            await noc.wait_for(1)
    assert noc.bodies[0]["language"] == "en"
    assert "ICU without network" in noc.bodies[0]["summary"]
    assert "Authorization" not in noc.received[0].headers


def test_notifications_are_api() -> None:
    words = ["opened", "worse", "reopened", "escalated", "reminder", "closed"]
    assert [word.value for word in Notification] == words


@pytest.mark.parametrize("disk_keeps_up", [True, False])
async def test_killed_at_any_step_it_loses_nothing_and_repeats_only_under_known_keys(
    disk_keeps_up: bool,
) -> None:
    """A receiver that minds the key hears each notification once, whatever died in between."""
    for kill_at in count():
        bench = Bench(FakeClock(OPENED_AT))
        killed = await _play(bench, kill_at, disk_keeps_up=disk_keeps_up)
        assert list(dict.fromkeys(bench.told)) == [
            "opened noc-1/INC-1/1",
            "worse noc-1/INC-1/2",
            "closed noc-1/INC-1/closed",
        ], f"killed at step {kill_at}"
        if not killed:
            assert kill_at >= 3 * 4, "each notification has four steps"
            return


async def _play(bench: Bench, kill_at: int, *, disk_keeps_up: bool) -> bool:
    steps = count()

    def die(_: str) -> None:
        if next(steps) == kill_at:
            raise KilledError

    bench.log.before_step = bench.post.before_step = die
    first = opened()
    worse = later(first, 10, pages=2)
    task = asyncio.create_task(bench.courier.run(), name="daemon")
    killed = False
    for event in (first, worse, closed(worse, 10)):
        bench.offer(event)
        await bench.clock.advance(5)
        if task.done():
            killed = isinstance(task.exception(), KilledError)
            if not disk_keeps_up:
                bench.log.kill()
            task = asyncio.create_task(bench.start().run(), name="daemon")
        await bench.clock.advance(5)
        bench.log.commit()
    task.cancel()
    await asyncio.wait({task})
    return killed
