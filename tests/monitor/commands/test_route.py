"""What a trace means, in words."""

from monitor.commands.route import ending
from probes.route import Hop


def test_one_that_reaches_the_target_says_that_it_answers_now() -> None:
    hops = [Hop(1, "10.0.0.1", 0.001), Hop(2, "10.9.9.9", 0.002)]
    assert ending(hops, "10.9.9.9") == "The trace reaches it: it answers ping now."


def test_one_that_ends_on_the_way_says_where_to_look() -> None:
    hops = [Hop(1, "10.0.0.1", 0.001), Hop(2, "10.0.0.2", 0.002), Hop(3, None, None)]
    assert "10.0.0.2, hop 2: look there and behind it" in ending(hops, "10.9.9.9")


def test_one_without_any_answer_says_that_nothing_can_be_seen() -> None:
    assert "cannot be seen from here" in ending([Hop(1, None, None)], "10.9.9.9")
