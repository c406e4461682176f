"""The timer wheel: nothing early, nothing forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from probes.wheel import TICK_NS, Wheel


@given(st.lists(st.integers(0, 10**12), max_size=50), st.integers(0, 10**12))
def test_the_wheel_gives_up_what_is_due_and_nothing_early(dues: list[int], now_ns: int) -> None:
    wheel: Wheel[int] = Wheel()
    for due_ns in dues:
        assert 0 <= wheel.add(due_ns, due_ns) - due_ns < TICK_NS
    assert len(wheel) == len(dues)
    taken = wheel.take_due(now_ns)
    assert all(due_ns <= now_ns for due_ns in taken)
    left = wheel.take_due(10**12 + TICK_NS)
    assert all(due_ns > now_ns - TICK_NS for due_ns in left)
    assert sorted(taken + left) == sorted(dues)
    assert wheel.next_ns() is None
