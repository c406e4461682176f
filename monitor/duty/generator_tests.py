"""The generator tests of a fleet: each is held against what the power of its site says.

A test is remembered for a day after its window. After a restart it is read again from the site's
chronicle, its failure as it was found and all else from the facts, so that it goes on where it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from config.fleet import Fleet
from config.maintenance import GeneratorTest, MaintenanceWindow
from config.recurrence import Occurrence
from config.site import PowerKind, PowerSource
from monitor.diagnosis.finding import Finding
from monitor.duty.expectation import Breach, Expectation
from monitor.events import Evidence
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.vocabulary import OF_POWER, Cause, Confidence, Fact, Priority
from probes.reading import Mains, PowerFigures, UnitState

REMEMBERED = timedelta(days=1)
"""For how long a test that failed, or was not held, is told of after its window."""

_FACTS = MappingProxyType(
    {
        Breach.DID_NOT_START: Fact.GENERATOR_TEST_NO_START,
        Breach.NOT_HELD: Fact.GENERATOR_TEST_NOT_HELD,
    }
)
_BREACHES: Mapping[float | str, Breach] = MappingProxyType({one.value: one for one in Breach})


@dataclass(slots=True)
class Trial:
    """One test at one site. `at` is when its failure was seen; `over_at` when it is forgotten.

    `kept` are the facts of the chronicle that were last asked to be written down.
    """

    window: str
    held: Expectation
    over_at: datetime
    at: datetime | None = None
    kept: tuple[tuple[Evidence, ...], ...] = ()

    @property
    def is_alone(self) -> bool:
        """Tell whether nothing else at the site shows the failure: mains were there all along."""
        without_load = not self.held.test.with_load
        breach = self.held.breach
        return breach is Breach.NOT_HELD or (without_load and breach is Breach.DID_NOT_START)

    def line(self) -> Evidence | None:
        """Return how it failed, as an incident quotes it; None if it has not."""
        if self.held.breach is None or self.at is None:
            return None
        return Evidence(
            at=self.at,
            fact=_FACTS.get(self.held.breach, Fact.GENERATOR_TEST_FAILED),
            subject=self.window,
            figures={"breach": self.held.breach.value},
        )


@dataclass(slots=True)
class GeneratorTests:
    """By window and site: the latest occurrence of each test that began."""

    fleet: InitVar[Fleet]
    _windows: dict[str, list[MaintenanceWindow]] = field(init=False, default_factory=dict)
    _trials: dict[tuple[str, str], Trial] = field(init=False, default_factory=dict)
    _look_at: dict[tuple[str, str], datetime | None] = field(init=False, default_factory=dict)
    _turn: datetime | None = field(init=False, default=None)
    _ended: Mapping[str, datetime] = field(init=False, default_factory=dict)

    def __post_init__(self, fleet: Fleet) -> None:
        self.reload(fleet)

    def reload(self, fleet: Fleet) -> None:
        """Take over another fleet; a test under way is read again from the chronicle."""
        self._trials, self._look_at, self._turn = {}, {}, None
        self._ended = fleet.ended
        expecting = [window for window in fleet.maintenance if window.expects is not None]
        self._windows = {
            site.id: found
            for site in fleet.sites
            if (found := [window for window in expecting if window.concerns(site)])
        }

    def observe(
        self, view: SiteView, before: PowerFigures | None, after: PowerFigures, source: PowerSource
    ) -> bool:
        """Fold in what the chronicle has noted already; return whether a test failed with it."""
        has_failed = False
        for trial in self._of(view, after.measured_at):
            had_failed = trial.held.breach is not None
            trial.held = trial.held.observed(before, after, source)
            if trial.held.breach is not None and not had_failed:
                has_failed, trial.at = True, after.measured_at
                _note(trial, view)
                self._turn_at(trial.over_at)
        return has_failed

    def has_news(self, view: SiteView) -> bool:
        """Tell, once, that the chronicle holds what a test must not forget over a restart."""
        trials = [
            self._trials[name]
            for window in self._windows.get(view.site.id, ())
            if (name := (window.id, view.site.id)) in self._trials
        ]
        now = (view.chronicle.facts, view.chronicle.failed_tests)
        has_news = any(trial.kept != now for trial in trials)
        for trial in trials:
            trial.kept = now
        return has_news

    def concern(self, site_id: str) -> bool:
        """Tell whether any test is planned at a site."""
        return site_id in self._windows

    def failed(self, view: SiteView, at: datetime) -> tuple[str, ...]:
        """Return the ids of windows whose test at a site has failed."""
        return tuple(trial.window for trial in self._of(view, at) if trial.held.breach is not None)

    def explained(
        self, view: SiteView, findings: Sequence[Finding], at: datetime
    ) -> list[Finding]:  # fmt: skip
        """Return findings with what failed tests say of them, and a finding of each that must."""
        told = list(findings)
        for trial in self._of(view, at):
            line = trial.line()
            if line is None:
                continue
            if trial.is_alone:
                told.append(_finding(view, trial, line))
                continue
            tested = {s.key for s in _tested(view, trial.held.test)}
            told = [
                replace(one, evidence=(*one.evidence, line))
                if one.cause in OF_POWER and (one.key == "power" or one.root.key in tested)
                else one
                for one in told
            ]
        return told

    def has_turned(self, at: datetime) -> bool:
        """Tell, once, that a failed test is to be forgotten: look at open incidents."""
        if self._turn is None or at < self._turn:
            return False
        self._turn = None
        for trial in self._trials.values():
            if trial.held.breach is not None and trial.over_at > at:
                self._turn_at(trial.over_at)
        return True

    def _of(self, view: SiteView, at: datetime) -> Iterator[Trial]:
        for window in self._windows.get(view.site.id, ()):
            name = (window.id, view.site.id)
            look_at = self._look_at.get(name, at)
            if look_at is not None and at >= look_at:
                self._look_at[name] = self._begin(name, window, view, at)
            if name in self._trials:
                yield self._trials[name]

    def _begin(
        self, name: tuple[str, str], window: MaintenanceWindow, view: SiteView, at: datetime
    ) -> datetime | None:
        """Take up the latest occurrence that began; return when to look for another."""
        self._trials.pop(name, None)
        latest, begins_at = _around(window, ZoneInfo(view.site.timezone), at)
        if latest is None or window.expects is None or self._is_called_off(window.id, latest):
            return begins_at
        over_at = latest.ends + REMEMBERED
        over_at = over_at if begins_at is None else min(over_at, begins_at)
        trial = Trial(window.id, _recalled(window.expects, latest, view), over_at)
        known = _breach_of(view, window.id, latest)
        if known is not None:
            trial.at, trial.held = known[0], replace(trial.held, breach=known[1])
        elif trial.held.breach is not None:
            trial.at = view.last_power_at() or at
            _note(trial, view)
        if trial.held.breach is not None:
            self._turn_at(over_at)
        self._trials[name] = trial
        return over_at

    def _is_called_off(self, window: str, test: Occurrence) -> bool:
        """Tell whether somebody ended a test before its time: nothing is expected of it then."""
        ended_at = self._ended.get(window)
        return ended_at is not None and test.starts <= ended_at < test.ends

    def _turn_at(self, at: datetime) -> None:
        if self._turn is None or at < self._turn:
            self._turn = at


def _around(
    window: MaintenanceWindow, zone: ZoneInfo, at: datetime
) -> tuple[Occurrence | None, datetime | None]:
    """Return the latest occurrence that began, if it is remembered, and when the next begins."""
    latest: Occurrence | None = None
    for one in window.after(at - REMEMBERED, zone):
        if one.starts > at:
            return latest, one.starts
        latest = one
    return latest, None


def _recalled(test: GeneratorTest, window: Occurrence, view: SiteView) -> Expectation:
    """Return how a test stands by all that the site's chronicle and last readings say."""
    facts = sorted(view.chronicle.facts, key=lambda line: line.at)
    before = [line.fact for line in facts if line.at < window.starts]
    held = Expectation.of(
        test,
        window,
        dark=_last(before, Fact.MAINS_LOST, Fact.MAINS_BACK),
        running=_last(before, Fact.GENERATOR_RUNNING, Fact.GENERATOR_STOPPED),
    )
    asked = {source.called for source, _ in view.power_sources() if _is_asked(source, test)}
    for line in facts:
        if line.at >= window.starts:
            held = held.fed([line.fact], line.at, is_asked=line.subject in asked)
    for source, standing in view.power_sources():
        figures = standing.figures
        if figures is not None and figures.measured_at >= window.starts:
            speaks = _is_asked(source, test) and figures.state is not UnitState.UNKNOWN
            mains = figures.mains is not Mains.UNKNOWN
            held = held.passed(figures.measured_at, mains=mains, generator=speaks)
    return held


def _note(trial: Trial, view: SiteView) -> None:
    line = trial.line()
    if line is not None:
        view.chronicle.note_failed_test(line)


def _breach_of(view: SiteView, window: str, test: Occurrence) -> tuple[datetime, Breach] | None:
    """Return when and how a test was found to have failed by an earlier life of the daemon."""
    for line in view.chronicle.failed_tests:
        breach = _BREACHES.get(line.figures.get("breach", ""))
        if line.subject == window and line.at >= test.starts and breach is not None:
            return line.at, breach
    return None


def _last(facts: Sequence[Fact], one: Fact, other: Fact) -> bool:
    """Tell whether the last of two facts that was seen is the first of them."""
    return next((fact is one for fact in reversed(facts) if fact in (one, other)), False)


def _is_asked(source: PowerSource, test: GeneratorTest) -> bool:
    return source.kind is PowerKind.GENERATOR and test.generator in (None, source.id)


def _tested(view: SiteView, test: GeneratorTest) -> list[Standing]:
    return [standing for source, standing in view.power_sources() if _is_asked(source, test)]


def _finding(view: SiteView, trial: Trial, line: Evidence) -> Finding:
    """Return what a test alone gives reason to say; one that was not held wakes nobody."""
    tested = _tested(view, trial.held.test)
    was_held = trial.held.breach is not Breach.NOT_HELD
    severe = Priority.P2 if view.life_areas else Priority.P3
    return Finding(
        key=f"generator_test/{trial.window}",
        cause=Cause.POWER,
        confidence=Confidence.HIGH,
        priority=severe if was_held else Priority.P4,
        root=(tested or [view.itself])[0],
        touched=tuple(tested),
        since=line.at,
        evidence=(line,),
        calls=was_held,
    )
