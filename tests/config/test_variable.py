"""Variables in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.problem import Problems
from config.tree import Scalar, plain
from config.variable import LONGEST, check_vars, substitute
from tests.config.yamlfile import mapping, told


def put(text: str) -> object:
    problems = Problems()
    value = plain(substitute(mapping(text), problems))
    assert not problems, told(problems)
    return value


def faults(text: str) -> list[str]:
    problems = Problems()
    substitute(mapping(text), problems)
    return told(problems)


def test_variables_go_into_any_text_however_deep() -> None:
    assert put(
        '{a: [{b: "${net}.1"}], c: "http://${net}.2/${x}", vars: {net: 127.64.3, x: y}}'
    ) == {
        "a": [{"b": "127.64.3.1"}],
        "c": "http://127.64.3.2/y",
    }


def test_a_whole_text_takes_over_the_value_with_its_type() -> None:
    assert put('{a: "${n}", b: "${n}0", c: "${t}", vars: {n: 3, t: "3"}}') == {
        "a": 3, "b": "30", "c": "3",
    }  # fmt: skip


def test_inside_a_text_numbers_appear_as_they_were_written() -> None:
    assert put('{a: "v${n}", vars: {n: 1.10}}') == {"a": "v1.10"}


def test_id_and_clues_are_built_in() -> None:
    assert put('{id: cs-1, clues: C, name: "${id} ${clues}"}')["name"] == "cs-1 C"  # type: ignore[index]


def test_the_id_may_be_made_of_variables() -> None:
    assert put('{id: "cs-${n}", name: "${id}", vars: {n: 7}}') == {"id": "cs-7", "name": "cs-7"}


def test_variables_may_use_others() -> None:
    assert put('{a: "${gw}", vars: {gw: "${net}.1", net: 127.64.3}}') == {"a": "127.64.3.1"}


def test_two_dollars_stand_for_themselves() -> None:
    assert put("{a: '$${x} costs $5 {y}'}") == {"a": "${x} costs $5 {y}"}


def test_an_unknown_variable_is_told_with_the_nearest() -> None:
    assert faults("a: ${nett}.1\nvars: {net: x, town: y}") == [
        "1:4 unknown variable `${nett}`, did you mean `net`?"
    ]


def test_circles_are_told() -> None:
    assert faults('a: ${x}\nvars: {x: "${y}", y: "${x}"}') == [
        "2:22 the variables form a circle (x → y → x), break it"
    ]
    assert faults('{id: "${id}"}') == ["1:6 the variables form a circle (id → id), break it"]


def test_doubling_variables_end_early() -> None:
    doubling = ", ".join(f'v{n}: "${{v{n + 1}}}${{v{n + 1}}}"' for n in range(18))

    (fault,) = faults(f'{{a: "${{v0}}", vars: {{{doubling}, v18: xxxxxxxx}}}}')

    assert f"beyond {LONGEST} characters" in fault


def test_a_long_chain_of_variables_ends_early() -> None:
    chain = ", ".join(f'v{n}: "${{v{n + 1}}}"' for n in range(5000))

    assert "more than 20 deep" in faults(f'{{a: "${{v0}}", vars: {{{chain}, v5000: x}}}}')[0]


def test_a_variable_without_end_is_told() -> None:
    assert faults("a: ${net.1") == [
        "1:4 this `${` has no `}`, close it, or write `$${` for `${`",
    ]


def test_an_unchanged_part_is_the_very_same() -> None:
    site = mapping("{id: a, links: [{id: b, probes: []}]}")

    assert substitute(site, Problems()).get("links") is site.get("links")


def test_the_place_is_that_of_the_text_not_of_the_variable() -> None:
    value = substitute(mapping("a: ${x}\nvars: {x: 1}"), Problems()).get("a")

    assert isinstance(value, Scalar)
    assert value.place[1:3] == (1, 4)


def test_a_text_made_of_a_secret_is_one() -> None:
    site = mapping('{a: "Bearer ${api_token}", b: "${api_token}", vars: {api_token: hunter2}}')

    put_in = substitute(site, Problems())

    for key in ("a", "b"):
        value = put_in.get(key)
        assert isinstance(value, Scalar)
        assert value.secret


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("[a]", "1:7 `vars` holds no names, write `vars: {name: value}`"),
        ("{id: x}", "1:8 the variable `id` is built in, choose another name"),
        ("{a: [1]}", "1:11 the variable `a` is no single value, write a text or a number"),
        (
            "{a b: 1}",
            "1:8 `a b` is no name of a variable, use letters, digits, `_` and `-`, a letter first",
        ),
    ],
)  # fmt: skip
def test_vars_that_cannot_be_used(written: str, fault: str) -> None:
    problems = Problems()

    check_vars(mapping(f"vars: {written}"), problems)

    assert told(problems) == [fault]


@given(st.text(alphabet="${}ab ", max_size=30))
def test_any_text_is_put_together_or_refused(text: str) -> None:
    site = mapping("{id: a, vars: {a: 1, b: '${a}${a}'}}")
    site = site.but(name=Scalar(text, text, site.place))
    problems = Problems()

    name = substitute(site, problems).get("name")

    assert isinstance(name, Scalar)
    assert problems or "$${" in text or "${" not in str(name.value)
