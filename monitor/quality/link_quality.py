"""All that is judged of the quality of one link, fed run by run by one of its ICMP probes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from config.quality import QualityRules
from config.site import Medium
from config.telemedicine import TelemedicineRules
from monitor.quality.jitter import Jitter, JitterRecord
from monitor.quality.loss_rise import LossHabit, LossRecord, LossRise
from monitor.quality.slowdown import Slowdown, SlowdownRecord
from monitor.quality.telemedicine import Telemedicine, TelemedicineRecord
from monitor.quality.turn import Turn
from probes.echo_figures import EchoFigures


class Quality(StrEnum):
    """What can be worse than usual. API: events and metrics carry these words."""

    LOSS = "loss"  # ratio
    DELAY = "delay"  # seconds, round trip
    JITTER = "jitter"  # seconds


@dataclass(frozen=True, slots=True)
class Impairment:
    """What is worse than usual: "round trip 180 ms, usually 42 ms"."""

    quality: Quality
    value: float
    usual: float
    since_s: float


@dataclass(frozen=True, slots=True)
class Change:
    """A quality that turned, with its figures at that moment."""

    quality: Quality
    turn: Turn
    value: float
    usual: float


@dataclass(slots=True)
class QualityRecord:
    """What the journal keeps of one link. Instants are ages in seconds when it was made."""

    loss: LossRecord
    delay: SlowdownRecord
    jitter: SlowdownRecord
    trembling: JitterRecord
    telemedicine: TelemedicineRecord | None = None


@dataclass(slots=True)
class LinkQuality:
    """Of one link. `telemedicine` is None where nobody asks for it."""

    rules: QualityRules
    interval_s: float
    loss: LossRise
    delay: Slowdown
    jitter: Slowdown
    trembling: Jitter
    telemedicine: Telemedicine | None = None

    @classmethod
    def of(
        cls,
        rules: QualityRules,
        interval_s: float,
        habit: LossHabit,
        medium: Medium = Medium.FIBER,
        telemedicine: TelemedicineRules | None = None,
    ) -> "LinkQuality":
        return cls(
            rules,
            interval_s,
            LossRise.of(rules, interval_s, habit),
            Slowdown.of(rules, rules.delay, interval_s),
            Slowdown.of(rules, rules.jitter, interval_s),
            Jitter(),
            Telemedicine.of(telemedicine, medium, interval_s) if telemedicine else None,
        )

    @property
    def is_degraded(self) -> bool:
        return self.loss.is_raised or self.delay.is_raised or self.jitter.is_raised

    def adopt(self, habit: LossHabit) -> None:
        """Judge loss by another habit from now on."""
        self.loss.adopt(self.rules, self.interval_s, habit)

    def observe(self, at_s: float, echo: EchoFigures, *, counts: bool = True) -> tuple[Change, ...]:
        """Take one run; return what turned, mostly nothing.

        `counts` is False while the link is down or in a confirmed incident: then only
        telemedicine, which is the worse for it, takes it. While we are blind, call `exclude`.
        """
        rtts_ns, sent = echo.rtts_ns, echo.sent
        received = len(rtts_ns)
        if not counts:
            self.exclude()
        delay_turn = jitter_turn = None
        loss_turn = self.loss.observe(at_s, sent, received) if counts else None
        rtt_s = None
        if received:
            rtt_s = (rtts_ns[0] if received == 1 else sum(rtts_ns) / received) / 1e9
            trembled_s = self.trembling.observe(at_s, rtts_ns)
            if counts:
                delay_turn = self.delay.observe(at_s, rtt_s)
                if trembled_s is not None:
                    jitter_turn = self.jitter.observe(at_s, trembled_s)
        if self.telemedicine is not None and sent:
            smoothed_s = self.trembling.smoothed_s if self.trembling.is_known else None
            self.telemedicine.observe(at_s, sent, sent - received, rtt_s, smoothed_s)
        if loss_turn or delay_turn or jitter_turn:
            return tuple(self._changes(loss_turn, delay_turn, jitter_turn))
        return ()

    def exclude(self) -> None:
        """Let what is unanswered so far, and the gap to come, say nothing of the link."""
        self.loss.exclude()
        self.delay.exclude()
        self.jitter.exclude()
        self.trembling.exclude()

    def impairments(self) -> tuple[Impairment, ...]:
        """Return what is worse than usual now, with its size."""
        if self.loss.raised_s is self.delay.raised_s is self.jitter.raised_s is None:
            return ()
        return tuple(
            Impairment(quality, value, usual, since_s)
            for quality, value, usual, since_s in self._figures()
            if since_s is not None
        )

    def record(self, now_s: float) -> QualityRecord:
        """Return what to write down."""
        return QualityRecord(
            self.loss.record(now_s),
            self.delay.record(now_s),
            self.jitter.record(now_s),
            self.trembling.record(now_s),
            self.telemedicine.record(now_s) if self.telemedicine is not None else None,
        )

    def restore(self, record: QualityRecord, recorded_s: float) -> None:
        """Go on where the record was made, at `recorded_s` of the present monotonic clock."""
        self.loss.restore(record.loss, recorded_s)
        self.delay.restore(record.delay, recorded_s)
        self.jitter.restore(record.jitter, recorded_s)
        self.trembling.restore(record.trembling, recorded_s)
        if self.telemedicine is not None and record.telemedicine is not None:
            self.telemedicine.restore(record.telemedicine, recorded_s)

    def _figures(self) -> Iterator[tuple[Quality, float, float, float | None]]:
        loss, delay, jitter = self.loss, self.delay, self.jitter
        yield Quality.LOSS, loss.loss_ratio, loss.usual_ratio, loss.raised_s
        yield Quality.DELAY, delay.now_s, delay.usual_s, delay.raised_s
        yield Quality.JITTER, jitter.now_s, jitter.usual_s, jitter.raised_s

    def _changes(self, *turns: Turn | None) -> Iterator[Change]:
        for (quality, value, usual, _), turn in zip(self._figures(), turns, strict=True):
            if turn is not None:
                yield Change(quality, turn, value, usual)
