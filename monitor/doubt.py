"""The evidence against one probe, as it is written down for a restart in the middle of it.

An outage that began before a kill has one beginning and one proof, and so it must after it: a
daemon that counted anew would be late by all that had been gathered, and would take the rest of a
long outage for a short one. A lost probe or two are not written down: they are had again at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from monitor.belief import Belief
from monitor.judge.judge import LEAST_LOST, Judge
from monitor.vocabulary import State

LASTS = timedelta(seconds=60)
"""Away for longer, what was in doubt and not down is asked afresh: much may have happened since."""


@dataclass(slots=True)
class DoubtRecord:
    """Instants are ages in seconds when it was written; None where there was none."""

    failures: int
    began_at: AwareDatetime | None
    began: float
    failed: float
    failed_asked: float
    odds_s: float
    burst: float
    lost: int
    answers: int
    sent: float | None
    episode: float
    lost_last: float
    silent: float | None
    answered: float | None
    capped: bool
    corroborated: bool


def doubt_of(belief: Belief, now_s: float) -> DoubtRecord | None:
    """Return what speaks against a probe; None while that is not worth writing down."""
    judge = belief.judge
    is_down = belief.state is State.DOWN  # and so it may answer by now: the outage is still that
    if not judge.lost or not (is_down or belief.failures >= LEAST_LOST):
        return None
    return DoubtRecord(
        failures=belief.failures,
        began_at=belief.first_failure_at,
        began=now_s - belief.first_failure_s,
        failed=now_s - belief.last_failure_s,
        failed_asked=now_s - belief.last_failure_asked_s,
        odds_s=judge.detector.odds_s,
        burst=judge.detector.burst,
        lost=judge.lost,
        answers=judge.answers,
        sent=_age_s(judge.sent_s, now_s),
        episode=now_s - judge.began_s,
        lost_last=now_s - judge.last_lost_s,
        silent=_age_s(judge.silent_since_s, now_s),
        answered=_age_s(judge.answered_s, now_s),
        capped=judge.capped,
        corroborated=judge.corroborated,
    )


def recall_doubt(belief: Belief, record: DoubtRecord, written_s: float, at: datetime) -> None:
    """Have a belief go on where an earlier life left it; `written_s` is when, on our own clock.

    `at` is since when it failed, where the record does not say.
    """
    belief.failures = record.failures
    belief.first_failure_s = written_s - record.began
    belief.first_failure_at = record.began_at or at
    belief.last_failure_s = written_s - record.failed
    belief.last_failure_asked_s = written_s - record.failed_asked
    _recall_judge(belief.judge, record, written_s)
    belief.note_kept(written_s)


def _recall_judge(judge: Judge, record: DoubtRecord, written_s: float) -> None:
    judge.detector.odds_s, judge.detector.burst = record.odds_s, record.burst
    judge.lost, judge.answers = record.lost, record.answers
    judge.began_s, judge.last_lost_s = written_s - record.episode, written_s - record.lost_last
    judge.sent_s = None if record.sent is None else written_s - record.sent
    if record.silent is not None:
        judge.silent_since_s = written_s - record.silent
    if record.answered is not None:
        judge.answered_s = written_s - record.answered
    judge.capped, judge.corroborated = record.capped, record.corroborated


def _age_s(instant_s: float | None, now_s: float) -> float | None:
    """Return how long ago an instant was; None where it never was."""
    return None if instant_s is None or instant_s == float("-inf") else now_s - instant_s
