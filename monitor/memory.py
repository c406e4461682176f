"""What is written down of a component and of a site, and how it is taken up again.

Only what a restart must not forget: proven states and their beginnings, the evidence of what is as
good as proven, what each path has taught of its habit, what power last said, the facts that an
incident quotes. A first doubt is not written down: it is had again in a second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

from config.component import ComponentKind
from monitor.belief import Belief
from monitor.doubt import LASTS, DoubtRecord, doubt_of, recall_doubt
from monitor.events import Evidence
from monitor.judge.episodes import BINS, Episodes
from monitor.judge.habit import Habit
from monitor.quality.link_quality import QualityRecord
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.unit_watch import UnitWatch
from monitor.vocabulary import State
from probes.reading import PowerFigures

_OURSELVES = ComponentKind.MONITOR
"""Whether our anchors answer is for this life to find out, before it says that we can see."""


@dataclass(slots=True)
class HabitRecord:
    """What a path has lost without being down: by bin, how many episodes and how long in all."""

    episodes: dict[int, tuple[float, float]]
    watched_s: float
    widening: float


@dataclass(slots=True)
class BeliefRecord:
    """A proven state of one probe, and the habit of its path if it has shown any.

    `calm_s` is for how long the path has answered since its habit was last troubled, and
    `answered` how long ago it had answered when this was written; both in seconds.
    """

    state: State
    since: AwareDatetime | None
    proven: bool = False
    calm_s: float = 0.0
    habit: HabitRecord | None = None
    doubt: DoubtRecord | None = None
    answered: float | None = None


@dataclass(slots=True)
class KeptQuality:
    """How good a link was, with the ages of all instants at `at`, of which probe."""

    at: AwareDatetime
    probe: str
    record: QualityRecord


@dataclass(slots=True)
class StandingRecord:
    """What is kept of one component, as it was at `at`."""

    state: State
    since: AwareDatetime | None
    because: str
    beliefs: dict[str, BeliefRecord]
    figures: PowerFigures | None
    figures_at: AwareDatetime | None
    quality: KeptQuality | None = None
    at: AwareDatetime | None = None

    def to_json(self) -> str:
        return _STANDINGS.dump_json(self).decode()

    @classmethod
    def of_json(cls, body: str) -> "StandingRecord":
        """Return what was written down.

        Raises:
            pydantic.ValidationError: it is damaged, or of another version.

        """
        return _STANDINGS.validate_json(body)


_STANDINGS = TypeAdapter(StandingRecord)


@dataclass(slots=True)
class UnitRecord:
    """A trouble that a power unit has of its own, or is about to have."""

    seen: bool
    lasts: bool
    since: AwareDatetime | None
    began_at: AwareDatetime | None


class SiteRecord(BaseModel):
    """What is kept of one site beyond its components."""

    model_config = ConfigDict(frozen=True)

    absent: bool
    lost: bool
    absent_at: AwareDatetime | None
    facts: tuple[Evidence, ...]
    failed_tests: tuple[Evidence, ...] = ()
    units: dict[str, UnitRecord] = {}


def standing_record(
    standing: Standing, now_s: float, at: datetime, quality: KeptQuality | None = None
) -> StandingRecord:
    """Return what to write down of a component."""
    return StandingRecord(
        state=standing.state,
        since=standing.since,
        because=standing.because,
        beliefs={
            key: BeliefRecord(
                state=belief.state,
                since=belief.since,
                proven=belief.judge.proven,
                calm_s=belief.judge.calm_s,
                habit=_habit_record(belief.judge.habit),
                doubt=doubt_of(belief, now_s),
                answered=None if belief.last_success_s is None else now_s - belief.last_success_s,
            )
            for key, belief in standing.beliefs.items()
        },
        figures=standing.figures,
        figures_at=standing.figures_at,
        quality=quality,
        at=at,
    )


def quality_record(standing: Standing, now_s: float, at: datetime) -> KeptQuality | None:
    """Return what to write down of the quality of a link; None of anything else."""
    link = standing.link
    if link is None:
        return None
    return KeptQuality(at=at, probe=link.terms.probe.key, record=link.quality.record(now_s))


def recall_quality(standing: Standing, kept: KeptQuality, now_s: float, now: datetime) -> None:
    """Judge a link by its old habit; the time that we were away counts for its ages."""
    link = standing.link
    if link is None or link.terms.probe.key != kept.probe:
        return
    away_s = max(0.0, (now - kept.at).total_seconds())
    link.quality.restore(kept.record, now_s - away_s)
    link.adopt(standing.beliefs[kept.probe].judge.habit)


def recall_standing(
    standing: Standing, record: StandingRecord, now_s: float, now: datetime
) -> None:
    """Take a component up where an earlier life of the daemon left it."""
    if not standing.is_judged:
        return  # its probes were taken out of the list: nothing could ever change this again
    standing.state, standing.since = record.state, record.since
    standing.because = record.because
    standing.by_answers = record.state
    standing.changed_s = standing.reachable_s = now_s
    standing.figures, standing.figures_at = record.figures, record.figures_at
    standing.is_remembered = record.state is State.DOWN and bool(standing.beliefs)
    for key, belief in standing.beliefs.items():
        kept = record.beliefs.get(key)
        if kept is not None:
            belief.state, belief.since = kept.state, kept.since
            belief.judge.proven = kept.proven and kept.state is State.DOWN
            belief.judge.habit.answer(kept.calm_s)
        if kept is not None and kept.habit is not None:
            _recall_habit(belief.judge.habit, kept.habit)
        if kept is not None and kept.state is State.DOWN:
            belief.first_failure_s, belief.first_failure_at = now_s, kept.since
        if kept is not None and record.at is not None and standing.kind is not _OURSELVES:
            _recall_evidence(belief, kept, now_s, record.at, now)
    standing.suspect = any(belief.suspect for belief in standing.beliefs.values())
    if standing.link is not None and record.state is State.DEGRADED and not standing.is_silent:
        standing.by_answers = State.UP  # all its probes answered: it was of its quality


def _recall_evidence(
    belief: Belief, kept: BeliefRecord, now_s: float, at: datetime, now: datetime
) -> None:
    """Take up what spoke for and against a probe at `at`; the time since then counts for both."""
    away = max(timedelta(), now - at)
    written_s = now_s - away.total_seconds()
    if kept.answered is not None:
        belief.last_success_s = written_s - kept.answered
    if kept.doubt is not None and (kept.state is State.DOWN or away < LASTS):
        recall_doubt(belief, kept.doubt, written_s, kept.since or at)


def _habit_record(habit: Habit) -> HabitRecord | None:
    episodes = habit.episodes
    if not episodes.watched_s:
        return None
    pairs = enumerate(zip(episodes.counts, episodes.sums_s, strict=True))
    return HabitRecord(
        episodes={place: pair for place, pair in pairs if pair[0]},
        watched_s=episodes.watched_s,
        widening=habit.widening,
    )


def _recall_habit(habit: Habit, record: HabitRecord) -> None:
    """Take a habit up; what lies outside the bins of this version is left out."""
    known = {place: pair for place, pair in record.episodes.items() if 0 <= place < BINS}
    episodes = Episodes(watched_s=record.watched_s)
    for place, (count, sum_s) in known.items():
        episodes.put(place, count, sum_s)
    habit.take_up(episodes, record.widening)


def site_record(view: SiteView) -> SiteRecord:
    """Return what to write down of a site."""
    return SiteRecord(
        absent=view.mains.absent,
        lost=view.mains.lost,
        absent_at=view.mains.absent_at,
        facts=view.chronicle.facts,
        failed_tests=view.chronicle.failed_tests,
        units={
            name: UnitRecord(
                seen=unit.seen, lasts=unit.lasts, since=unit.since, began_at=unit.began_at
            )
            for name, unit in view.units.items()
            if unit.seen or unit.lasts
        },
    )


def recall_site(view: SiteView, record: SiteRecord, now_s: float) -> None:
    """Take a site up where an earlier life of the daemon left it."""
    view.mains.absent, view.mains.lost = record.absent, record.lost
    view.mains.absent_at, view.mains.changed_s = record.absent_at, now_s
    view.mains.lost_s = now_s  # what it waits for is asked anew: a generator, a link in doubt
    view.chronicle.recall((*view.chronicle.facts, *record.facts))
    view.chronicle.failed_tests = record.failed_tests
    known = {source.id for source in view.site.power}
    view.units = {
        name: UnitWatch(unit.seen, unit.lasts, unit.since, unit.began_at)
        for name, unit in record.units.items()
        if name in known
    }
