"""Whom a loss has asked: few of many, everybody of a few, and nobody twice in a second."""

from config.site import Node
from monitor.topology.group import Groups
from monitor.topology.inquiry import SAMPLE, Inquiry
from tests.monitor.topology.test_node_stories import TEN, below, grid, names


def test_all_siblings_of_a_small_node_are_asked_and_the_node() -> None:
    inquiry = Inquiry(Groups.within(grid(*below("pop", *TEN))))

    asked = inquiry.of_first_loss("cs-3/link/cfe", 100.0)

    assert set(asked) == {"node/pop", *(f"{one}/link/cfe" for one in TEN if one != "cs-3")}
    assert inquiry.of_first_loss("cs-4/link/cfe", 100.5) == ()
    assert inquiry.of_first_loss("cs-4/link/cfe", 101.0) != ()


def test_of_a_large_node_a_sample_spread_over_its_branches_is_asked() -> None:
    pops = [f"pop-{number}" for number in range(8)]
    sites = [site for pop in pops for site in below(pop, *names(pop, 20))]
    nodes = (Node(id="core"), *(Node(id=pop, parent="core") for pop in pops))
    inquiry = Inquiry(Groups.within(grid(*sites, nodes=nodes)))

    asked = inquiry.of_first_loss("pop-0-7/link/cfe", 100.0)

    others = [one for one in asked if not one.startswith(("pop-0", "node/"))]
    assert len({one.rpartition("-")[0] for one in others}) == 7
    assert len(asked) <= 20 + 1 + SAMPLE + 1


def test_when_a_node_may_be_falling_those_not_silent_yet_are_asked() -> None:
    inquiry = Inquiry(Groups.within(grid(*below("pop", "a", "b", "c"))))

    assert inquiry.of_all(["node/pop"], {"a/link/cfe": 1}, 5.0) == ("b/link/cfe", "c/link/cfe")
    assert inquiry.of_all(["node/pop"], {}, 5.5) == ()
