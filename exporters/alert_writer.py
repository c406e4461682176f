"""Writes to one member of Alertmanager: what stands, what is over, and for how long to say so."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakKeyDictionary

from exporters import text
from exporters.alert import (
    PostableAlert,
    Raised,
    firing,
    identity,
    raise_alert,
    read_memo,
    resolved,
)
from exporters.letter import Instant, Letter, Turn
from exporters.outbox import Owed
from monitor.ports import Delivery

NEWS, CHANGE, AGAIN = 0, 1, 2
"""Urgencies: a page first, then ends and changed texts, then what is merely sent again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults keep every promise towards a stock Alertmanager.

    `ends_s`: a firing alert stands this long after it was last sent (or three resends, if
    those are rarer), so that one lost request never resolves it. `resolve_again_s`: how long
    the end is repeated, for a member may restart and forget. `stands_s`: the least time from
    firing to resolved: Alertmanager never tells of an alert that is over before its
    `group_wait` is. `stands_late_s`: the same for one that was already over when it could
    first be told; nobody waits for that end, so it exceeds the default `group_wait` of 30 s.
    """

    ends_s: float = 240.0
    resolve_again_s: float = 300.0
    stands_s: float = 12.0
    stands_late_s: float = 45.0


@dataclass(frozen=True, slots=True)
class _Said:
    revision: int
    is_over: bool
    written_s: float
    annotations: dict[str, str]


class AlertWriter:
    """The contract of `exporters.letter.Writer` for `POST /api/v2/alerts`.

    Labels are the identity of an alert and stay as they were at the page (`exporters.alert`);
    texts follow the newest revision. What is firing wins over what is resolved when both have
    the same labels, as when a link fails again within five minutes.
    """

    hop = "alertmanager"
    batch = 32

    def __init__(self, resend_s: float, wording: text.Wording, pace: Pace) -> None:
        self.wording = wording
        self.idle_s: float | None = resend_s
        self._resend_s = resend_s
        self._ends_s = max(pace.ends_s, 3 * resend_s)
        self._pace = pace
        self._said: WeakKeyDictionary[Owed, _Said] = WeakKeyDictionary()

    def owes(self, owed: Owed) -> bool:
        raised = read_memo(owed.delivery.memo)
        if owed.has_untold_call or raised is None:
            return True
        return owed.event.closed_at is not None and raised.resolved_at is None

    def turn(self, owed: Owed, now: Instant) -> Turn | None:
        raised = read_memo(owed.delivery.memo)
        if raised is None or owed.has_untold_call:
            return Turn(now.s, NEWS)
        if owed.told_s is None:
            return Turn(now.s, CHANGE)
        again_s = owed.told_s + self._resend_s
        if owed.event.closed_at is None and raised.resolved_at is None:
            changed = owed.event.revision > owed.told_revision
            return Turn(now.s, CHANGE) if changed else Turn(again_s, AGAIN)
        if raised.resolved_at is None:
            return Turn(min(now.s + self._stands_still_s(raised, now.at), again_s), CHANGE)
        return Turn(again_s, AGAIN)

    def prepare(self, owed: Owed, now: Instant) -> Delivery:
        raised = read_memo(owed.delivery.memo)
        if raised is not None and raised.says_all(owed.event):
            return owed.delivery
        return replace(owed.delivery, memo=raise_alert(owed.event, raised, now.at).to_memo())

    def write(self, batch: Sequence[Owed], every: Iterable[Owed], now: Instant) -> Letter:
        standing = {
            identity(raised.labels)
            for owed in every
            if (raised := read_memo(owed.delivery.memo)) and not self._is_over(owed, raised, now.at)
        }
        alerts = [alert for owed in batch for alert in self._alerts(owed, standing, now)]
        body = json.dumps(alerts, ensure_ascii=False, separators=(",", ":"))
        outcomes = [self._outcome(owed, now) for owed in batch]
        return Letter(body.encode("utf-8", "replace"), {}, outcomes)

    def _alerts(
        self, owed: Owed, standing: set[frozenset[tuple[str, str]]], now: Instant
    ) -> Iterator[PostableAlert]:
        raised = read_memo(owed.delivery.memo)
        if raised is None:  # never after `prepare`
            return
        opened_at = owed.event.opened_at
        is_over = self._is_over(owed, raised, now.at)
        said = self._annotations(owed, is_over=is_over, now=now)
        for old in raised.retired:
            is_fresh = not _has_passed(old.ended_at, now.at, self._pace.resolve_again_s)
            if is_fresh and identity(old.labels) not in standing:
                replaced = said | {"summary": self._replaced(owed, now.at)}
                yield resolved(old.labels, replaced, opened_at, old.ended_at)
        if not is_over:
            yield firing(raised.labels, said, opened_at, now.at, self._ends_s)
        elif identity(raised.labels) not in standing:
            ended_at = owed.event.closed_at or raised.resolved_at or now.at
            yield resolved(raised.labels, said, opened_at, ended_at)

    def _outcome(self, owed: Owed, now: Instant) -> "partial[Delivery]":
        raised = read_memo(owed.delivery.memo)
        is_over = raised is not None and self._is_over(owed, raised, now.at)
        is_late = owed.event.closed_at is not None
        return partial(self._accepted, owed.delivery, raised, is_over, is_late)

    def _accepted(
        self,
        delivery: Delivery,
        raised: Raised | None,
        is_over: bool,
        is_late: bool,
        now: Instant,
        _receipt: str,
    ) -> Delivery:
        if raised is None:
            return delivery
        changes: dict[str, object] = {}
        if raised.fired_at is None:
            changes = {"fired_at": now.at, "fired_late": is_late}
        elif is_over and raised.resolved_at is None:
            changes = {"resolved_at": now.at}
        known = raised.model_copy(update=changes)
        done = raised.resolved_at is not None and _has_passed(
            raised.resolved_at, now.at, self._pace.resolve_again_s
        )
        memo = known.to_memo() if changes else delivery.memo
        return replace(
            delivery, told=raised.pages, reminded=raised.reminders, told_closed=done, memo=memo
        )

    def _is_over(self, owed: Owed, raised: Raised, at: datetime) -> bool:
        """Tell whether to say so: a closed incident first stands long enough to be heard.

        One that is back, and that nobody was called for since, stays over.
        """
        if not raised.says_all(owed.event):
            return False
        if owed.event.closed_at is None:
            return raised.resolved_at is not None
        return raised.fired_at is not None and self._stands_still_s(raised, at) <= 0

    def _stands_still_s(self, raised: Raised, at: datetime) -> float:
        if raised.fired_at is None:
            return 0.0
        least_s = self._pace.stands_late_s if raised.fired_late else self._pace.stands_s
        return _left_s(raised.fired_at, at, least_s)

    def _replaced(self, owed: Owed, at: datetime) -> str:
        """Return the first line for the end of labels that worse ones have replaced."""
        return text.replaced(owed.event, self.wording.language, at)

    def _annotations(self, owed: Owed, *, is_over: bool, now: Instant) -> dict[str, str]:
        """Return the texts: made anew when there is news, else at most every two minutes."""
        said = self._said.get(owed)
        if (
            said is None
            or (said.revision, said.is_over) != (owed.event.revision, is_over)
            or now.s - said.written_s > 120
        ):
            texts = annotations(owed, self.wording, is_over=is_over, at=now.at)
            said = _Said(owed.event.revision, is_over, now.s, texts)
            self._said[owed] = said
        return said.annotations


def annotations(
    owed: Owed, wording: text.Wording, *, is_over: bool, at: datetime
) -> dict[str, str]:
    """Return what people read. They change with the incident, unlike the labels."""
    event, language = owed.event, wording.language
    first = text.recovery(event, language) if is_over else text.summary(event, language, at)
    texts = {
        "summary": first,
        "description": text.description(event, language, at, wording.board_url),
        "incident": event.id,
        "cause": event.cause.value,
        "confidence": event.confidence.value,
        "link": text.incident_link(event, wording.board_url),
        "runbook_url": text.runbook_link(event, wording.runbooks_url),
    }
    return {name: words for name, words in texts.items() if words}


def _left_s(since: datetime, at: datetime, span_s: float) -> float:
    """Return the seconds of a span that are left; none when the clock was set back meanwhile.

    Wall clocks, because these spans outlive a restart of the daemon.
    """
    passed = at - since
    return 0.0 if passed < timedelta(0) else max(0.0, span_s - passed.total_seconds())


def _has_passed(since: datetime, at: datetime, span_s: float) -> bool:
    return _left_s(since, at, span_s) <= 0
