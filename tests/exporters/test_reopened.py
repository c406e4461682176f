"""An incident that comes back after its end was told: every receiver hears of it, once."""

from dataclasses import replace

import pytest

from exporters.alert import raise_alert, read_memo
from exporters.alert_writer import AlertWriter, Pace
from exporters.letter import Instant
from exporters.notice import Notification, next_notification
from exporters.notice_writer import NoticeWriter
from exporters.outbox import Outbox, Owed
from exporters.text import Wording
from monitor.events import IncidentEvent
from monitor.vocabulary import Call, Phase
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import FakeLog
from tests.exporters.incident import closed, later, opened
from tests.telemetry import RecordingTelemetry

FIRST = opened(call=Call.OPENED)
OVER = closed(FIRST)
QUIETLY_BACK = later(OVER, phase=Phase.REOPENED, closed_at=None, reopened=1)
BACK = later(QUIETLY_BACK, pages=2, call=Call.REOPENED)
OVER_AGAIN = closed(later(BACK))
SPANISH = Wording("es", None)


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


def outbox(log: FakeLog) -> Outbox:
    return Outbox("webhook", log, FakeClock(), RecordingTelemetry())


def told(box: Outbox) -> list[tuple[str, str]]:
    """Deliver all that is owed to a webhook; return what it heard, and under which keys."""
    writer, heard = NoticeWriter(SPANISH), []
    now = Instant(box.clock.now(), box.clock.monotonic())
    while owing := [owed for owed in box if writer.owes(owed)]:
        letter = writer.write(owing[:1], box, now)
        heard.append((str(next_notification(owing[0])), letter.headers["Idempotency-Key"]))
        box.remember(owing[0], letter.outcomes[0](now, ""))
    return heard


def offer(box: Outbox, log: FakeLog, event: IncidentEvent) -> list[tuple[str, str]]:
    box.offer(log.note(event))
    return told(box)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_webhook_hears_the_return_once_and_each_end(log: FakeLog, restarts: bool) -> None:
    box = outbox(log)
    heard = []
    for event in (FIRST, OVER, QUIETLY_BACK, BACK, later(BACK), OVER_AGAIN):
        heard += offer(box, log, event)
        if restarts:
            log.commit()
            box = outbox(log)
            box.restore()
            heard += told(box)
    assert heard == [
        ("opened", "noc-1/INC-1/1"),
        ("closed", "noc-1/INC-1/closed"),
        ("reopened", "noc-1/INC-1/2"),
        ("closed", "noc-1/INC-1/closed-1"),
    ]
    assert list(box) == []


def test_one_that_is_back_quietly_and_over_again_is_told_to_nobody(log: FakeLog) -> None:
    box = outbox(log)
    offer(box, log, FIRST)
    offer(box, log, OVER)
    assert offer(box, log, QUIETLY_BACK) == []
    assert offer(box, log, closed(QUIETLY_BACK)) == []


def test_a_return_while_its_end_is_under_way_is_not_lost(log: FakeLog) -> None:
    box = outbox(log)
    offer(box, log, FIRST)
    box.offer(log.note(OVER))
    (owed,) = box
    now = Instant(box.clock.now(), box.clock.monotonic())
    ended = NoticeWriter(SPANISH).write([owed], box, now).outcomes[0]
    box.offer(log.note(QUIETLY_BACK))
    box.offer(log.note(BACK))
    box.remember(owed, ended(now, ""))  # only now does the receiver confirm the end
    assert told(box) == [("reopened", "noc-1/INC-1/2")]


def test_a_reminder_and_a_level_are_told_once_under_keys_of_their_own(log: FakeLog) -> None:
    box = outbox(log)
    offer(box, log, FIRST)
    reminded = later(FIRST, reminders=1, call=Call.REMINDER)
    escalated = later(reminded, pages=2, escalation=1, call=Call.ESCALATED)
    assert offer(box, log, reminded) == [(Notification.REMINDER, "noc-1/INC-1/1-reminder-1")]
    assert offer(box, log, escalated) == [(Notification.ESCALATED, "noc-1/INC-1/2")]
    assert offer(box, log, later(escalated)) == []


def test_alertmanager_hears_levels_and_reminders_as_labels_and_a_quiet_return_not() -> None:
    writer = AlertWriter(30.0, SPANISH, Pace())
    first = raise_alert(FIRST, None, FIRST.at)
    assert not {"escalation", "reminder"} & first.labels.keys()
    escalated = later(FIRST, pages=2, escalation=1, reminders=3, call=Call.ESCALATED)
    second = raise_alert(escalated, first, escalated.at)
    assert (second.labels["escalation"], second.labels["reminder"]) == ("1", "3")
    assert [old.labels for old in second.retired] == [first.labels]

    log = FakeLog()
    known = first.model_copy(update={"fired_at": FIRST.at, "resolved_at": OVER.at})
    delivery = replace(log.of("am"), told=1, memo=known.to_memo())
    now = Instant(QUIETLY_BACK.at, 1000.0)
    quiet, back = Owed(QUIETLY_BACK, delivery, OVER.at), Owed(BACK, delivery, BACK.at)
    assert not writer.owes(quiet)
    assert writer.owes(back)
    raised = read_memo(writer.prepare(back, now).memo)
    assert raised is not None
    assert (raised.labels, raised.resolved_at) == (first.labels, None)
