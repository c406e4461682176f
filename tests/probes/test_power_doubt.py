"""What cannot be believed, and what is only odd."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probes.power_document import read_document
from probes.power_doubt import contradictions, default_max_age_s, doubt_time
from probes.reading import Reason

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEAST: dict[str, Any] = {
    "schema": "power-status/1",
    "observed_at": "2026-11-21T09:00:00Z",
    "mains": "absent",
}


def ups(**changes: object) -> dict[str, Any]:
    return {"ups": [{"id": "u", "state": "on_battery"} | changes]}


def generators(*states: str, **changes: object) -> dict[str, Any]:
    return {"generators": [{"id": state, "state": state} | changes for state in states]}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"load_source": "mains"}, "mains are absent"),
        ({"load_source": "ups_battery"} | ups(state="online"), "no UPS is"),
        ({"load_source": "generator"} | generators("stopped"), "none runs"),
        (ups(battery="normal", charge_ratio=0), "has no charge"),
        (ups(state="online", on_battery_seconds=9), "on battery since 9 s"),
        (generators("stopped", last_test_at="2026-11-23T09:00:00Z"), "tested after"),
    ],
)
def test_what_cannot_be_true_is_told(parts: dict[str, Any], said: str) -> None:
    (told,) = contradictions(read_document(LEAST | parts))

    assert said in told


@pytest.mark.parametrize(
    "parts",
    [
        {"mains": "present"} | ups(),
        {"load_source": "mains", "mains": "out_of_range"},
        {"load_source": "ups_battery"},
        {"load_source": "ups_battery"} | ups(state="fault"),
        {"load_source": "generator"},
        {"load_source": "generator"} | generators("stopped", "running"),
        {"load_source": "generator"} | generators("fault"),
        {"load_source": "generator"} | ups(state="online"),
        ups(battery="low", charge_ratio=0),
        ups(battery="normal", charge_ratio=0.01, on_battery_seconds=0),
        ups(state="online", on_battery_seconds=0),
        generators("running", fuel_ratio=0),
    ],
)
def test_what_is_only_odd_passes(parts: dict[str, Any]) -> None:
    assert list(contradictions(read_document(LEAST | parts))) == []


@pytest.mark.parametrize(
    ("age_s", "reason"),
    [
        (-60.001, Reason.FROM_THE_FUTURE),
        (-60, None),
        (0, None),
        (45, None),
        (45.001, Reason.STALE),
    ],
)
def test_the_age_has_two_ends(age_s: float, reason: Reason | None) -> None:
    doubt = doubt_time(NOW - timedelta(seconds=age_s), NOW, 45.0, None)

    assert (doubt[0] if doubt else None) is reason


def test_the_default_age_is_three_intervals_and_at_least_half_a_minute() -> None:
    assert default_max_age_s(1.0) == 30.0
    assert default_max_age_s(15.0) == 45.0
