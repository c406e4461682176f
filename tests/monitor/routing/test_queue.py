"""Who is traced next, and who leaves when too many wait."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.routing.queue import CAPACITY, RouteQueue
from monitor.vocabulary import Priority


def taken(queue: RouteQueue) -> list[str]:
    return [queue.take() for _ in range(len(queue))]


def test_the_most_urgent_is_next_and_of_those_the_newest() -> None:
    queue = RouteQueue()
    for number, priority in (("a", "P2"), ("b", "P1"), ("c", "P3"), ("d", "P1"), ("e", "P2")):
        queue.put(number, Priority(priority))
    assert taken(queue) == ["d", "b", "e", "a", "c"]


def test_one_that_becomes_more_urgent_keeps_its_age() -> None:
    queue = RouteQueue()
    for number in ("a", "b"):
        queue.put(number, Priority.P2)
    queue.put("c", Priority.P1)
    queue.put("a", Priority.P1)
    assert taken(queue) == ["c", "a", "b"]


def test_when_it_is_full_the_least_urgent_leaves_and_of_those_the_oldest() -> None:
    queue = RouteQueue()
    queue.put("old", Priority.P3)
    for number in range(CAPACITY):
        queue.put(f"n{number}", Priority.P2)
    assert "old" not in queue
    queue.put("minor", Priority.P3)
    assert "minor" not in queue
    queue.put("major", Priority.P1)
    assert "n0" not in queue
    assert "n1" in queue
    assert len(queue) == CAPACITY


def test_who_is_over_does_not_wait_any_more() -> None:
    queue = RouteQueue()
    queue.put("a", Priority.P1)
    queue.discard("a")
    queue.discard("a")
    assert len(queue) == 0


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(Priority)), max_size=200))
def test_it_never_holds_more_and_loses_nobody_for_one_less_urgent(
    offered: list[tuple[int, Priority]],
) -> None:
    queue, latest = RouteQueue(), dict[str, Priority]()
    for number, priority in offered:
        queue.put(str(number), priority)
        latest[str(number)] = priority
        assert len(queue) <= CAPACITY
    ranks = [latest[number] for number in taken(queue)]
    assert ranks == sorted(ranks)
