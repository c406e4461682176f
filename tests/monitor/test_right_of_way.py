"""The loop goes first while threads of ours compute, and everything is as before afterwards."""

import sys
from contextlib import ExitStack

import pytest

from monitor.right_of_way import GIVE_WAY_S, RightOfWay


def test_it_is_kept_until_the_last_thread_is_done_in_whatever_order_they_end() -> None:
    right_of_way, usual_s = RightOfWay(), sys.getswitchinterval()
    first, second = ExitStack(), ExitStack()
    first.enter_context(right_of_way.kept())
    second.enter_context(right_of_way.kept())
    first.close()
    assert sys.getswitchinterval() == pytest.approx(GIVE_WAY_S)
    second.close()
    assert sys.getswitchinterval() == usual_s


def test_a_failure_inside_gives_it_back_too() -> None:
    right_of_way, usual_s = RightOfWay(), sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), right_of_way.kept():
        raise ZeroDivisionError
    assert sys.getswitchinterval() == usual_s
