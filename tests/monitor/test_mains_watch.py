"""Losing and regaining mains, told slowly enough that a microcut is nothing."""

from monitor.mains_watch import MainsWatch
from tests.monitor.scene import at


def watch(*said: tuple[float, bool], confirm_s: float = 10.0) -> MainsWatch:
    mains = MainsWatch(confirm_s)
    for at_s, absent in said:
        mains.settle(at_s)
        mains.observe(absent=absent, at_s=at_s, at=at(at_s))
    return mains


def test_a_loss_counts_once_it_has_lasted() -> None:
    mains = watch((100.0, True))
    assert not mains.settle(109.9)
    assert mains.settle(110.0)
    assert (mains.lost, mains.absent_at) == (True, at(100.0))
    assert not mains.settle(111.0)


def test_a_microcut_never_counts() -> None:
    mains = watch((100.0, True), (109.0, False))
    assert not mains.settle(500.0)
    assert not mains.lost


def test_mains_that_flap_faster_than_the_wait_are_never_told_lost() -> None:
    mains = watch(*((float(second), second % 2 == 0) for second in range(0, 300, 9)))
    assert not mains.lost


def test_repeating_the_same_does_not_begin_the_wait_anew() -> None:
    mains = watch((100.0, True), (105.0, True), (109.0, True))
    assert mains.settle(110.0)


def test_mains_are_back_once_that_has_lasted_and_the_loss_keeps_its_beginning() -> None:
    mains = watch((100.0, True), (200.0, False), (205.0, True), (300.0, False))
    assert mains.lost
    assert mains.absent_at == at(100.0)
    assert mains.pending
    assert mains.settle(310.0)
    assert not mains.lost


def test_a_second_loss_has_a_beginning_of_its_own() -> None:
    mains = watch((100.0, True), (200.0, False), (300.0, True))
    mains.settle(310.0)
    assert mains.absent_at == at(300.0)


def test_a_low_battery_confirms_a_loss_at_once_and_nothing_else() -> None:
    mains = watch((100.0, True))
    mains.confirm(101.0)
    assert (mains.lost, mains.lost_s) == (True, 101.0)
    back = watch((100.0, True), (200.0, False))
    back.confirm(201.0)
    assert back.pending


def test_after_blindness_the_wait_begins_anew() -> None:
    mains = watch((100.0, True))
    mains.confirm_anew(3700.0)
    assert not mains.settle(3709.0)
    assert mains.settle(3710.0)


def test_what_nobody_reports_any_more_is_forgotten() -> None:
    mains = watch((100.0, True))
    mains.settle(110.0)
    mains.forget()
    assert (mains.absent, mains.lost, mains.pending) == (False, False, False)
