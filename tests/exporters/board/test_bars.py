"""Bars: what is drawn never hides an outage, and what is written is exact."""

import pytest

from exporters.board.bars import CELLS, part_bar, power_bar, power_look
from monitor.past import Held
from probes.reading import Mains, UnitState

MINUTE = 60_000
DAY = 1440 * MINUTE


def looks(*held: tuple[float, float, str]) -> list[tuple[int, int, str]]:
    bar = part_bar(
        (Held(round(a * MINUTE), round(b * MINUTE), what) for a, b, what in held), 0, DAY
    )
    return [piece[:3] for piece in bar.pieces]


def test_a_second_without_service_in_a_day_is_seen_and_counted_exactly() -> None:
    held = [Held(0, 1000, "up"), Held(1000, 2000, "down"), Held(2000, DAY, "up")]
    bar = part_bar(held, 0, DAY)
    assert [piece[:3] for piece in bar.pieces] == [(0, 1, "down"), (1, CELLS - 1, "up")]
    assert bar.sums_s == {"down": 1.0, "up": DAY / 1000 - 1}
    assert bar.availability == pytest.approx(1 - 1000 / DAY)


def test_what_fills_its_cells_is_as_wide_as_it_lasted() -> None:
    assert looks((0, 720, "up"), (720, 1080, "down"), (1080, 1440, "up")) == [
        (0, 120, "up"), (120, 60, "down"), (180, 60, "up"),
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["maintenance", "blind", "stopped", "unknown", "absent"])
def test_what_does_not_count_is_drawn_and_not_counted(reason: str) -> None:
    held = [Held(0, DAY // 2, "up"), Held(DAY // 2, DAY, reason)]
    bar = part_bar(held, 0, DAY)
    assert bar.availability == 1
    assert bar.pieces[-1].look == reason


def test_nothing_watched_has_no_availability() -> None:
    bar = part_bar([Held(0, DAY, "absent")], 0, DAY)
    assert bar.is_empty
    assert bar.availability is None


def test_what_began_before_is_cut() -> None:
    bar = part_bar([Held(-DAY, DAY, "down")], 0, DAY)
    assert bar.sums_s == {"down": DAY / 1000}


def test_a_storm_of_changes_is_drawn_in_as_many_pieces_as_there_are_cells_at_most() -> None:
    held = [Held(at, at + 1000, "down" if at % 2000 else "up") for at in range(0, DAY, 1000)]
    assert len(part_bar(held, 0, DAY).pieces) == 1


def test_power_is_told_apart() -> None:
    held = [
        Held(0, 10 * MINUTE, "online/present"),
        Held(10 * MINUTE, 20 * MINUTE, "on_battery/absent"),
        Held(20 * MINUTE, DAY, "unknown"),
    ]
    bar = power_bar(held, 0, DAY)
    assert bar.sums_s == {"battery": 600.0, "unknown": DAY / 1000 - 1200, "mains": 600.0}


def test_everything_a_power_source_can_say_has_a_look() -> None:
    said = [f"{unit.value}/unknown" for unit in UnitState] + [f"/{one.value}" for one in Mains]
    found = {one: power_look(one) for one in said}
    assert [one for one, look in found.items() if look == "unknown"] == [
        "unknown/unknown", "/unknown",
    ]  # fmt: skip
    assert power_look("nonsense") == power_look("nonsense/nothing") == "unknown"
