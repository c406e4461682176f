"""What must fit together, beyond the examples in `bad/`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.problem import Problems
from config.references import check_nodes
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
