"""What may begin: as ever while we keep up, and little by little when we do not."""

import pytest

from monitor.start_pace import MOST, PAUSE_S, SPARE, StartPace

RATE_HZ = 1000.0


def pace(now_s: float = 10.0, rate_hz: float = RATE_HZ) -> StartPace:
    """Return one that has just begun all that it may."""
    used = StartPace()
    used.plan(rate_hz)
    used.begun(used.allowed(now_s, now_s), now_s, is_behind=False)
    return used


def test_a_turn_may_begin_what_fell_due_since_the_last_and_a_little_more() -> None:
    assert pace().allowed(10.01, 10.01) == int(0.01 * RATE_HZ * MOST)


def test_rest_saves_up_a_handful_and_no_more() -> None:
    assert pace().allowed(3610.0, 3610.0) == SPARE
    assert pace(rate_hz=0.5).allowed(3610.0, 3610.0) == SPARE


@pytest.mark.parametrize("held_up_s", [0.05, PAUSE_S])
def test_a_pause_is_made_good_at_once(held_up_s: float) -> None:
    assert pace().allowed(10.0 + held_up_s, 10.0) == pytest.approx(
        held_up_s * RATE_HZ * MOST, abs=1.01
    )


def test_a_stall_counts_for_a_pause() -> None:
    assert pace().allowed(70.0, 10.0) == pytest.approx(PAUSE_S * RATE_HZ * MOST, abs=1.01)


def test_who_was_behind_before_a_stall_may_make_all_of_it_good() -> None:
    late = pace()
    late.begun(0, 10.0, is_behind=True)
    assert late.allowed(10.5, 10.0) == pytest.approx(0.5 * RATE_HZ * MOST, abs=1.01)


def test_a_second_holds_no_more_whatever_there_is_to_make_good() -> None:
    late = pace()
    late.begun(0, 10.0, is_behind=True)
    allowed = late.allowed(13.0, 10.0)
    assert allowed == int(RATE_HZ * MOST) + SPARE
    late.begun(allowed, 13.0, is_behind=True)
    assert late.allowed(13.5, 13.0) == 0
    assert late.allowed(13.99, 13.5) == 0
    assert late.allowed(14.01, 14.0) > 0


def test_asking_twice_changes_nothing() -> None:
    late = pace()
    first = late.allowed(10.15, 10.0)
    assert late.allowed(10.15, 10.0) == first


def test_a_fleet_that_shrinks_waits_until_its_second_is_over_and_goes_on() -> None:
    shrunk = StartPace()
    shrunk.plan(RATE_HZ)
    shrunk.begun(shrunk.allowed(10.0, 9.0), 10.0, is_behind=True)
    shrunk.begun(shrunk.allowed(10.2, 10.0), 10.2, is_behind=True)
    shrunk.plan(10.0)
    assert shrunk.allowed(10.3, 10.3) == 0
    assert shrunk.allowed(11.3, 11.3) > 0
