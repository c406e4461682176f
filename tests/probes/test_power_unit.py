"""Which unit is meant, and what its figures are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probes.failure import Failure
from probes.power_document import PowerDocument, read_document
from probes.power_unit import figures_of, select_unit
from probes.reading import Reason, UnitState

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
UPS: dict[str, Any] = {"id": "ups-1", "state": "online"}
GENERATOR: dict[str, Any] = {"id": "planta", "state": "cooldown", "fuel_ratio": 0.5}
ATS: dict[str, Any] = {"id": "ats-1", "position": "emergency", "alarms": ["Locked out"]}


def document(**parts: object) -> PowerDocument:
    least = {"schema": "power-status/1", "observed_at": "2026-11-21T09:00:00Z", "mains": "present"}
    return read_document(least | parts)


@pytest.mark.parametrize(
    ("parts", "wanted", "found"),
    [
        ({"ups": [UPS], "generators": [GENERATOR], "ats": [ATS]}, "planta", "planta"),
        ({"ups": [UPS], "ats": [ATS]}, "ats-1", "ats-1"),
        ({"ups": [UPS]}, None, "ups-1"),
        ({"ups": [UPS]}, "ups-uci", "ups-1"),
        ({}, "cfe", ""),
        ({}, None, ""),
        ({"ups": [UPS]}, "mains", ""),
        ({"ups": [UPS | {"id": "mains"}]}, "mains", "mains"),
    ],
)
def test_the_unit_asked_for_or_the_only_one(
    parts: dict[str, object], wanted: str | None, found: str
) -> None:
    read = document(**parts)

    assert figures_of(read, select_unit(read, wanted), NOW).unit == found


@pytest.mark.parametrize(
    ("parts", "wanted", "said"),
    [
        ({"ups": [UPS], "ats": [ATS]}, None, "no unit was named; there are ups-1, ats-1"),
        ({"ups": [UPS], "ats": [ATS]}, "ups-2", "no unit ups-2; there are ups-1, ats-1"),
        (
            {"ups": [UPS], "generators": [GENERATOR | {"id": "ups-1"}]},
            "ups-1",
            "2 units are called ups-1",
        ),
    ],
)
def test_an_unknown_or_ambiguous_unit_lists_the_ids(
    parts: dict[str, object], wanted: str | None, said: str
) -> None:
    with pytest.raises(Failure) as refused:
        select_unit(document(**parts), wanted)

    assert refused.value.reason is Reason.UNKNOWN_UNIT
    assert said in refused.value.detail


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ({"ups": [UPS | {"state": "bypass"}]}, UnitState.BYPASS),
        ({"generators": [GENERATOR]}, UnitState.COOLDOWN),
        ({"ats": [ATS]}, UnitState.EMERGENCY),
        ({"isolation": [{"id": "q1", "alarm": True}]}, UnitState.ALARM),
        ({"isolation": [{"id": "q1", "alarm": False}]}, UnitState.NORMAL),
        ({"isolation": [{"id": "q1", "alarm": None}]}, UnitState.UNKNOWN),
        ({}, UnitState.UNKNOWN),
    ],
)
def test_each_kind_has_its_state(parts: dict[str, object], state: UnitState) -> None:
    read = document(**parts)

    assert figures_of(read, select_unit(read, None), NOW).state is state


def test_a_generator_has_fuel_and_a_switch_its_alarms() -> None:
    read = document(generators=[GENERATOR], ats=[ATS], alarms=["Locked out", "Door\u202e open"])

    generator = figures_of(read, select_unit(read, "planta"), NOW)
    switch = figures_of(read, select_unit(read, "ats-1"), NOW)

    assert (generator.fuel_ratio, generator.charge_ratio) == (0.5, None)
    assert switch.alarms == ("Locked out", r"Door\u202e open")


def test_a_clock_just_ahead_of_ours_gives_no_negative_age() -> None:
    read = document()

    assert figures_of(read, None, NOW - timedelta(seconds=30)).age_s == 0
    assert figures_of(read, None, NOW + timedelta(seconds=30)).age_s == 30
