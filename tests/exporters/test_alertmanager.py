"""The Alertmanager exporter over HTTP: every member, each at its own pace, every failure once."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from config.fleet import Fleet
from config.probe import TlsSettings
from config.settings import AlertmanagerSettings, Settings
from exporters.alertmanager import Alertmanager, api_url, receiver_of
from exporters.posting import Poster, Verdict, basic_authorization, verdict_of
from exporters.text import Wording
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import DeliveryBench, FakeLog, Witness, logged, running
from tests.exporters.incident import OPENED_AT, closed, later, opened
from tests.servers.webhook import Reply, WebhookReceiver


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


class Bench(DeliveryBench):
    def __init__(self, clock: FakeClock, *urls: str, timeout: float = 5.0) -> None:
        super().__init__(clock)
        self.exporter = self.build(*urls, timeout=timeout)

    def build(self, *urls: str, timeout: float = 5.0) -> Alertmanager:
        settings = AlertmanagerSettings(urls=urls, timeout=timeout)
        return Alertmanager(
            settings, self.log, self.clock, self.telemetry, Wording("es", "http://board")
        )


async def test_every_member_is_told_everything(clock: FakeClock) -> None:
    async with WebhookReceiver() as one, WebhookReceiver() as two:
        bench = Bench(clock, one.url, f"{two.url}/am/")
        async with running(bench.exporter.run()):
            bench.exporter.offer(opened())
            await bench.told(2)
    for member, path in ((one, "/api/v2/alerts"), (two, "/am/api/v2/alerts")):
        alerts = [request for request in member.received if request.body]
        assert [request.path for request in alerts] == [path]
        assert alerts[0].body[0]["labels"]["alertname"] == "GuardiaAreaUnreachable"
        assert alerts[0].headers["Content-Type"] == "application/json"
    assert [hop for hop, _ in bench.telemetry.deliveries] == ["alertmanager"] * 2


async def test_a_dead_member_does_not_delay_the_other(clock: FakeClock) -> None:
    async with WebhookReceiver() as gone:
        dead_url = gone.url
    async with WebhookReceiver() as alive:
        bench = Bench(clock, dead_url, alive.url)
        async with running(bench.exporter.run()):
            bench.exporter.offer(opened())
            await bench.told(1)
            await bench.telemetry.until(lambda: bench.telemetry.failures.total() > 0)
    assert bench.telemetry.up == {receiver_of(dead_url): False, receiver_of(alive.url): True}
    assert bench.telemetry.queues == {receiver_of(dead_url): 1, receiver_of(alive.url): 0}


async def test_a_silent_member_does_not_delay_the_other(clock: FakeClock) -> None:
    async with WebhookReceiver() as silent, WebhookReceiver() as alive:
        silent.script.extend([Reply(never=True)] * 100)
        bench = Bench(clock, silent.url, alive.url)
        async with running(bench.exporter.run()):
            bench.exporter.offer(opened())
            await bench.told(1)
            assert [body for body in alive.bodies if body]


async def test_a_member_that_returns_is_told(clock: FakeClock) -> None:
    async with WebhookReceiver() as member:
        bench = Bench(clock, member.url)
        await member.stop()
        async with running(bench.exporter.run()):
            bench.exporter.offer(opened())
            await bench.failed(1)
            await member.start()
            await clock.advance(1.1)
            await bench.told(1)
        assert len(member.received) == 1


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (Reply(500, "boom"), "HTTP 500: boom"),
        (Reply(503, "<b>busy</b>\n\x1b[31m"), "HTTP 503: <b>busy</b> [31m"),
        (Reply(429, "slower"), "HTTP 429: slower"),
        (Reply(408), "HTTP 408: "),
        (Reply(302, headers={"Location": "/elsewhere"}), "HTTP 302: "),
        (Reply(401, "who?"), "HTTP 401: who?"),
        (Reply(404, "no such page"), "HTTP 404: no such page"),
        (Reply(never=True), "no answer within 0.2 s"),
    ],
)
async def test_each_failure_is_told_once_and_overcome(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, reply: Reply, what: str
) -> None:
    async with WebhookReceiver() as member:
        member.script.extend([reply, reply])
        bench = Bench(clock, member.url, timeout=0.2)
        async with running(bench.exporter.run()):
            bench.exporter.offer(opened())
            await bench.failed(1)
            await clock.advance(2.1)
            await bench.failed(2)
            await clock.advance(2.1)
            await bench.told(1)
    messages = [message for _, message in logged(caplog) if "trouble" in message]
    assert messages == [f"trouble subject={receiver_of(member.url)} what={what}"]


async def test_a_refused_alert_is_an_error_and_tried_again_slowly(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with WebhookReceiver() as member:
        member.script.append(Reply(400, '"bad labels"'))
        bench = Bench(clock, member.url)
        async with running(bench.exporter.run()):
            bench.exporter.offer(opened())
            await bench.failed(1)
            await clock.advance(61)
            await bench.told(1)
    subject = f"{receiver_of(member.url)} INC-1"
    expected = ("ERROR", f'trouble subject={subject} what=refused: HTTP 400: "bad labels"')
    assert logged(caplog)[0] == expected


async def test_an_endless_error_page_is_not_read(clock: FakeClock) -> None:
    async with WebhookReceiver() as member:
        member.script.append(Reply(500, "x" * 5_000_000))
        poster = Poster(member.url, timeout_s=5, tls=TlsSettings())
        async with poster:
            answer = await poster.post(b"[]", {})
    assert answer.verdict is Verdict.AWAY
    assert len(answer.text) < 300


async def test_an_alert_name_and_password_are_sent_and_never_shown(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with WebhookReceiver() as member:
        settings = AlertmanagerSettings(
            urls=(member.url,), username="guardia", password=SecretStr("ñandú")
        )
        telemetry = Witness()
        exporter = Alertmanager(settings, FakeLog(), clock, telemetry)
        async with running(exporter.run()):
            await member.wait_for(1)
    expected = basic_authorization("guardia", "ñandú")
    assert member.received[0].headers["Authorization"] == expected
    assert "ñandú" not in caplog.text


async def test_a_certificate_of_the_own_authority_is_believed_and_no_other(
    tmp_path: Path,
) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    async with WebhookReceiver(_server_context(authority)) as member:
        believed = TlsSettings(ca_file=str(ca_file), server_name="am.example.mx")
        for tls, verdict in (
            (believed, Verdict.TOLD),
            (TlsSettings(), Verdict.AWAY),
            (TlsSettings(verify=False), Verdict.TOLD),
        ):
            async with Poster(member.url, timeout_s=5, tls=tls) as poster:
                answer = await poster.post(b"[]", {})
            assert answer.verdict is verdict, answer.text


def _server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("am.example.mx").configure_cert(context)
    return context


def test_a_certificate_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    missing = TlsSettings(ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(ValueError, match=r"none\.pem"):
        Poster("https://am", timeout_s=1, tls=missing)


def test_a_secret_with_a_newline_is_told_at_the_start() -> None:
    with pytest.raises(ValueError, match="newline"):
        Poster("https://am", timeout_s=1, tls=TlsSettings(), authorization="Bearer x\n")


async def test_posting_outside_a_session_is_a_bug() -> None:
    with pytest.raises(RuntimeError):
        await Poster("http://am", timeout_s=1, tls=TlsSettings()).post(b"", {})


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        *((status, "told") for status in (200, 202, 204)),
        *((status, "refused") for status in (400, 409, 413, 422)),
        *((status, "barred") for status in (401, 403, 404, 405, 407, 410)),
        *((status, "away") for status in (301, 302, 408, 425, 429, 500, 502, 503, 504)),
    ],
)
def test_what_a_status_means(status: int, verdict: str) -> None:
    assert verdict_of(status) == verdict


@pytest.mark.parametrize(
    ("url", "receiver", "posted_to"),
    [
        ("http://am:9093", "alertmanager:http://am:9093", "http://am:9093/api/v2/alerts"),
        ("http://am:9093/", "alertmanager:http://am:9093", "http://am:9093/api/v2/alerts"),
        ("https://am/x/?t=1", "alertmanager:https://am/x", "https://am/x/api/v2/alerts?t=1"),
        (
            "http://am/api/v2/alerts",
            "alertmanager:http://am/api/v2/alerts",
            "http://am/api/v2/alerts",
        ),
    ],
)
def test_a_receiver_has_one_name_without_secrets(url: str, receiver: str, posted_to: str) -> None:
    assert receiver_of(url) == receiver
    assert api_url(url) == posted_to


async def test_a_reload_changes_the_language_of_what_is_still_to_be_said(clock: FakeClock) -> None:
    async with WebhookReceiver() as member:
        bench = Bench(clock, member.url)
        async with running(bench.exporter.run()):
            first = opened()
            bench.exporter.offer(first)
            await bench.told(1)
            settings = Settings(include=("x",), language="en")
            bench.exporter.reload(Fleet(settings, (), ()))
            bench.exporter.offer(later(first, 60))
            await member.until(lambda: len([b for b in member.bodies if b]) == 2)
        (before,), (after,) = [body for body in member.bodies if body]
    assert "sin red" in before["annotations"]["summary"]
    assert "without network" in after["annotations"]["summary"]
    assert "link" not in after["annotations"]


async def test_it_ends_only_by_cancellation_and_quickly(clock: FakeClock) -> None:
    async with WebhookReceiver() as member:
        member.script.append(Reply(never=True))
        bench = Bench(clock, member.url, timeout=60.0)
        async with asyncio.timeout(1), running(bench.exporter.run()) as task:
            bench.exporter.offer(opened())
            bench.exporter.offer(closed(opened()))
            await member.wait_for(1)
        assert task.cancelled()
