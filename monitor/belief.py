"""What we believe of one probe, run by run: the judge's word, and since when.

The rule of this file: the judge says when failures prove "down" and when they page, m answers in
a row prove "back", and what we could not see counts for neither.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from config.component import Probe
from config.settings import JudgementClass
from monitor.judge.habit import Habit
from monitor.judge.judge import LEAST_LOST, Budget, Judge
from monitor.transition import NEXT, REFUSALS, Signal
from monitor.vocabulary import State
from probes.reading import Reading, Reason

LONG_UNSEEN_RUNS = 3
KEEP_S = 10.0
"""How often a growing doubt is written down. A gap in it costs little: to have lost all that was
asked before and after speaks nearly as loud as to have lost all in between."""


@dataclass(slots=True)
class Belief:
    """Of one probe. Times ending in `_s` are monotonic seconds.

    `kept` is when its present doubt was last written down, and whether it was proven by then.
    """

    judge: Judge
    needed_successes: int
    state: State = State.UNKNOWN
    since: datetime | None = None
    failures: int = 0
    successes: int = 0
    unseen: int = 0
    first_failure_s: float = 0.0
    last_failure_s: float = 0.0
    last_failure_asked_s: float = 0.0
    first_failure_at: datetime | None = None
    first_success_at: datetime | None = None
    last_success_s: float | None = None
    reason: Reason | None = None
    detail: str = ""
    kept: tuple[float, bool] | None = None

    @classmethod
    def of(
        cls, judgement: JudgementClass, probe: Probe, burst_s: float, untried_s: float = 0.0
    ) -> "Belief":
        """Return a belief that knows nothing yet."""
        habit = Habit(burst_s, probe.pace_s, probe.interval_s, probe.lag_s, untried_s)
        judge = Judge(habit, budget_of(judgement), probe.settings.timeout)
        return cls(judge, judgement.successes)

    def adopt(self, judgement: JudgementClass, untried_s: float = 0.0) -> None:
        """Go on under other budgets."""
        self.judge.budget = budget_of(judgement)
        self.judge.habit.distrust(untried_s)
        self.needed_successes = judgement.successes

    @property
    def suspect(self) -> bool:
        """Tell whether it is in doubt: failing but not proven down, or answering but not back."""
        return self.judge.in_doubt if self.state is not State.DOWN else self.successes > 0

    @property
    def wants_more(self) -> bool:
        """Tell whether fresh answers would settle something: an outage, a page or a return."""
        if self.state is not State.DOWN:
            return self.judge.in_doubt
        return self.successes > 0 or not self.judge.proven

    @property
    def is_unsettled(self) -> bool:
        """Tell of one just recalled whether fresh answers would settle it, perhaps as back."""
        answered_s = self.last_success_s
        is_coming_back = answered_s is not None and answered_s > self.last_failure_s
        return self.wants_more or (self.state is State.DOWN and is_coming_back)

    @property
    def is_proof(self) -> bool:
        """Tell whether its present failures prove an outage, and not only some before them."""
        return self.failures >= LEAST_LOST and self.judge.is_down

    @property
    def calls_people(self) -> bool:
        """Tell whether it is down so surely that people must hear of it."""
        return self.state is State.DOWN and self.judge.proven

    @property
    def blind(self) -> bool:
        """Tell whether the last run told nothing of the target."""
        return self.unseen > 0

    @property
    def is_lost(self) -> bool:
        """Tell whether we lost sight of it: unknown, and not just because it is new."""
        is_new = self.since is None and self.unseen < LONG_UNSEEN_RUNS
        return self.state is State.UNKNOWN and not is_new

    def observe(
        self, reading: Reading, at_s: float, at: datetime, asked_s: float | None = None
    ) -> Signal:
        """Fold one run in; return what it meant.

        `asked_s` is when it began: what comes back in a mass outage waits for its turn here.
        """
        signal = self._meaning(reading, at_s, at)
        if signal in REFUSALS:
            self.last_failure_asked_s = at_s - reading.duration_s if asked_s is None else asked_s
        before, self.state = self.state, NEXT[self.state, signal]
        if self.state is not before:
            self.since = self._began(at)
            if before is State.DOWN:
                self.judge.is_back()
        if self.state is State.UP and signal is Signal.ANSWERED:
            self.failures = 0
        return signal

    def is_to_be_kept(self, at_s: float) -> bool:
        """Tell, now and again, that its doubt is to be written down: or, once, that it is over."""
        if self.failures < LEAST_LOST:
            was_kept, self.kept = self.kept is not None, None
            return was_kept
        if self.kept is not None:
            kept_s, was_proven = self.kept
            is_as_it_was = self.judge.proven is was_proven
            if is_as_it_was and (was_proven or at_s - kept_s < KEEP_S):
                return False
        self.note_kept(at_s)
        return True

    def note_kept(self, at_s: float) -> None:
        """Know that its doubt is written down as it stands."""
        self.kept = (at_s, self.judge.proven)

    def go_on(self, reading: Reading, at_s: float, at: datetime) -> None:
        """Take one more answer while it `is_steady`: `observe`, where it has nothing to decide."""
        self.judge.answer(at_s - reading.duration_s)
        if self.successes == 0:
            self.first_success_at = at
        self.successes += 1
        self.failures = 0
        self.last_success_s = at_s
        self.reason, self.detail = None, ""

    def forget_doubt(self) -> None:
        """Drop what was counted while we could not see."""
        if self.state is not State.DOWN:
            self.failures, self.first_failure_at = 0, None
            self.judge.forget_doubt()
        self.successes = 0

    def _meaning(self, reading: Reading, at_s: float, at: datetime) -> Signal:
        if reading.reason is not None and reading.reason.is_blindness:
            self.unseen += 1
            self.reason, self.detail = reading.reason, reading.detail
            if self.unseen < LONG_UNSEEN_RUNS:
                return Signal.UNSEEN
            self.forget_doubt()  # two spells with a blind one between them prove nothing together
            return Signal.LONG_UNSEEN
        self.unseen = 0
        if reading.success:
            return self._answered(reading, at_s, at)
        return self._failed(reading, at_s, at)

    def _answered(self, reading: Reading, at_s: float, at: datetime) -> Signal:
        self.go_on(reading, at_s, at)
        is_back = self.successes >= self.needed_successes
        return Signal.PROVEN_BACK if is_back else Signal.ANSWERED

    def _failed(self, reading: Reading, at_s: float, at: datetime) -> Signal:
        sent_s = at_s - reading.duration_s
        self.judge.lose(sent_s)
        if sent_s < self.judge.answered_s:
            return Signal.UNSEEN  # a later question is answered already: no row of failures
        if self.failures == 0:
            self.first_failure_s, self.first_failure_at = at_s, at
        self.failures += 1
        self.successes = 0
        self.reason, self.detail = reading.reason, reading.detail
        self.last_failure_s = at_s
        return Signal.PROVEN_DOWN if self.is_proof else Signal.FAILED

    def _began(self, at: datetime) -> datetime:
        if self.state is State.DOWN:
            return self.first_failure_at or at
        if self.state is State.UP:
            return self.first_success_at or at
        return at


@lru_cache(maxsize=16)
def budget_of(judgement: JudgementClass) -> Budget:
    """Return the budgets of a class, one object for all that are judged by it."""
    return Budget(judgement.false_downs, judgement.false_pages, judgement.max_confirm)
