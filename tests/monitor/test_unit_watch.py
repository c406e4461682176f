"""A trouble of one power unit, told slowly enough that a test button is nothing."""

from monitor.unit_watch import UnitWatch
from tests.monitor.scene import at


def watch(*said: tuple[float, bool], confirm_s: float = 10.0) -> UnitWatch:
    unit = UnitWatch()
    for at_s, bad in said:
        unit.observe(bad=bad, at=at(at_s), confirm_s=confirm_s)
    return unit


def test_it_lasts_once_a_later_reading_bears_it_out() -> None:
    unit = watch((100.0, True), (109.9, True))
    assert (unit.lasts, unit.pending) == (False, True)
    assert unit.observe(bad=True, at=at(110.0), confirm_s=10.0)
    assert (unit.lasts, unit.pending, unit.began_at) == (True, False, at(100.0))
    assert not unit.observe(bad=True, at=at(130.0), confirm_s=10.0), "that is no news"


def test_it_is_over_by_the_same_time() -> None:
    unit = watch((100.0, True), (110.0, True), (200.0, False), (209.0, False))
    assert (unit.lasts, unit.pending) == (True, True)
    assert unit.observe(bad=False, at=at(210.0), confirm_s=10.0)
    assert (unit.lasts, unit.began_at) == (False, at(100.0))


def test_what_turns_back_before_that_changes_nothing() -> None:
    assert not watch((100.0, True), (109.0, False), (500.0, True), (509.0, True)).lasts
    back = watch((100.0, True), (110.0, True), (200.0, False), (205.0, True), (211.0, False))
    assert (back.lasts, back.began_at) == (True, at(100.0))


def test_what_is_certain_needs_no_second_reading() -> None:
    assert watch((100.0, True), confirm_s=0.0).lasts


def test_a_unit_whose_clock_was_set_back_is_counted_anew() -> None:
    assert not watch((100.0, True), (50.0, True), (59.0, True)).lasts
    assert watch((100.0, True), (50.0, True), (60.0, True)).lasts


def test_after_we_were_blind_it_is_counted_anew() -> None:
    unit = watch((100.0, True))
    unit.confirm_anew()
    assert not unit.observe(bad=True, at=at(200.0), confirm_s=10.0)
    assert unit.observe(bad=True, at=at(210.0), confirm_s=10.0)
    unit.confirm_anew()
    assert unit.lasts, "what was sure stays so"
