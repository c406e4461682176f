"""What must fit together, beyond the examples in `bad/`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.problem import Problems, SiteProblems
from config.references import DraftSite, check_known_nodes, check_nodes
from config.tree import Mapping
from tests.config.yamlfile import mapping, told


def circles(parents: dict[str, str]) -> list[str]:
    problems = Problems()
    nodes: list[Mapping] = [
        mapping(f"{{id: {name}, parent: {parent}}}") for name, parent in parents.items()
    ]
    check_nodes(nodes, problems)
    return [one.message.partition("(")[2].rstrip(")") for one in problems.listed()]


@pytest.mark.parametrize(
    ("parents", "found"),
    [
        ({"a": "b", "b": "c"}, []),
        ({"a": "a"}, ["a → a"]),
        ({"x": "a", "a": "b", "b": "a"}, ["a → b → a"]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, ["a → b → a", "c → d → c"]),
    ],
)
def test_each_circle_is_told_once(parents: dict[str, str], found: list[str]) -> None:
    assert circles(parents) == found


def test_a_circle_of_thousands_is_told_briefly() -> None:
    parents = {f"n{number}": f"n{(number + 1) % 3000}" for number in range(3000)}

    assert circles(parents) == ["n0 → n1 → n2 → n3 → n4 → n5 → n6 → … → n0"]


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg"), max_size=6))
def test_there_is_a_circle_where_walking_up_does_not_end(parents: dict[str, str]) -> None:
    def is_endless(name: str) -> bool:
        for _ in range(10):
            if name not in parents:
                return False
            name = parents[name]
        return True

    assert bool(circles(parents)) == any(is_endless(name) for name in parents)


def test_two_nodes_with_one_id_are_told() -> None:
    problems = Problems()

    check_nodes([mapping("id: a", name="x.yaml"), mapping("id: a", name="y.yaml")], problems)

    assert told(problems) == [
        "1:5 two nodes have the id `a` (the first at x.yaml:1:5), give one of them its own"
    ]


def known(nodes: list[str], site: str) -> list[str]:
    """Return what is told of one site, and of nodes that hang on each other."""
    problems = Problems()
    written = mapping(site)
    draft = DraftSite(written, written, SiteProblems(problems, "hg", written))
    check_known_nodes([draft], [mapping(node) for node in nodes], problems)
    return told(problems)


def test_a_link_and_a_node_may_hang_on_several_nodes() -> None:
    nodes = ["{id: a}", "{id: b, parent: [a, ring]}", "{id: ring, kind: ring}"]

    assert known(nodes, "{id: hg, links: [{id: cfe, node: [a, b]}]}") == []


def test_each_of_several_nodes_must_be_declared() -> None:
    assert known(["{id: a, parent: [b, c]}", "{id: b}"], "{id: hg}") == [
        "1:21 unknown node `c`, declare it under `nodes:` in any included file"
    ]


def test_a_circle_through_one_of_several_parents_is_told() -> None:
    problems = Problems()

    check_nodes([mapping("{id: a, parent: [top, b]}"), mapping("{id: b, parent: [a]}")], problems)

    assert told(problems) == [
        "1:23 these nodes are each other's parents (a → b → a), remove one `parent`"
    ]


def test_power_comes_from_a_feeder_and_links_from_other_nodes() -> None:
    nodes = ["{id: pop-1, parent: f-1}", "{id: f-1, kind: feeder, parent: pop-1}"]

    fix = "name a node of another kind; a site names the feeder of its power as `feeder`"
    assert known(nodes, "{id: hg, feeder: pop-1, links: [{id: cfe, node: f-1}]}") == [
        "1:18 `pop-1` is no feeder, give that node `kind: feeder`",
        f"1:21 `f-1` is a feeder of power, and carries no link, {fix}",
        "1:33 `pop-1` is no feeder, give that node `kind: feeder`",
        f"1:49 `f-1` is a feeder of power, and carries no link, {fix}",
    ]
