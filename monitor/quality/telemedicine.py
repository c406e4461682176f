"""The verdict on a link for telemedicine: slow to get better, less slow to get worse."""

from dataclasses import dataclass, field

from config.site import Medium
from config.telemedicine import TelemedicineRules
from monitor.quality.fitness import (
    GRADES,
    Figures,
    Shortfall,
    grade_of,
    limits_of,
    shortfalls,
)
from monitor.quality.voice import mouth_to_ear_s, r_of
from monitor.quality.window import Slice, Window
from monitor.vocabulary import Fitness

GEOSTATIONARY_S = 0.477
"""Up and down twice over 35,786 km at the speed of light: no round trip is shorter."""
_RANK = {grade: rank for rank, grade in enumerate(GRADES)}
_WORST = len(GRADES) - 1

Ages = tuple[float | None, ...]
"""By grade, best first. None: not so at present."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a link is good for, and why not for more.

    `shortfalls` are what its present figures lack for the next better grade; none while it only
    waits to be called better, and none when it is down. `figures` are None while unknown.
    """

    fitness: Fitness
    since_s: float
    figures: Figures | None = None
    shortfalls: tuple[Shortfall, ...] = ()
    is_down: bool = False
    is_geostationary: bool = False
    best_possible: Fitness = Fitness.READY

    @property
    def is_news(self) -> bool:
        """Tell whether the link could do better: a satellite's distance is no alarm."""
        known = self.fitness is not Fitness.UNKNOWN
        return known and _RANK[self.fitness] > _RANK[self.best_possible]


@dataclass(slots=True)
class TelemedicineRecord:
    """What a restart must not forget. Slices begin at their age, negative."""

    slices: tuple[Slice, ...]
    taken_age_s: float | None
    held: Fitness | None
    held_age_s: float
    unknown_age_s: float | None
    as_good_ages_s: Ages
    as_bad_ages_s: Ages
    least_rtt_s: float | None


@dataclass(slots=True)
class Telemedicine:
    """Of one link.

    `as_good_s` says, by grade, since when it has never been worse than that, `as_bad_s` since when
    never better. So the verdict is the worst of the last ten minutes, unless it was worse than the
    verdict all through the last minute.
    """

    rules: TelemedicineRules
    medium: Medium
    window: Window
    held: Fitness | None = None
    held_s: float = 0.0
    unknown_s: float | None = None
    as_good_s: list[float | None] = field(default_factory=lambda: [None] * len(GRADES))
    as_bad_s: list[float | None] = field(default_factory=lambda: [None] * len(GRADES))
    least_rtt_s: float | None = None

    @classmethod
    def of(cls, rules: TelemedicineRules, medium: Medium, interval_s: float) -> "Telemedicine":
        return cls(rules, medium, Window(rules.window, interval_s))

    @property
    def is_geostationary(self) -> bool:
        """Tell whether the shortest round trip ever seen says so: low orbits are far quicker."""
        least_s = self.least_rtt_s
        is_far = least_s is not None and least_s >= GEOSTATIONARY_S
        return self.medium is Medium.SATELLITE and is_far

    def observe(
        self, at_s: float, sent: int, lost: int, rtt_s: float | None, jitter_s: float | None
    ) -> None:
        """Take one run, also while the link is down; not while we are blind."""
        if rtt_s is not None and (self.least_rtt_s is None or rtt_s < self.least_rtt_s):
            self.least_rtt_s = rtt_s
        self.window.observe(at_s, sent, lost, rtt_s, jitter_s)

    def assess(self, now_s: float, *, is_down: bool = False, is_blind: bool = False) -> Assessment:
        """Let time and what was seen do what they may; return the verdict."""
        figures = None if is_blind else self.window.figures(now_s)
        grade = self._grade(figures, is_down=is_down and not is_blind)
        if grade is None:
            if self.unknown_s is None:
                self.unknown_s = now_s
            return Assessment(Fitness.UNKNOWN, self.unknown_s)
        held = self._see_again(grade, now_s)
        held = self._settle(held, grade, now_s)
        if is_down and held is not Fitness.UNFIT:
            held = self._hold(Fitness.UNFIT, now_s)
        return self._told(held, figures, is_down=is_down)

    def record(self, now_s: float) -> TelemedicineRecord:
        slices = tuple(s._replace(began_s=s.began_s - now_s) for s in self.window.slices)
        taken_s = self.window.taken_s
        return TelemedicineRecord(
            slices,
            None if taken_s is None else now_s - taken_s,
            self.held,
            now_s - self.held_s,
            None if self.unknown_s is None else now_s - self.unknown_s,
            tuple(None if since_s is None else now_s - since_s for since_s in self.as_good_s),
            tuple(None if since_s is None else now_s - since_s for since_s in self.as_bad_s),
            self.least_rtt_s,
        )

    def restore(self, record: TelemedicineRecord, recorded_s: float) -> None:
        self.window.slices.clear()
        self.window.slices.extend(s._replace(began_s=s.began_s + recorded_s) for s in record.slices)
        taken, unknown = record.taken_age_s, record.unknown_age_s
        self.window.taken_s = None if taken is None else recorded_s - taken
        self.held, self.held_s = record.held, recorded_s - record.held_age_s
        self.unknown_s = None if unknown is None else recorded_s - unknown
        self.as_good_s = [None if a is None else recorded_s - a for a in record.as_good_ages_s]
        self.as_bad_s = [None if a is None else recorded_s - a for a in record.as_bad_ages_s]
        self.least_rtt_s = record.least_rtt_s

    def _grade(self, figures: Figures | None, *, is_down: bool) -> Fitness | None:
        if is_down:
            return Fitness.UNFIT
        if figures is None:
            return None
        grade = grade_of(figures, self.rules)
        if grade is Fitness.READY and self.is_geostationary:
            return Fitness.READY_WITH_RESERVATIONS
        return grade

    def _see_again(self, grade: Fitness, now_s: float) -> Fitness:
        """Return the verdict before we lost sight, or what we see now if that is long ago."""
        unknown_s, self.unknown_s = self.unknown_s, None
        if self.held is None:
            return self._hold(grade, now_s)
        if unknown_s is not None:
            self._forget_ages()
            if now_s - unknown_s >= self.rules.better_after:
                return self._hold(grade, now_s)
        return self.held

    def _settle(self, held: Fitness, grade: Fitness, now_s: float) -> Fitness:
        best, worst = self._bounds(_RANK[grade], now_s)
        rank = max(min(_RANK[held], best), worst)
        return held if rank == _RANK[held] else self._hold(GRADES[rank], now_s)

    def _bounds(self, seen: int, now_s: float) -> tuple[int, int]:
        """Return the worst of the last ten minutes, and the best of the last one, as ranks.

        What was not watched for so long may have been anything.
        """
        best, worst = _WORST, 0
        as_good_s, as_bad_s, rules = self.as_good_s, self.as_bad_s, self.rules
        for rank in range(_WORST, -1, -1):
            good_s = as_good_s[rank] = _since(as_good_s[rank], now_s, holds=seen <= rank)
            if good_s is not None and now_s - good_s >= rules.better_after:
                best = rank
            bad_s = as_bad_s[rank] = _since(as_bad_s[rank], now_s, holds=seen >= rank)
            if bad_s is not None and now_s - bad_s >= rules.worse_after:
                worst = max(worst, rank)
        return best, worst

    def _forget_ages(self) -> None:
        self.as_good_s, self.as_bad_s = [None] * len(GRADES), [None] * len(GRADES)

    def _hold(self, grade: Fitness, now_s: float) -> Fitness:
        self.held, self.held_s = grade, now_s
        return grade

    def _told(self, held: Fitness, figures: Figures | None, *, is_down: bool) -> Assessment:
        lacking: tuple[Shortfall, ...] = ()
        if figures is not None and held is not Fitness.READY and not is_down:
            limits = limits_of(GRADES[_RANK[held] - 1], self.rules)
            lacking = tuple(shortfalls(figures, limits)) if limits is not None else ()
        return Assessment(
            held,
            self.held_s,
            figures,
            lacking,
            is_down,
            self.is_geostationary,
            self._best_possible(),
        )

    def _best_possible(self) -> Fitness:
        """Return what a geostationary link could be at best; any other may be ready."""
        least_s = self.least_rtt_s
        if least_s is None or not self.is_geostationary:
            return Fitness.READY
        r = r_of(mouth_to_ear_s(least_s, 0.0), 0.0)
        best = grade_of(Figures(1, 0, least_s, 0.0, r, r), self.rules)
        return Fitness.READY_WITH_RESERVATIONS if best is Fitness.READY else best


def _since(began_s: float | None, now_s: float, *, holds: bool) -> float | None:
    if not holds:
        return None
    return now_s if began_s is None else began_s
