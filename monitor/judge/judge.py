"""The judge of one probe: doubt, down, proven, and what was harmless after all.

Three tiers. In doubt from the first lost probe on; `down` when the odds pay for the budget of
events; `proven` when they pay for that of pages, or when a life-critical probe got no answer for
the cap: never slower than three in a row, and never falser (science.md A.2, item 6).
"""

import math
from dataclasses import dataclass, field

from monitor.judge.detector import Detector
from monitor.judge.habit import Habit

ENDS_DOUBT = 2
"""Answers in a row that end an episode of loss."""
_BURST_OVER = 0.05
_SHORT_FACTOR = 2.0
"""An outage that nothing else confirmed, over in twice the time of proof, was none perhaps."""
_ODDS_CALM_S = 1e5
"""Below this an outage is less likely than one in twenty, at one outage a month."""
LEAST_LOST = 3
"""Fewer lost probes in a row prove nothing, whatever the odds."""


@dataclass(frozen=True, slots=True)
class Budget:
    """False alarms allowed per year and probe; `cap_s` is None where only the odds decide."""

    down_per_year: float = 12.0
    page_per_year: float = 0.001
    cap_s: float | None = None


@dataclass(slots=True)
class Judge:
    """Of one probe. Instants are monotonic seconds, those at which probes were sent.

    A loss is known `timeout_s` after its probe was sent, and may be overtaken by the answers to
    later ones.
    """

    habit: Habit
    budget: Budget
    timeout_s: float = 0.0
    detector: Detector = field(default_factory=Detector)
    sent_s: float | None = None
    lost: int = 0
    answers: int = 0
    calm: int = 0
    began_s: float = 0.0
    last_lost_s: float = 0.0
    silent_since_s: float = -math.inf
    answered_s: float = -math.inf
    learned_s: float | None = None
    proven: bool = False
    capped: bool = False
    corroborated: bool = False

    @property
    def in_doubt(self) -> bool:
        """Tell whether fresh probes are wanted at once."""
        return self.lost > 0

    @property
    def is_down(self) -> bool:
        """Tell whether the odds pay for an event."""
        return self.proven or (
            self.lost >= LEAST_LOST and self.detector.alarms(self.budget.down_per_year)
        )

    @property
    def calm_s(self) -> float:
        """Return for how long the path has answered on the grid, in all."""
        return self.habit.calm_s + self.calm * self.habit.interval_s

    def lose(self, sent_s: float) -> None:
        """Fold a lost probe in."""
        if not self.in_doubt:
            self.habit.answer(self.calm * self.habit.interval_s)
            self.detector.answered(self.habit.null, self.habit.interval_s, self.calm)
            self.began_s = sent_s
        if self.silent_since_s <= self.answered_s < sent_s or not self.in_doubt:
            self.silent_since_s = sent_s
        self.detector.observe(self.habit.null, self._elapsed_s(sent_s), lost=True)
        self.lost, self.last_lost_s, self.calm = self.lost + 1, sent_s, 0
        if sent_s > self.answered_s:
            self.answers = 0
        if self.lost >= LEAST_LOST and (self.capped or not self.proven):
            self._prove(sent_s)

    def answer(self, sent_s: float) -> None:
        """Fold an answered probe in."""
        self.answered_s = sent_s
        if not self.in_doubt:
            self.sent_s, self.calm = sent_s, self.calm + 1
            return
        self.detector.observe(self.habit.null, self._elapsed_s(sent_s), lost=False)
        self.answers += 1
        if self.answers >= ENDS_DOUBT and not self.proven and self._is_calm():
            self._was_harmless(sent_s)

    def support(self, ratio: float) -> None:
        """Take evidence from elsewhere, by its likelihood ratio of outage over none."""
        self.corroborated = True
        self.detector.support(ratio)

    def is_back(self) -> None:
        """Begin anew after an outage. One that never was proven was a harmless episode too.

        So is one that the cap alone proved, or that a path proved before it was known, if it was
        short: it has to be learned from something. A path that is known, and proved what perhaps
        was none, gets more careful.
        """
        now_s = self.sent_s or 0.0
        short = self._is_short(now_s)
        by_odds = self.proven and not self.capped
        if short and by_odds:
            self.habit.widen()
        if not self.proven or (short and not (by_odds and self.habit.is_learned)):
            self._was_harmless(now_s)
        else:
            self.forget_doubt()

    def _is_short(self, now_s: float) -> bool:
        longest_s = _SHORT_FACTOR * self.habit.null.confirmation_s(self.budget.page_per_year)
        return not self.corroborated and now_s - self.silent_since_s < longest_s

    def forget_doubt(self) -> None:
        """Drop what was counted while we could not see, and learn nothing from it."""
        self._begin_anew()
        self.learned_s = self.sent_s

    def _was_harmless(self, now_s: float) -> None:
        since_s = self.learned_s if self.learned_s is not None else self.began_s
        self.habit.add(self._length_s(), max(0.0, now_s - since_s))
        self.learned_s = now_s
        self._begin_anew()

    def _length_s(self) -> float:
        """Return how long the episode was: from its first loss to its last, if most was lost.

        A burst that loses four probes in five is as long as it lasts; two single losses that
        happen to be close to each other are not.
        """
        spanned_s = max(0.0, self.last_lost_s - self.began_s - self.habit.lag_s)
        return min(spanned_s, (self.lost - 1) * 5 // 4 * self.habit.pace_s)

    def _begin_anew(self) -> None:
        self.detector.odds_s = 0.0
        self.lost = self.answers = self.calm = 0
        self.proven = self.capped = self.corroborated = False

    def _is_calm(self) -> bool:
        usual = max(_BURST_OVER, self.habit.null.burst_share)
        return self.detector.odds_s < _ODDS_CALM_S and self.detector.burst < usual

    def _prove(self, sent_s: float) -> None:
        by_odds = self.detector.alarms(self.budget.page_per_year)
        self.capped = not by_odds and (self.proven or self._is_too_long(sent_s))
        self.proven = by_odds or self.capped

    def _is_too_long(self, sent_s: float) -> bool:
        """Tell whether nothing answered for the cap, counted from the last answer before it."""
        if self.budget.cap_s is None:
            return False
        from_s = max(self.answered_s, self.silent_since_s - self.habit.interval_s)
        return sent_s + self.timeout_s - from_s >= self.budget.cap_s

    def _elapsed_s(self, sent_s: float) -> float:
        if self.sent_s is None:
            self.sent_s = sent_s
            return self.habit.interval_s
        before_s = self.sent_s
        if sent_s <= before_s:
            return 0.0
        self.sent_s = sent_s
        return sent_s - before_s
