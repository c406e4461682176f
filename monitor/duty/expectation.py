"""A generator test as it should go: fed with what power sources say, it tells how it went.

What is seen moves it from stage to stage by a table; a deadline passes only when a reading measured
after it says that the thing has not happened. Not hearing anything is never evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from config.maintenance import GeneratorTest
from config.recurrence import Occurrence
from config.site import PowerKind, PowerSource
from monitor.chronicle import power_facts
from monitor.vocabulary import Fact
from probes.reading import Mains, PowerFigures, UnitState


class Verdict(StrEnum):
    PENDING = "pending"
    FULFILLED = "fulfilled"
    VIOLATED = "violated"
    UNSEEN = "unseen"


class Breach(StrEnum):
    """How a test failed. The words are explained in docs/maintenance.md."""

    NOT_HELD = "not_held"
    DID_NOT_START = "generator_did_not_start"
    FAILED = "generator_failed"
    STOPPED = "generator_stopped"
    MAINS_NOT_BACK = "mains_not_back"
    UNEXPECTED_CUT = "unexpected_cut"


class Stage(StrEnum):
    """`idling` runs while mains are there; `dark` is without mains and generator; `left` is after
    a generator that stopped before mains were seen to be back.
    """

    WAITING = "waiting"
    IDLING = "idling"
    DARK = "dark"
    CARRIED = "carried"
    LEFT = "left"


Step = Stage | Breach
_HEARD = (
    Fact.MAINS_LOST, Fact.MAINS_BACK, Fact.GENERATOR_RUNNING, Fact.GENERATOR_STOPPED,
    Fact.GENERATOR_FAULT,
)  # fmt: skip


def _table(rows: Mapping[Stage, tuple[Step, ...]]) -> Mapping[tuple[Stage, Fact], Step]:
    """Return a table of stages by facts; a missing cell or row fails at import."""
    reached = {step for row in rows.values() for step in row if isinstance(step, Stage)}
    if not reached <= rows.keys():
        raise ValueError(f"a stage without a row: {sorted(reached - rows.keys())}")
    return MappingProxyType(
        {
            (stage, fact): step
            for stage, row in rows.items()
            for fact, step in zip(_HEARD, row, strict=True)
        }
    )


_CUT, _FAILED = Breach.UNEXPECTED_CUT, Breach.FAILED
_WAITING, _IDLING, _DARK = Stage.WAITING, Stage.IDLING, Stage.DARK
_CARRIED, _LEFT = Stage.CARRIED, Stage.LEFT
WITH_LOAD = _table(
    {  #          mains lost  mains back  running   stopped   fault
        _WAITING: (_DARK,     _WAITING,   _IDLING,  _WAITING, _FAILED),
        _IDLING:  (_CARRIED,  _IDLING,    _IDLING,  _WAITING, _FAILED),
        _DARK:    (_DARK,     _WAITING,   _CARRIED, _DARK,    _FAILED),
        _CARRIED: (_CARRIED,  _IDLING,    _CARRIED, _LEFT,    _FAILED),
        _LEFT:    (_LEFT,     _WAITING,   _CARRIED, _LEFT,    _FAILED),
    }
)  # fmt: skip
WITHOUT_LOAD = _table(
    {  #          mains lost  mains back  running   stopped   fault
        _WAITING: (_CUT,      _WAITING,   _IDLING,  _WAITING, _FAILED),
        _IDLING:  (_CUT,      _IDLING,    _IDLING,  _WAITING, _FAILED),
    }
)  # fmt: skip
_OF_GENERATOR = frozenset(
    {Fact.GENERATOR_RUNNING, Fact.GENERATOR_STOPPED, Fact.GENERATOR_FAULT}
)  # fmt: skip
_AT_REST = frozenset({Stage.WAITING, Stage.IDLING})
_OVERDUE = MappingProxyType(
    {
        Stage.WAITING: Breach.NOT_HELD,
        Stage.IDLING: Breach.NOT_HELD,
        Stage.DARK: Breach.DID_NOT_START,
        Stage.CARRIED: Breach.MAINS_NOT_BACK,
        Stage.LEFT: Breach.STOPPED,
    }
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One test at one site. `due` is by when the next thing must have happened.

    `is_done`: mains were cut, the generator carried, and mains came back (or, without load, it
    ran). A test may be repeated in the same window, and each time counts.
    """

    test: GeneratorTest
    window: Occurrence
    due: datetime
    stage: Stage = Stage.WAITING
    breach: Breach | None = None
    is_done: bool = False
    is_over: bool = False

    @classmethod
    def of(
        cls, test: GeneratorTest, window: Occurrence, *, dark: bool = False, running: bool = False
    ) -> "Expectation":
        """Begin with what is known when the window opens: mains may be absent already."""
        facts = [Fact.GENERATOR_RUNNING] * running + [Fact.MAINS_LOST] * dark
        return cls(test, window, window.ends).fed(facts, window.starts)

    @property
    def verdict(self) -> Verdict:
        if self.breach is not None:
            return Verdict.VIOLATED
        if self.is_done and self.stage in _AT_REST:
            return Verdict.FULFILLED
        return Verdict.UNSEEN if self.is_over else Verdict.PENDING

    def observed(
        self, before: PowerFigures | None, after: PowerFigures, source: PowerSource
    ) -> "Expectation":
        """Return it after a reading of one of the site's sources, and the one before that."""
        at = after.measured_at
        if at < self.window.starts:
            return self
        is_asked = source.kind is PowerKind.GENERATOR and self.test.generator in (None, source.id)
        moved = self.fed(power_facts(before, after, source.kind), at, is_asked=is_asked)
        speaks = is_asked and after.state is not UnitState.UNKNOWN
        return moved.passed(at, mains=after.mains is not Mains.UNKNOWN, generator=speaks)

    def fed(
        self, facts: Iterable[Fact], at: datetime, *, is_asked: bool = True
    ) -> "Expectation":  # fmt: skip
        """Return it after facts measured at one instant; `is_asked`: of the generator meant."""
        moved = self
        for fact in facts:
            if fact in _HEARD and (is_asked or fact not in _OF_GENERATOR):
                moved = _after(moved, fact, at)
        return moved

    def passed(self, at: datetime, *, mains: bool, generator: bool) -> "Expectation":
        """Return it after a reading measured at `at`, which spoke of mains, of the generator."""
        waits_for_generator = self.stage is Stage.DARK or not self.test.with_load
        heard = generator if waits_for_generator else mains
        if self._is_settled or not heard or at <= self.due:
            return self
        breach = _OVERDUE[self.stage] if self.test.with_load else Breach.DID_NOT_START
        return replace(self, breach=breach)

    def closed(self) -> "Expectation":
        """Return it when its time is over and nothing more will be heard of it."""
        return replace(self, is_over=True)

    @property
    def _is_settled(self) -> bool:
        return self.is_over or self.verdict in (Verdict.VIOLATED, Verdict.FULFILLED)


def _after(one: Expectation, fact: Fact, at: datetime) -> Expectation:
    """Return an expectation after one fact."""
    if one.breach is not None or one.is_over:
        return one
    table = WITH_LOAD if one.test.with_load else WITHOUT_LOAD
    step = table[one.stage, fact]
    if isinstance(step, Breach):
        return replace(one, breach=step)
    if step is one.stage:
        return one
    is_dark = step in (Stage.DARK, Stage.LEFT)
    due = at + timedelta(seconds=one.test.within) if is_dark else one.window.ends
    return replace(one, stage=step, due=due, is_done=one.is_done or _completes(one, fact))


def _completes(one: Expectation, fact: Fact) -> bool:
    """Tell whether a fact is the last that a test needs."""
    if not one.test.with_load:
        return fact is Fact.GENERATOR_RUNNING
    return fact is Fact.MAINS_BACK and one.stage in (Stage.CARRIED, Stage.LEFT)
