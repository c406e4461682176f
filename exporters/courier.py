"""Carries letters to one receiver until they arrive: durable first, then told, then recorded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from exporters.backoff import Backoff
from exporters.letter import Instant, Outcome, Turn, Writer
from exporters.outbox import Outbox, Owed
from exporters.posting import Answer, Verdict
from monitor.trouble import Trouble

SETTLE_S = 2.0
"""A disk slower than this does not hold a page back; the delivery then rests on memory."""
RETRY_BASE_S, RETRY_CAP_S = 1.0, 30.0
REFUSED_BASE_S, REFUSED_CAP_S = 60.0, 900.0
"""What a receiver has refused it will hardly take the next second; but it is never given up."""
HURRY_S = 1.0
"""A new page cuts a pause short, yet never makes tries less than this apart."""
_LOG = logging.getLogger(__name__)

Post = Callable[[bytes, Mapping[str, str]], Awaitable[Answer]]


class Courier:
    """Delivers what an outbox holds, most urgent first, to one receiver.

    A failed incident goes behind those that have failed less, so that one that a receiver
    cannot digest never keeps the others waiting.
    """

    def __init__(
        self, outbox: Outbox, writer: Writer, post: Post, *, settle_s: float = SETTLE_S
    ) -> None:
        self._outbox = outbox
        self._writer = writer
        self._post = post
        self._settle_s = settle_s
        self._clock = outbox.clock
        self._telemetry = outbox.telemetry
        self._backoff = Backoff(RETRY_BASE_S, RETRY_CAP_S)
        self._trouble = Trouble(_LOG, outbox.receiver)
        self._disk = Trouble(_LOG, f"{outbox.receiver} durability")
        self._pause_until_s = float("-inf")
        self._not_before_s = float("-inf")
        self._tried_s = float("-inf")

    async def run(self) -> None:
        """Deliver until cancelled. What is not told by then is in the log for the next start."""
        self._outbox.restore()
        self._measure()
        if self._writer.idle_s is None:  # nobody to ask, and no failure known
            self._telemetry.exporter_up(self._outbox.receiver, is_up=True)
        while True:
            now = self._now()
            wait_s = self._wait_s(now)
            if wait_s is None or wait_s > 0:
                await self._outbox.bell.wait(wait_s)
                continue
            await self._deliver(self._due(now)[: self._writer.batch])
            self._measure()

    def _now(self) -> Instant:
        return Instant(self._clock.now(), self._clock.monotonic())

    def _turn(self, owed: Owed, now: Instant) -> Turn | None:
        turn = self._writer.turn(owed, now)
        if turn is None:
            return None
        return Turn(max(turn.at_s, owed.not_before_s), turn.urgency)

    def _wait_s(self, now: Instant) -> float | None:
        """Return the seconds until there is something to do; None: not before a ring."""
        turns = (self._turn(owed, now) for owed in self._outbox)
        next_s = min((turn.at_s for turn in turns if turn is not None), default=None)
        if self._writer.idle_s is not None:
            idle_s = self._tried_s + self._writer.idle_s
            next_s = idle_s if next_s is None else min(next_s, idle_s)
        if next_s is None:
            return None
        hurry_s = self._tried_s + HURRY_S
        in_hurry = self._outbox.has_news
        until_s = min(self._pause_until_s, hurry_s) if in_hurry else self._pause_until_s
        return max(next_s, until_s, self._not_before_s) - now.s

    def _due(self, now: Instant) -> list[Owed]:
        due = [
            ((owed.failures, turn.urgency, turn.at_s), owed)
            for owed in self._outbox
            if (turn := self._turn(owed, now)) is not None and turn.at_s <= now.s
        ]
        return [owed for _, owed in sorted(due, key=lambda pair: pair[0])]

    async def _deliver(self, batch: Sequence[Owed]) -> None:
        self._outbox.has_news = False
        await self._make_durable(batch)
        self._tried_s = self._clock.monotonic()
        await self._send(batch)

    async def _make_durable(self, batch: Sequence[Owed]) -> None:
        """Have on disk what this letter says, or know that the disk refuses and go on."""
        now = self._now()
        for owed in batch:
            before = owed.delivery
            self._outbox.remember(owed, self._writer.prepare(owed, now))
            if owed.delivery != before:
                owed.settled_revision = 0
        fresh = [(owed, owed.event.revision) for owed in batch if _is_unsettled(owed)]
        if not fresh:
            return
        await self._settle()
        for owed, revision in fresh:
            owed.settled_revision = revision

    async def _settle(self) -> None:
        try:
            async with asyncio.timeout(self._settle_s):
                settled = await self._outbox.log.settled()
            why = "the disk refuses; telling all the same, from memory"
        except TimeoutError:
            settled, why = False, f"the disk takes over {self._settle_s:g} s; telling all the same"
        self._outbox.disk_works = settled
        if settled:
            self._disk.over()
        else:
            self._disk.happened(why, logging.ERROR)

    async def _send(self, batch: Sequence[Owed]) -> bool:
        """Return whether the receiver is there. A refused batch is halved to find the culprit."""
        letter = self._writer.write(batch, self._outbox, self._now())
        revisions = [owed.event.revision for owed in batch]
        answer = await self._post(letter.body, letter.headers)
        refused = answer.verdict is Verdict.REFUSED
        if refused and len(batch) > 1:
            half = len(batch) // 2
            return await self._send(batch[:half]) and await self._send(batch[half:])
        if answer.verdict in (Verdict.AWAY, Verdict.BARRED) or (refused and not batch):
            self._failed(batch, answer)
            return False
        self._reached()
        if refused:
            self._refused(batch, answer)
        else:
            for owed, revision, outcome in zip(batch, revisions, letter.outcomes, strict=True):
                self._told(owed, revision, outcome, answer.receipt)
        return True

    def _failed(self, batch: Sequence[Owed], answer: Answer) -> None:
        pause_s = max(self._backoff.failed(), answer.retry_after_s)
        self._pause_until_s = self._clock.monotonic() + pause_s
        self._not_before_s = self._clock.monotonic() + answer.not_before_s
        for owed in batch:
            owed.failures += 1
        level = logging.WARNING if answer.verdict is Verdict.AWAY else logging.ERROR
        self._trouble.happened(answer.text, level)
        self._telemetry.delivery_failed(self._outbox.receiver)
        self._telemetry.exporter_up(self._outbox.receiver, is_up=False)

    def _reached(self) -> None:
        self._backoff.reset()
        self._pause_until_s = float("-inf")
        self._trouble.over()
        self._telemetry.exporter_up(self._outbox.receiver, is_up=True)

    def _refused(self, batch: Sequence[Owed], answer: Answer) -> None:
        self._telemetry.delivery_failed(self._outbox.receiver)
        for owed in batch:
            owed.failures += 1
            pause_s = min(REFUSED_BASE_S * 2 ** min(owed.failures - 1, 10), REFUSED_CAP_S)
            owed.not_before_s = self._clock.monotonic() + pause_s
            if owed.trouble is None:
                owed.trouble = Trouble(_LOG, f"{self._outbox.receiver} {owed.event.id}")
            owed.trouble.happened(f"refused: {answer.text}", logging.ERROR)

    def _told(self, owed: Owed, revision: int, outcome: Outcome, receipt: str) -> None:
        now = self._now()
        owed.failures, owed.not_before_s = 0, 0.0
        owed.told_s, owed.told_revision = now.s, revision
        if owed.trouble is not None:
            owed.trouble.over()
        owing_before, told_before = self._writer.owes(owed), owed.delivery.told
        self._outbox.remember(owed, outcome(now, receipt))
        if owed.delivery.told > told_before or (owing_before and not self._writer.owes(owed)):
            late_s = (now.at - owed.owed_since).total_seconds()
            self._telemetry.delivered(self._writer.hop, max(0.0, late_s))
            owed.owed_since = owed.event.at

    def _measure(self) -> None:
        owing = sum(self._writer.owes(owed) for owed in self._outbox)
        self._telemetry.queue_length(self._outbox.receiver, owing)


def _is_unsettled(owed: Owed) -> bool:
    return owed.event.revision > owed.settled_revision
