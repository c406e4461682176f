"""ntfy: how loud a message is, that all of it is UTF-8, and that no false success is believed."""

import json
from typing import Any

import pytest

from config.messages import NtfySettings, NtfyTopic
from config.settings import ExporterSettings
from exporters.channel import Channel
from exporters.circle import circle_of
from exporters.message import Message
from exporters.notice import Notification
from exporters.ntfy import ntfy_destinations, to_ntfy
from exporters.text import Wording
from monitor.vocabulary import Priority
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import DeliveryBench, logged, running
from tests.exporters.incident import OPENED_AT, closed, opened
from tests.servers.webhook import Reply, WebhookReceiver

TOPIC = NtfyTopic(id="noc", topic="guardia-bc-7f3a")
TAKEN = Reply(200, '{"id": "sPs71M8A2T", "event": "message"}')


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class Bench(DeliveryBench):
    def __init__(self, clock: FakeClock, api: WebhookReceiver, **more: object) -> None:
        super().__init__(clock)
        base = {"url": api.url, "topics": [{"id": "noc", "topic": "guardia-bc-7f3a"}]}
        self.settings = NtfySettings.model_validate({**base, **more})
        circle = circle_of(ExporterSettings(ntfy=self.settings))
        self.channel = Channel(
            "ntfy", ntfy_destinations(self.settings), circle, self.log, clock, self.telemetry,
            Wording("es", "https://g.mx", "https://g.mx/runbooks"),
        )  # fmt: skip


def body(**changes: object) -> Any:  # noqa: ANN401
    known: dict[str, object] = {
        "title": "P1 · UCI sin red", "text": "Desde", "priority": Priority.P1,
        "kind": Notification.OPENED, "key": "k", "thread": "t", "at": OPENED_AT,
    }  # fmt: skip
    return json.loads(to_ntfy(Message(**{**known, **changes}), TOPIC))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "loudness", "sign"),
    [
        ({"priority": Priority.P1}, 5, "rotating_light"),
        ({"priority": Priority.P2}, 4, "warning"),
        ({"priority": Priority.P3}, 3, "large_orange_diamond"),
        ({"priority": Priority.P4}, 2, "information_source"),
        ({"kind": Notification.CLOSED}, 2, "white_check_mark"),
        ({"kind": None}, 5, "test_tube"),
    ],
)
def test_how_loud_it_is_follows_from_its_priority(
    changes: dict[str, object], loudness: int, sign: str
) -> None:
    said = body(**changes)
    assert (said["priority"], said["tags"]) == (loudness, [sign])


def test_a_repetition_replaces_and_another_message_does_not() -> None:
    one, same, other = body(), body(), body(key="k2")
    assert one["sequence_id"] == same["sequence_id"] != other["sequence_id"]
    assert len(one["sequence_id"]) == 32


def test_it_stays_a_message_and_becomes_no_attachment() -> None:
    said = body(text="\n".join(["ñandú " * 20] * 100))
    assert len(said["message"].encode()) <= 4000
    assert said["message"].endswith("\n…")


def test_a_click_leads_to_the_board() -> None:
    assert "click" not in body()
    assert body(link="https://g.mx/#incident=1")["click"] == "https://g.mx/#incident=1"


async def test_an_incident_is_told_in_utf_8_with_headers_in_ascii(clock: FakeClock) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api, token="tk_abc")
        api.script.extend([TAKEN, TAKEN])
        async with running(bench.channel.run()):
            event = bench.log.note(opened())
            bench.channel.offer(event)
            await bench.told(1)
            bench.channel.offer(bench.log.note(closed(event)))
            await bench.telemetry.until(lambda: bench.log.of("ntfy:noc").told_closed)
    first, last = api.received
    assert (first.path, first.headers["Authorization"]) == ("/", "Bearer tk_abc")
    assert all(value.isascii() for value in first.headers.values())
    assert first.body["topic"] == "guardia-bc-7f3a"
    assert first.body["title"].startswith("P1 · UCI sin red · Hospital General de Ensenada")
    assert "Guía: https://g.mx/runbooks/area_network.md" in first.body["message"]
    assert first.body["click"] == "https://g.mx/incidents/INC-1"
    assert last.body["title"].startswith("RECUPERADO, duró 4 min 10 s")


async def test_a_user_and_password_are_sent_as_basic(clock: FakeClock) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api, username="guardia", password="s3cret")
        api.script.append(TAKEN)
        async with running(bench.channel.run()):
            bench.channel.offer(bench.log.note(opened()))
            await bench.told(1)
    assert api.received[0].headers["Authorization"] == "Basic Z3VhcmRpYTpzM2NyZXQ="


@pytest.mark.parametrize(
    ("reply", "level", "what"),
    [
        (Reply(429, "limit reached"), "WARNING", "HTTP 429: limit reached"),
        (Reply(507, "full"), "WARNING", "HTTP 507: full"),
        (Reply(403, "forbidden"), "ERROR", "HTTP 403: forbidden"),
        (Reply(200, "<html>Wi-Fi"), "WARNING", "HTTP 200, not of ntfy: <html>Wi-Fi"),
        (Reply(never=True), "WARNING", "no answer within 1 s"),
    ],
)
async def test_each_failure_is_told_once_and_overcome(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, reply: Reply, level: str, what: str
) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api, timeout=1.0 if reply.never else 5.0)
        api.script.extend([reply, TAKEN])
        async with running(bench.channel.run()):
            bench.channel.offer(bench.log.note(opened()))
            await bench.failed(1)
            await clock.advance(1.1)
            await bench.told(1)
    assert logged(caplog)[0] == (level, f"trouble subject=ntfy:noc what={what}")


async def test_a_message_that_is_refused_is_tried_again_slowly(clock: FakeClock) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api)
        api.script.extend([Reply(413, "too large"), TAKEN])
        async with running(bench.channel.run()):
            bench.channel.offer(bench.log.note(opened()))
            await bench.failed(1)
            await clock.advance(50)
            assert len(api.received) == 1
            await clock.advance(11)
            await bench.told(1)
