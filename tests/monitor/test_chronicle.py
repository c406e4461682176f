"""What was seen to happen at one site, as an incident will quote it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from config.site import PowerKind, PowerSource
from monitor.chronicle import LENGTH, Chronicle, power_facts
from monitor.vocabulary import Fact
from probes.reading import Battery, Mains, PowerFigures, UnitState
from tests.clock import START
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW

UPS = PowerSource(id="ups", kind=PowerKind.UPS, name="UPS de la UCI")
OTHER = PowerSource(id="ups-2", kind=PowerKind.UPS)
STOPPED = replace(GOOD, unit="planta", state=UnitState.STOPPED, battery=Battery.UNKNOWN)
RUNNING = replace(STOPPED, mains=Mains.ABSENT, state=UnitState.RUNNING)


def facts(before: PowerFigures | None, after: PowerFigures, kind: PowerKind) -> Sequence[Fact]:
    return list(power_facts(before, after, kind))


@pytest.mark.parametrize(
    ("before", "after", "kind", "told"),
    [
        (None, GOOD, PowerKind.UPS, []),
        (GOOD, GOOD, PowerKind.UPS, []),
        (GOOD, ON_BATTERY, PowerKind.UPS, [Fact.MAINS_LOST, Fact.ON_BATTERY]),
        (None, ON_BATTERY, PowerKind.UPS, [Fact.MAINS_LOST, Fact.ON_BATTERY]),
        (ON_BATTERY, GOOD, PowerKind.UPS, [Fact.MAINS_BACK]),
        (ON_BATTERY, RUNNING_LOW, PowerKind.UPS, [Fact.BATTERY_LOW]),
        (RUNNING_LOW, RUNNING_LOW, PowerKind.UPS, []),
        (
            RUNNING_LOW,
            replace(RUNNING_LOW, battery=Battery.DEPLETED, state=UnitState.OFF),
            PowerKind.UPS,
            [Fact.BATTERY_DEPLETED, Fact.UPS_OFF],
        ),
        (GOOD, replace(GOOD, state=UnitState.FAULT), PowerKind.UPS, [Fact.UPS_OFF]),
        (None, STOPPED, PowerKind.GENERATOR, []),
        (STOPPED, RUNNING, PowerKind.GENERATOR, [Fact.MAINS_LOST, Fact.GENERATOR_RUNNING]),
        (RUNNING, STOPPED, PowerKind.GENERATOR, [Fact.MAINS_BACK, Fact.GENERATOR_STOPPED]),
        (
            STOPPED,
            replace(STOPPED, state=UnitState.FAULT),
            PowerKind.GENERATOR,
            [Fact.GENERATOR_FAULT],
        ),
        (
            GOOD,
            replace(GOOD, state=UnitState.EMERGENCY),
            PowerKind.ATS,
            [Fact.TRANSFER_EMERGENCY],
        ),
    ],
)
def test_a_reading_tells_what_the_one_before_did_not(
    before: PowerFigures | None, after: PowerFigures, kind: PowerKind, told: Sequence[Fact]
) -> None:
    assert facts(before, after, kind) == told


def measured(figures: PowerFigures, at_s: float, **more: float) -> PowerFigures:
    at = START + timedelta(seconds=at_s)
    return replace(figures, measured_at=at, **more)  # type: ignore[arg-type]


def test_facts_carry_their_instant_their_source_and_its_figures() -> None:
    chronicle = Chronicle()
    chronicle.note_power(GOOD, measured(ON_BATTERY, 5), UPS)
    first = chronicle.since(START)[0]
    assert (first.fact, first.subject) == (Fact.MAINS_LOST, "UPS de la UCI")
    assert first.at == START + timedelta(seconds=5)
    assert first.figures == {"charge_ratio": 0.9, "runtime_s": 1800.0}


def test_a_source_without_a_name_goes_by_its_id() -> None:
    chronicle = Chronicle()
    chronicle.note_power(GOOD, measured(ON_BATTERY, 5), OTHER)
    assert {fact.subject for fact in chronicle.facts} == {"ups-2"}


def test_only_the_last_charge_of_each_source_is_kept() -> None:
    chronicle = Chronicle()
    before = GOOD
    for second in range(0, 600, 5):
        after = measured(ON_BATTERY, second, charge_ratio=1 - second / 1000)
        chronicle.note_power(before, after, UPS)
        chronicle.note_power(before, after, OTHER)
        before = after
    charges = [fact for fact in chronicle.facts if fact.fact is Fact.CHARGE]
    assert [fact.subject for fact in charges] == ["UPS de la UCI", "ups-2"]
    assert charges[0].figures["charge_ratio"] == pytest.approx(0.405)
    assert Fact.MAINS_LOST in {fact.fact for fact in chronicle.facts}


def test_mains_that_every_source_reports_are_told_once_per_turn() -> None:
    chronicle = Chronicle()
    for second, before, after in ((5, GOOD, ON_BATTERY), (60, ON_BATTERY, GOOD)):
        chronicle.note_power(before, measured(after, second), UPS)
        chronicle.note_power(before, measured(after, second + 2), OTHER)
    told = [fact.fact for fact in chronicle.since(START)]
    assert told.count(Fact.MAINS_LOST) == told.count(Fact.MAINS_BACK) == 1
    assert told.count(Fact.ON_BATTERY) == 2


def test_the_story_is_told_in_order_and_looks_back_a_quarter_of_an_hour() -> None:
    chronicle = Chronicle()
    for minutes in (40, 2, 30, 16):
        chronicle.note(Fact.LINK_BACK, START + timedelta(minutes=minutes), subject=str(minutes))
    since = START + timedelta(minutes=30)
    assert [fact.subject for fact in chronicle.since(since)] == ["16", "30", "40"]


def test_the_oldest_facts_are_forgotten_first() -> None:
    chronicle = Chronicle()
    for number in range(LENGTH + 10):
        chronicle.note(Fact.LINK_BACK, START, subject=str(number))
    assert len(chronicle.facts) == LENGTH
    assert chronicle.facts[0].subject == "10"
    chronicle.note(Fact.CHARGE, START, subject="ups")
    chronicle.note(Fact.LINK_BACK, START, subject="last")
    assert len(chronicle.facts) == LENGTH  # a charge makes no room for more
