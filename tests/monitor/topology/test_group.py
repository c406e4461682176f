"""Who hangs on what, and who takes turns with whom."""

from config.fleet import Fleet
from config.site import Node, Site
from monitor.topology.group import Groups
from monitor.topology.stagger import phases
from tests.monitor.topology.test_node_stories import below, grid, names


def of(*sites: Site, nodes: tuple[Node, ...] = (), **settings: object) -> Groups:
    return Groups.within(grid(*sites, nodes=nodes, **settings))


def test_a_node_has_what_hangs_on_it_and_on_those_below() -> None:
    nodes = (Node(id="core"), Node(id="a", parent="core"), Node(id="b", parent="core"))
    groups = of(*below("a", "x"), *below("b", "y"), *below("core", "z"), nodes=nodes)

    assert groups.by_key["node/core"].children == ("x/link/cfe", "y/link/cfe", "z/link/cfe")
    assert groups.by_key["node/a"].children == ("x/link/cfe",)
    assert groups.of["x/link/cfe"] == ("node/a", "node/core")
    assert groups.below["node/core"] == ("node/a", "node/b")
    assert groups.above("node/a") == {"node/core"}


def test_two_ways_up_count_once() -> None:
    nodes = (
        Node(id="core"), Node(id="a", parent="core"), Node(id="b", parent="core"),
        Node(id="ring", parent=("a", "b")),
    )  # fmt: skip
    groups = of(*below("ring", "x", "y"), nodes=nodes)

    assert groups.by_key["node/core"].children == ("x/link/cfe", "y/link/cfe")
    assert groups.above("node/ring") == {"node/a", "node/b", "node/core"}


def test_a_node_that_holds_no_more_than_one_below_costs_no_more() -> None:
    nodes = (Node(id="core"), Node(id="pop", parent="core"), Node(id="top", parent="core"))
    same = of(*below("pop", *names("cs", 3)), nodes=nodes[:2])
    more = of(*below("pop", *names("cs", 3)), *below("top", "z"), nodes=nodes)

    assert same.by_key["node/core"].height_nats == 0.0
    assert more.by_key["node/core"].height_nats == 3.0


def test_links_without_a_node_are_grouped_by_town_and_state_from_four_sites_on() -> None:
    towns = below(None, *names("en", 4), state="BC", municipality="Ensenada")
    towns += below(None, *names("te", 3), state="BC", municipality="Tecate")
    groups = of(*towns, *below(None, "so-1", state="SR", municipality="Nogales"))

    assert {key: len(one.children) for key, one in groups.by_key.items()} == {
        "region/BC/ensenada": 4, "region/BC": 7,
    }  # fmt: skip
    assert "so-1/link/cfe" not in groups.of
    assert groups.by_key["region/BC"].is_guess


def test_a_state_that_is_one_town_is_one_guess() -> None:
    groups = of(*below(None, *names("en", 4), state="BC", municipality="Ensenada"))

    assert set(groups.by_key) == {"region/BC"}


def test_feeders_hold_sites_and_are_no_group_of_links() -> None:
    groups = of(
        *below("pop", "x", "y", feeder="f"), nodes=(Node(id="pop"), Node(id="f", kind="feeder"))
    )

    assert groups.feeders == {"node/f": ("x", "y")}
    assert set(groups.by_key) == {"node/pop"}


def gaps(fleet: Fleet) -> list[float]:
    places = sorted(phases(Groups.within(fleet), fleet).values())
    return [
        after - before for before, after in zip(places, [*places[1:], places[0] + 1], strict=True)
    ]


def test_siblings_share_their_interval_evenly() -> None:
    assert max(gaps(grid(*below("pop", *names("cs", 10))))) < 0.1001


def test_the_turns_are_the_same_at_every_start_and_differ_from_node_to_node() -> None:
    nodes = (Node(id="a"), Node(id="b"))
    fleet = grid(*below("a", *names("x", 3)), *below("b", *names("y", 3)), nodes=nodes)
    first = phases(Groups.within(fleet), fleet)

    assert phases(Groups.within(fleet), fleet) == first
    assert len(set(first.values())) == 6
