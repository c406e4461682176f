"""What was seen to happen at one site, in order: the evidence that a verdict can quote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.site import PowerKind, PowerSource
from monitor.events import Evidence
from monitor.vocabulary import Fact
from probes.reading import Battery, Mains, PowerFigures, UnitState

LENGTH = 64
LOOK_BACK = timedelta(minutes=15)

_OF_UNIT = {
    UnitState.ON_BATTERY: Fact.ON_BATTERY,
    UnitState.OFF: Fact.UPS_OFF,
    UnitState.RUNNING: Fact.GENERATOR_RUNNING,
    UnitState.STOPPED: Fact.GENERATOR_STOPPED,
    UnitState.EMERGENCY: Fact.TRANSFER_EMERGENCY,
}
_OF_BATTERY = {Battery.LOW: Fact.BATTERY_LOW, Battery.DEPLETED: Fact.BATTERY_DEPLETED}


@dataclass(slots=True)
class Chronicle:
    """The last facts of one site; the oldest are forgotten first.

    `failed_tests` is how generator tests failed, the last time of each by its window. A deadline
    that passed unheeded is not among the facts: what is there later may well look like no test.
    """

    facts: tuple[Evidence, ...] = ()
    failed_tests: tuple[Evidence, ...] = ()

    def note(self, fact: Fact, at: datetime, subject: str = "", **figures: float | str) -> None:
        """Add a fact. A charge replaces the charge before it: only the last one is news."""
        kept = self.facts
        if fact is Fact.CHARGE:
            kept = tuple(old for old in kept if (old.fact, old.subject) != (fact, subject))
        self.recall((*kept, Evidence(at=at, fact=fact, subject=subject, figures=figures)))

    def recall(self, facts: tuple[Evidence, ...]) -> None:
        """Know these facts and no others, the last ones if they are too many."""
        self.facts = facts[-LENGTH:]

    def note_failed_test(self, line: Evidence) -> None:
        """Keep how a generator test failed, instead of how the same one did before."""
        others = tuple(old for old in self.failed_tests if old.subject != line.subject)
        self.failed_tests = (*others, line)

    def note_power(
        self, before: PowerFigures | None, after: PowerFigures, source: PowerSource
    ) -> None:
        """Add what changed between two readings of one power source."""
        subject = source.called
        for fact in power_facts(before, after, source.kind):
            self.note(fact, after.measured_at, subject, **_figures(after))
        if after.state is UnitState.ON_BATTERY and after.charge_ratio is not None:
            self.note(Fact.CHARGE, after.measured_at, subject, **_figures(after))

    def since(self, at: datetime) -> tuple[Evidence, ...]:
        """Return the facts from `LOOK_BACK` before `at` on, oldest first, mains told once."""
        recent = sorted(
            (fact for fact in self.facts if fact.at >= at - LOOK_BACK), key=lambda fact: fact.at
        )
        return tuple(_told_once(recent))


def power_facts(
    before: PowerFigures | None, after: PowerFigures, kind: PowerKind
) -> Iterator[Fact]:
    """Yield what a reading says that the one before did not. A first reading tells faults only."""
    mains_before = before.mains if before else Mains.PRESENT
    if after.mains is Mains.ABSENT and mains_before is not Mains.ABSENT:
        yield Fact.MAINS_LOST
    if after.mains is Mains.PRESENT and mains_before is Mains.ABSENT:
        yield Fact.MAINS_BACK
    battery_before = before.battery if before else Battery.NORMAL
    if after.battery is not battery_before and after.battery in _OF_BATTERY:
        yield _OF_BATTERY[after.battery]
    if before is None and after.state is UnitState.STOPPED:
        return
    if before is None or after.state is not before.state:
        yield from _unit_fact(after.state, kind)


def _unit_fact(state: UnitState, kind: PowerKind) -> Iterator[Fact]:
    if state is UnitState.FAULT:
        yield Fact.GENERATOR_FAULT if kind is PowerKind.GENERATOR else Fact.UPS_OFF
    elif state in _OF_UNIT:
        yield _OF_UNIT[state]


def _figures(power: PowerFigures) -> dict[str, float | str]:
    known = {"charge_ratio": power.charge_ratio, "runtime_s": power.runtime_s}
    return {name: value for name, value in known.items() if value is not None}


def _told_once(facts: list[Evidence]) -> Iterator[Evidence]:
    """Yield each loss and return of mains once, though every source of the site reports it."""
    mains: Fact | None = None
    for fact in facts:
        if fact.fact in (Fact.MAINS_LOST, Fact.MAINS_BACK):
            if fact.fact is mains:
                continue
            mains = fact.fact
        yield fact
