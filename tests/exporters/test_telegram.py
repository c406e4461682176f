"""Telegram: recovery answers the first message, and a busy or wrong server loses nothing."""

import json
from typing import Any

import pytest

from config.messages import TelegramChat, TelegramSettings
from config.settings import ExporterSettings
from exporters.channel import Channel
from exporters.circle import Named, circle_of
from exporters.message import Message, trial
from exporters.notice import Notification
from exporters.telegram import LONGEST_UNITS, telegram_destinations, to_telegram
from exporters.text import Wording
from monitor.vocabulary import Priority
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import DeliveryBench, logged, running
from tests.exporters.incident import OPENED_AT, closed, later, opened
from tests.servers.webhook import Reply, WebhookReceiver

TOKEN = "123456:AAbbCC-dd_ee"
GROUP = TelegramChat(id="bc", chat="-1001")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class Bench(DeliveryBench):
    def __init__(self, clock: FakeClock, api: WebhookReceiver, **more: object) -> None:
        super().__init__(clock)
        base = {"url": api.url, "token": TOKEN, "chats": [{"id": "bc", "chat": -1001}]}
        self.settings = TelegramSettings.model_validate({**base, **more})
        self.api = api

    def start(self) -> Channel:
        circle = circle_of(ExporterSettings(telegram=self.settings))
        return Channel(
            "telegram", telegram_destinations(self.settings), circle, self.log, self.clock,
            self.telemetry, Wording("es", "https://g.mx", "https://g.mx/runbooks"),
        )  # fmt: skip


def sent(message_id: int) -> Reply:
    return Reply(200, json.dumps({"ok": True, "result": {"message_id": message_id}}))


def error(status: int, description: str, **parameters: object) -> Reply:
    body = {"ok": False, "error_code": status, "description": description}
    return Reply(status, json.dumps({**body, "parameters": parameters}))


def message(**changes: object) -> Message:
    known: dict[str, object] = {
        "title": "P1 · UCI sin red", "text": "Desde", "priority": Priority.P1,
        "kind": Notification.OPENED, "key": "k", "thread": "t", "at": OPENED_AT,
    }  # fmt: skip
    return Message(**{**known, **changes})  # type: ignore[arg-type]


def body(said: Message, first: str = "", chat: TelegramChat = GROUP) -> Any:  # noqa: ANN401
    return json.loads(to_telegram(said, first, chat))


def test_a_message_is_plain_text_without_previews() -> None:
    assert body(message()) == {
        "chat_id": -1001,
        "text": "P1 · UCI sin red\n\nDesde",
        "disable_notification": False,
        "link_preview_options": {"is_disabled": True},
    }


def test_a_channel_by_name_and_a_topic_of_a_group() -> None:
    chat = TelegramChat(id="bc", chat="@guardia_bc", thread=7)
    said = body(message(), "", chat)
    assert (said["chat_id"], said["message_thread_id"]) == ("@guardia_bc", 7)


@pytest.mark.parametrize(
    ("changes", "is_quiet"),
    [
        ({}, False),
        ({"priority": Priority.P4}, True),
        ({"kind": Notification.CLOSED}, True),
        ({"kind": Notification.ESCALATED}, False),
    ],
)
def test_what_is_over_or_only_to_note_makes_no_sound(
    changes: dict[str, object], is_quiet: bool
) -> None:
    assert body(message(**changes))["disable_notification"] is is_quiet


def test_a_test_makes_a_sound() -> None:
    assert not body(trial(Named("telegram", "bc"), "noc-1", Wording(), OPENED_AT))[
        "disable_notification"
    ]


def test_what_is_too_long_is_cut_between_lines_and_counted_as_telegram_counts() -> None:
    text = "\n".join(f"línea {n} 🏥" for n in range(2000))
    cut = body(message(text=text))["text"]
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST_UNITS
    assert cut.endswith("🏥\n…")
    assert body(message(text="🏥" * 9000))["text"].endswith("…")


async def test_all_of_an_incident_answers_its_first_message(clock: FakeClock) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api)
        api.script.extend([sent(41), sent(42), sent(43)])
        channel = bench.start()
        async with running(channel.run()):
            event = bench.log.note(opened())
            channel.offer(event)
            await bench.told(1)
            worse = bench.log.note(later(event, pages=2))
            channel.offer(worse)
            await bench.told(2)
        bench.log.commit()
        again = bench.start()  # the first message is remembered across a restart
        async with running(again.run()):
            again.offer(bench.log.note(closed(worse)))
            await bench.telemetry.until(lambda: bench.log.of("telegram:bc").told_closed)
    assert {request.path for request in api.received} == {f"/bot{TOKEN}/sendMessage"}
    replies = [said.get("reply_parameters") for said in api.bodies]
    answer = {"message_id": 41, "allow_sending_without_reply": True}
    assert replies == [None, answer, answer]
    assert api.bodies[-1]["text"].startswith("RECUPERADO, duró 4 min 15 s · P1")


async def test_nothing_is_sent_sooner_than_telegram_asks_not_even_a_new_page(
    clock: FakeClock,
) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api)
        api.script.append(error(429, "Too Many Requests: retry after 35", retry_after=35))
        api.script.extend([sent(1), sent(2)])
        channel = bench.start()
        async with running(channel.run()):
            channel.offer(bench.log.note(opened()))
            await bench.failed(1)
            channel.offer(bench.log.note(opened("INC-2")))
            await clock.advance(34)
            assert len(api.received) == 1
            await clock.advance(2)
            await bench.told(2)
    assert len(api.received) == 3


@pytest.mark.parametrize(
    ("reply", "level", "what"),
    [
        (error(500, "Internal Server Error"), "WARNING", "HTTP 500: Internal Server Error"),
        (error(401, "Unauthorized"), "ERROR", "HTTP 401: Unauthorized"),
        (error(403, "Forbidden: bot was kicked"), "ERROR", "HTTP 403: Forbidden: bot was kicked"),
        (
            error(400, "Bad Request: chat not found"),
            "ERROR",
            "HTTP 400: Bad Request: chat not found; is the number right, and the bot in the chat?",
        ),
        (
            error(400, "group chat was upgraded", migrate_to_chat_id=-100777),
            "ERROR",
            "HTTP 400: group chat was upgraded; write `chat: -100777` in the settings",
        ),
        (Reply(502, "<html>"), "WARNING", "HTTP 502, not of the Bot API: <html>"),
        (Reply(200, "<html>Wi-Fi"), "WARNING", "HTTP 200, not of the Bot API: <html>Wi-Fi"),
        (Reply(200, '{"ok": false}'), "WARNING", "HTTP 200:"),
        (Reply(never=True), "WARNING", "no answer within 1 s"),
    ],
)  # fmt: skip
async def test_each_failure_is_told_once_and_overcome(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, reply: Reply, level: str, what: str
) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api, timeout=1.0 if reply.never else 5.0)
        api.script.extend([reply, sent(1)])
        channel = bench.start()
        async with running(channel.run()):
            channel.offer(bench.log.note(opened()))
            await bench.failed(1)
            await clock.advance(1.1)
            await bench.told(1)
    assert logged(caplog)[0] == (level, f"trouble subject=telegram:bc what={what}")
    assert bench.telemetry.up == {"telegram:bc": True}


async def test_what_it_refuses_for_itself_lets_the_others_go_on(clock: FakeClock) -> None:
    async with WebhookReceiver() as api:
        bench = Bench(clock, api)
        api.script.extend([error(400, "Bad Request: message text is empty"), sent(2), sent(3)])
        channel = bench.start()
        async with running(channel.run()):
            channel.offer(bench.log.note(opened()))
            channel.offer(bench.log.note(opened("INC-2")))
            await bench.told(1)
            await clock.advance(61)
            await bench.told(2)
    assert len(api.received) == 3
