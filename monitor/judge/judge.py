"""The judge of one probe: doubt, down, proven, and what was harmless after all.

Three tiers. In doubt from the first lost probe on; `down` when the odds pay for the budget of
events; `proven` when they pay for that of pages, or when a life-critical probe got no answer for
the cap: never slower than three in a row, and never falser (science.md A.2, item 6).
"""

from dataclasses import dataclass, field

from monitor.judge.detector import Detector
from monitor.judge.habit import Habit

ENDS_DOUBT = 2
"""Answers in a row that end an episode of loss."""
_BURST_OVER = 0.05
_SUSPECT_FACTOR = 2.0
"""A page that nothing else confirmed, over in twice the time of proof, was false perhaps."""
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
    """Of one probe. Instants are monotonic seconds, those at which probes were sent."""

    habit: Habit
    budget: Budget
    detector: Detector = field(default_factory=Detector)
    sent_s: float | None = None
    lost: int = 0
    answers: int = 0
    calm: int = 0
    silent_since_s: float = 0.0
    learned_s: float | None = None
    proven: bool = False
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

    def lose(self, sent_s: float) -> None:
        """Fold a lost probe in."""
        if not self.in_doubt:
            self.detector.answered(self.habit.null, self.habit.interval_s, self.calm)
        if self.answers or not self.in_doubt:
            self.silent_since_s = sent_s
        self.detector.observe(self.habit.null, self._elapsed_s(sent_s), lost=True)
        self.lost += 1
        self.answers = self.calm = 0
        self.proven = self.proven or self._is_proof(sent_s)

    def answer(self, sent_s: float) -> None:
        """Fold an answered probe in."""
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

        A page that perhaps was false makes a path that speaks for itself more careful. Of one
        that does not yet, it is an episode like any other: it has to be learned from something.
        """
        now_s = self.sent_s or 0.0
        suspect = self.proven and self._is_suspect(now_s)
        if suspect:
            self.habit.widen()
        if not self.proven or (suspect and not self.habit.is_learned):
            self._was_harmless(now_s)
        else:
            self.forget_doubt()

    def _is_suspect(self, now_s: float) -> bool:
        longest_s = _SUSPECT_FACTOR * self.habit.null.confirmation_s(self.budget.page_per_year)
        return not self.corroborated and now_s - self.silent_since_s < longest_s

    def forget_doubt(self) -> None:
        """Drop what was counted while we could not see, and learn nothing from it."""
        self._begin_anew()
        self.learned_s = self.sent_s

    def _was_harmless(self, now_s: float) -> None:
        since_s = self.learned_s if self.learned_s is not None else self.silent_since_s
        self.habit.add((self.lost - 1) * self.habit.pace_s, max(0.0, now_s - since_s))
        self.learned_s = now_s
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.detector.odds_s = 0.0
        self.lost = self.answers = self.calm = 0
        self.proven = self.corroborated = False

    def _is_calm(self) -> bool:
        usual = max(_BURST_OVER, self.habit.null.burst_share)
        return self.detector.odds_s < _ODDS_CALM_S and self.detector.burst < usual

    def _is_proof(self, sent_s: float) -> bool:
        if self.lost < LEAST_LOST:
            return False
        cap_s = self.budget.cap_s
        silent_s = sent_s - self.silent_since_s
        return self.detector.alarms(self.budget.page_per_year) or (
            cap_s is not None and silent_s >= cap_s
        )

    def _elapsed_s(self, sent_s: float) -> float:
        before_s, self.sent_s = self.sent_s, sent_s
        return self.habit.interval_s if before_s is None else max(0.0, sent_s - before_s)
