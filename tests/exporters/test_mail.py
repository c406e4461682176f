"""Mail: what a message looks like, and that a real conversation neither loses nor doubles it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from config.messages import MailSettings
from config.settings import ExporterSettings
from exporters.channel import Channel
from exporters.circle import Named, circle_of
from exporters.mail import mail_destinations, to_mail
from exporters.mail_carrier import MailCarrier
from exporters.message import Message, trial
from exporters.notice import Notification
from exporters.plain import clean
from exporters.posting import Verdict
from exporters.text import Wording
from monitor.vocabulary import Priority
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import DeliveryBench, logged, running
from tests.exporters.incident import OPENED_AT, closed, later, opened
from tests.servers.mailbox import DROP, HANG, Mailbox

SENDER, NOC = "guardia@example.mx", "noc@example.mx"
UNSAFE = {"security": "none"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(OPENED_AT)


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with Mailbox() as running_box:
        yield running_box


def settings(box: Mailbox, **more: object) -> MailSettings:
    to = [{"id": "noc", "address": NOC}]
    base = {"host": "127.0.0.1", "port": box.port, "sender": SENDER, "to": to, "timeout": 5.0}
    return MailSettings.model_validate({**base, **UNSAFE, **more})


class Bench(DeliveryBench):
    """The channel of a daemon that may be started again on the same log."""

    def __init__(self, mail: MailSettings, clock: FakeClock) -> None:
        super().__init__(clock)
        self.mail = mail

    def start(self) -> Channel:
        circle = circle_of(ExporterSettings(mail=self.mail))
        destinations = mail_destinations(self.mail)
        return Channel(
            "mail", destinations, circle, self.log, self.clock, self.telemetry, Wording()
        )


def message(**changes: object) -> Message:
    known: dict[str, object] = {
        "title": "P1 · UCI sin red · Hospital General de Ensenada · desde 03:14:07 UTC−8",
        "text": "Desde las 03:14:07\n.una línea con punto",
        "priority": Priority.P1,
        "kind": Notification.OPENED,
        "key": "noc-1/INC-1/1",
        "thread": "noc-1/INC-1",
        "at": OPENED_AT,
    }
    return Message(**{**known, **changes})  # type: ignore[arg-type]


def parsed(octets: bytes) -> EmailMessage:
    found = message_from_bytes(octets, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def said(mail: EmailMessage) -> str:
    text = mail.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


# ---- what a message looks like ------------------------------------------------------------------


def test_it_is_plain_text_in_seven_bits_with_nothing_to_tell_who_read_it() -> None:
    octets = to_mail(message(), "", SENDER, NOC)
    mail = parsed(octets)
    assert octets.isascii()
    assert all(len(line) <= 998 for line in octets.split(b"\r\n"))
    assert mail["Subject"] == message().title
    assert (mail["From"], mail["To"]) == (f"Guardia <{SENDER}>", NOC)
    assert mail["Date"].datetime == OPENED_AT
    assert mail.get_content_type() == "text/plain"
    assert said(mail) == f"{message().title}\n\n{message().text}\n"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert not mail.is_multipart()
    assert mail["Disposition-Notification-To"] is None


@given(title=st.text(min_size=1, max_size=200), text=st.text(max_size=400))
def test_no_subject_loses_a_blank_or_a_letter(title: str, text: str) -> None:
    line = clean(title) or "?"
    lines = "\n".join(clean(one) for one in text.split("\n"))
    octets = to_mail(message(title=line, text=lines), "", SENDER, NOC)
    mail = parsed(octets)
    assert mail["Subject"] == line
    assert said(mail) == f"{line}\n\n{lines}\n"
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 78


def test_all_of_one_incident_is_one_thread() -> None:
    first = parsed(to_mail(message(), "", SENDER, NOC))
    worse = message(kind=Notification.WORSE, key="noc-1/INC-1/2")
    over = message(kind=Notification.CLOSED, key="noc-1/INC-1/closed")
    assert first["Message-ID"] == "<noc-1.INC-1@example.mx>"
    assert first["References"] is None
    ids = [first["Message-ID"]]
    for later_one in (worse, over):
        mail = parsed(to_mail(later_one, "", SENDER, NOC))
        assert mail["References"] == mail["In-Reply-To"] == first["Message-ID"]
        ids.append(mail["Message-ID"])
    assert len(set(ids)) == 3


def test_a_repetition_has_the_same_id_and_another_incident_another() -> None:
    ids = [parsed(to_mail(message(), "", SENDER, NOC))["Message-ID"] for _ in range(2)]
    other = message(thread="noc-1/INC-2", key="noc-1/INC-2/1")
    ids.append(parsed(to_mail(other, "", SENDER, NOC))["Message-ID"])
    assert [one == two for one, two in pairwise(ids)] == [True, False]


@pytest.mark.parametrize("vantage", ["n" * 64, "ñandú méxico", "a..b"])
def test_an_id_of_strange_parts_is_still_one(vantage: str) -> None:
    sender = f"guardia@{'sub.' * 8}example.mx"
    late = message(thread=f"{vantage}/INC-1", key=f"{vantage}/INC-1/2", kind=Notification.WORSE)
    octets = to_mail(late, "", sender, NOC)
    found = parsed(octets)["Message-ID"].strip()
    assert found.startswith("<")
    assert found.encode() in octets, "not encoded, nor cut in two"
    assert b"=?" not in octets.partition(b"Message-ID")[2]


def test_what_is_over_is_not_marked_urgent() -> None:
    mail = parsed(to_mail(message(kind=Notification.CLOSED), "", SENDER, NOC))
    assert (mail["Importance"], mail["X-Priority"]) == (None, None)


def test_a_test_stands_alone() -> None:
    one = trial(Named("mail", "noc"), "noc-1", Wording(), OPENED_AT)
    two = trial(Named("mail", "noc"), "noc-1", Wording(), OPENED_AT + timedelta(seconds=1))
    mails = [parsed(to_mail(each, "", SENDER, NOC)) for each in (one, two)]
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert mails[0]["References"] is None


# ---- real conversations -------------------------------------------------------------------------


async def test_an_incident_is_told_when_it_opens_and_when_it_is_over(
    box: Mailbox, clock: FakeClock
) -> None:
    bench = Bench(settings(box), clock)
    channel = bench.start()
    async with running(channel.run()):
        event = bench.log.note(opened())
        channel.offer(event)
        await bench.told(1)
        channel.offer(bench.log.note(closed(event)))
        await bench.telemetry.until(lambda: bench.log.of("mail:noc").told_closed)
    first, last = box.taken
    assert (first.sender, first.recipient) == (SENDER, NOC)
    assert first.message["Subject"].startswith("P1 · UCI sin red · ")
    assert last.message["Subject"].startswith("RECUPERADO, duró 4 min 10 s · ")
    assert last.message["References"] == first.message["Message-ID"]
    assert bench.telemetry.deliveries[0] == ("mail", 0.0)
    assert bench.telemetry.up == {"mail:noc": True}


async def test_a_dot_at_the_start_of_a_line_arrives(box: Mailbox) -> None:
    carrier = MailCarrier(settings(box), NOC)
    async with carrier:
        answer = await carrier.post(to_mail(message(), "", SENDER, NOC), {})
    assert answer.verdict is Verdict.TOLD
    assert "\n.una línea con punto\n" in said(box.taken[0].message)


@pytest.mark.parametrize("is_wrapped", [True, False])
async def test_it_logs_in_under_tls_only(is_wrapped: bool, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("smtp.example.mx").configure_cert(context)
    async with Mailbox(context, is_wrapped=is_wrapped, accounts={"guardia": "s3cret"}) as box:
        mail = settings(
            box,
            security="tls" if is_wrapped else "starttls",
            username="guardia",
            password="s3cret",
            tls={"ca_file": str(tmp_path / "ca.pem"), "server_name": "smtp.example.mx"},
        )
        carrier = MailCarrier(mail, NOC)
        async with carrier:
            answer = await carrier.post(to_mail(message(), "", SENDER, NOC), {})
        assert answer.verdict is Verdict.TOLD, answer.text
    (taken,) = box.taken
    assert (taken.is_secured, taken.user) == (True, "guardia")


async def test_a_certificate_that_cannot_be_trusted_is_told_nothing(tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with Mailbox(context) as box:
        carrier = MailCarrier(settings(box, security="starttls"), NOC)
        async with carrier:
            answer = await carrier.post(b"x", {})
        assert answer.verdict is Verdict.BARRED
        assert "certificate verify failed" in answer.text
        assert "MAIL" not in box.commands


async def test_a_server_without_starttls_is_told_nothing(box: Mailbox) -> None:
    carrier = MailCarrier(settings(box, security="starttls"), NOC)
    async with carrier:
        answer = await carrier.post(b"x", {})
    assert (answer.verdict, answer.text) == (
        Verdict.BARRED,
        "starttls: STARTTLS extension not supported by server.",
    )
    assert box.taken == []


@pytest.mark.parametrize(
    ("command", "reply", "verdict", "text"),
    [
        ("CONNECT", "554 no mail here", Verdict.BARRED, "connect: 554 no mail here"),
        ("CONNECT", "421 too busy", Verdict.AWAY, "connect: 421 too busy"),
        ("MAIL", "451 later", Verdict.AWAY, "sender: 451 later"),
        ("MAIL", "553 not yours", Verdict.BARRED, "sender: 553 not yours"),
        ("RCPT", "450 greylisted", Verdict.AWAY, "recipient: 450 greylisted"),
        ("RCPT", "550 5.1.1 who?", Verdict.BARRED, "recipient: 550 5.1.1 who?"),
        ("DATA", "452 no room", Verdict.AWAY, "message: 452 no room"),
        ("BODY", "554 looks like spam", Verdict.REFUSED, "message: 554 looks like spam"),
        ("BODY", "451 try again", Verdict.AWAY, "message: 451 try again"),
    ],
)
async def test_each_refusal_says_what_to_make_of_it(
    box: Mailbox, command: str, reply: str, verdict: Verdict, text: str
) -> None:
    box.script[command].append(reply)
    carrier = MailCarrier(settings(box), NOC)
    async with carrier:
        refused = await carrier.post(to_mail(message(), "", SENDER, NOC), {})
        again = await carrier.post(to_mail(message(), "", SENDER, NOC), {})
    assert (refused.verdict, refused.text) == (verdict, text)
    assert (refused.not_before_s > 0) == (verdict is Verdict.BARRED)
    assert again.verdict is Verdict.TOLD
    assert len(box.taken) == 1


async def test_a_refused_password_is_not_tried_again_at_once(tmp_path: Path) -> None:
    """Servers lock the account of whoever tries a wrong one every few seconds."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with Mailbox(context, accounts={"guardia": "right"}) as box:
        mail = settings(
            box, security="starttls", username="guardia", password="wrong",
            tls={"ca_file": str(tmp_path / "ca.pem")},
        )  # fmt: skip
        carrier = MailCarrier(mail, NOC)
        async with carrier:
            answer = await carrier.post(b"x", {})
    assert (answer.verdict, answer.not_before_s) == (Verdict.BARRED, 300.0)
    assert answer.text.startswith("login: 535")


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "RCPT", "BODY"])
async def test_a_server_that_says_nothing_does_not_hold_us(box: Mailbox, command: str) -> None:
    box.script[command].append(HANG)
    carrier = MailCarrier(settings(box, timeout=0.3), NOC)
    async with carrier:
        answer = await carrier.post(to_mail(message(), "", SENDER, NOC), {})
    assert answer.verdict is Verdict.AWAY
    assert "timed out" in answer.text or "no answer within 0.3 s" in answer.text


async def test_nobody_at_the_port_is_no_exception() -> None:
    async with Mailbox() as gone:
        mail = settings(gone)
    carrier = MailCarrier(mail, NOC)
    async with carrier:
        answer = await carrier.post(b"x", {})
    assert answer.verdict is Verdict.AWAY
    assert answer.text.startswith("connect: ConnectionRefusedError")


async def test_a_lost_answer_is_repeated_under_the_same_id(
    box: Mailbox, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It was taken, and we cannot know: mailboxes drop a second one of the same id."""
    box.script["BODY"].append(DROP)
    bench = Bench(settings(box), clock)
    channel = bench.start()
    async with running(channel.run()):
        channel.offer(bench.log.note(opened()))
        await bench.failed(1)
        await clock.advance(1.1)
        await bench.told(1)
    ids = [mail.message["Message-ID"] for mail in box.taken]
    assert ids == ["<noc-1.INC-1@example.mx>"] * 2
    assert logged(caplog)[0][0] == "WARNING"
    assert logged(caplog)[0][1].startswith("trouble subject=mail:noc what=message: ")


async def test_one_mailbox_that_is_refused_delays_and_doubles_nobody_else(
    box: Mailbox, clock: FakeClock
) -> None:
    to = [{"id": "noc", "address": NOC}, {"id": "jefa", "address": "jefa@example.mx"}]
    bench = Bench(settings(box, to=to), clock)
    box.script["RCPT"].extend(["550 no such mailbox"])
    channel = bench.start()
    async with running(channel.run()):
        channel.offer(bench.log.note(opened()))
        await bench.told(1)
        await bench.failed(1)
        await clock.advance(30)
        assert len(box.taken) == 1
        await clock.advance(61)
        await bench.told(2)
    assert sorted(mail.recipient for mail in box.taken) == ["jefa@example.mx", NOC]


async def test_what_was_told_is_not_told_again_after_a_restart(
    box: Mailbox, clock: FakeClock
) -> None:
    bench = Bench(settings(box), clock)
    channel = bench.start()
    async with running(channel.run()):
        channel.offer(bench.log.note(opened()))
        await bench.told(1)
        bench.log.commit()
    again = bench.start()
    async with running(again.run()):
        again.offer(bench.log.note(later(opened(), pages=2)))
        await bench.told(2)
    assert len(box.taken) == 2
    assert box.taken[1].message["Subject"].startswith("EMPEORA · P1")


async def test_stopping_does_not_wait_for_a_mail_server(box: Mailbox, clock: FakeClock) -> None:
    box.script["EHLO"].append(HANG)
    bench = Bench(settings(box, timeout=600.0), clock)
    channel = bench.start()
    async with running(channel.run()):
        channel.offer(bench.log.note(opened()))
        await box.until(lambda: "EHLO" in box.commands)
    await asyncio.sleep(0)
    assert bench.log.of("mail:noc").told == 0


def test_a_password_that_mail_cannot_carry_is_refused_at_the_start() -> None:
    to = [{"id": "noc", "address": NOC}]
    mail = MailSettings.model_validate(
        {"host": "x", "sender": SENDER, "to": to, "username": "g", "password": "contraseña"}
    )
    with pytest.raises(ValueError, match="printable ASCII"):
        mail_destinations(mail)
