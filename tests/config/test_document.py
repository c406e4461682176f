"""YAML files as values with places, by libyaml and by PyYAML's own parser alike."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.document import DEEPEST, read_document
from config.place import Place, Source
from config.problem import Problems
from config.tree import Mapping, Scalar, Sequence, Value, plain
from config.vault import Vault
from tests.config.yamlfile import mapping, read, told

Parser = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
PARSERS = [yaml.SafeLoader] + ([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])


def parsed(text: str, parser: Parser) -> tuple[Value | None, Problems]:
    problems = Problems()
    return read_document(Source("t.yaml", text), Vault({}), problems, parser), problems


def spots(value: Value) -> list[tuple[object, int, int, int]]:
    """Return every scalar and key with its place, depth first."""
    if isinstance(value, Scalar):
        return [(value.value, *value.place[1:])]
    if isinstance(value, Sequence):
        return [spot for part in value.items for spot in spots(part)]
    return [
        spot
        for key, entry in value.entries.items()
        for spot in [(key, *entry.key[1:]), *spots(entry.value)]
    ]


TEXT = """\
sites:  # a comment
  - id: hg-ensenada
    name: 'Hospital "Ñ"'
    location: [31.8, -116.6]
    probes:
    - {icmp: 127.64.0.1}
"""


@pytest.mark.parametrize("parser", PARSERS)
def test_every_key_and_value_has_its_line_column_and_width(parser: Parser) -> None:
    root, problems = parsed(TEXT, parser)

    assert root is not None
    assert not problems
    assert spots(root) == [
        ("sites", 1, 1, 5),
        ("id", 2, 5, 2), ("hg-ensenada", 2, 9, 11),
        ("name", 3, 5, 4), ('Hospital "Ñ"', 3, 11, 14),
        ("location", 4, 5, 8), (31.8, 4, 16, 4), (-116.6, 4, 22, 6),
        ("probes", 5, 5, 6), ("icmp", 6, 8, 4), ("127.64.0.1", 6, 14, 10),
    ]  # fmt: skip


def test_a_mapping_knows_its_lines() -> None:
    site = next(mapping(TEXT).children("sites"))

    assert (site.place.line, site.last_line) == (2, 7)
    assert site.holds(Place(site.place.source, 6, 1))
    assert not site.holds(Place(site.place.source, 1, 1))


def test_only_plain_words_have_a_type() -> None:
    assert plain(mapping("a: 1\nb: '1'\nc: \"true\"\nd: true\ne: no\nf:\ng: |\n  7\n")) == {
        "a": 1, "b": "1", "c": "true", "d": True, "e": "no", "f": None, "g": "7\n",
    }  # fmt: skip


def test_keys_are_always_words() -> None:
    assert plain(mapping("on: 1\n200: 2\ntrue: 3")) == {"on": 1, "200": 2, "true": 3}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: &x 1", "1:4 the anchor `&x` is not used here"),
        ("a: *x", "1:4 `*x` refers to an anchor"),
        ("a: {<<: *x}", "1:5 the merge key `<<` is not used here"),
        ("a: 1\na: 2", "2:1 the key `a` is written twice (first at t.yaml:1:1)"),
        ("a: !!int 1", "1:4 the tag `!!int` is not used here"),
        ("a: !x [1]", "1:4 the tag `!x` is not used here"),
        ("? [a]\n: 1", "1:3 a key is one word"),
        ('"": 1', "1:1 a key is one plain word"),
        ("a: 1\n---\nb: 2", "2:1 a second document starts here"),
        ("", "None:None the file is empty"),
        ("# only\n", "None:None the file is empty"),
        ("a:\n\tb: 1", "2:1 a tab cannot indent YAML"),
        ("a: 'x", "1:4 this quote is never closed"),
        ("a: b: c", "1:5 a second `:` on one line"),
        ("a: [1, 2\nb: 3", "1:4 this `[` is not closed before line 2"),
        ("a: [1, [2]\n\n", "1:4 this `[` is never closed"),
        ("a: {b: 1 c: 2}", "1:11 a `,` or `}` is missing before this"),
        ("a: {b: ${c}.1}", "1:9 `${…}` inside brackets needs quotes"),
        ("a: [*.yaml]", "1:5 a word cannot start with `*`"),
        ("a: @b", "1:4 a word cannot start with `@`"),
        ("a: 1\n- b", "2:1 a list item cannot stand between keys"),
        ("- a\nb: 1", "2:1 this line fits neither"),
        ("a: - b", "1:4 a list cannot start on the line of its key"),
        ("a: ]", "1:4 a value was expected here"),
        ("%YAML 3.0\n---\na: 1", "1:1 this version of YAML is unknown"),
        ("a: !x!y z", "1:4 this tag is not used here"),
    ],
)
def test_what_is_refused_is_told_in_plain_words(text: str, fault: str, parser: Parser) -> None:
    _, problems = parsed(text, parser)

    assert told(problems)[0].startswith(fault)


def test_several_refusals_are_told_together() -> None:
    problems = Problems()

    read("a: &x 1\nb: *x\na: 2\n", problems)

    assert len(told(problems)) == 3


def test_a_refused_merge_key_leaves_the_mapping_incomplete() -> None:
    root = read("a: {<<: *b, c: 1}", Problems())

    assert isinstance(root, Mapping)
    inner = root.get("a")
    assert isinstance(inner, Mapping)
    assert not inner.complete


@pytest.mark.parametrize("parser", PARSERS)
def test_depth_is_limited_long_before_the_stack(parser: Parser) -> None:
    fine = "a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)

    assert not parsed(fine, parser)[1]
    assert "levels deep" in told(parsed("[" * 100_000, parser)[1])[0]


def test_the_number_of_values_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.document.MOST_VALUES", 1000)
    problems = Problems()

    assert read("[" + "a," * 998 + "]", problems) is not None
    assert read("[" + "a," * 1000 + "]", problems) is None
    assert told(problems) == ["1:2000 the file holds more than 1000 values, split it"]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("escape", [r"\ud800", r"\UFFFFFFFF", r"\U00110000"])
def test_escapes_that_name_no_character_are_refused(escape: str, parser: Parser) -> None:
    _, problems = parsed(f'a: "{escape}"', parser)

    assert problems


YAML_LIKE = st.text(alphabet="ab:-[]{}'\"\n\t #&*!|>%@`?,.0~<$\\\x85é\r", max_size=80)


@given(YAML_LIKE | st.text())
@pytest.mark.parametrize("parser", PARSERS)
def test_any_text_is_a_value_or_a_problem(parser: Parser, text: str) -> None:
    root, problems = parsed(text, parser)

    assert root is not None or problems
    for problem in problems.listed():
        problem.text().encode()


class Quoting(yaml.SafeDumper):
    """Quotes every text, as its words are those of YAML 1.1 (`0E0` is text there)."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@pytest.mark.heavy
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text("abcdefg", min_size=1, max_size=9), inner, max_size=4)
        ),
        max_leaves=20,
    ).filter(lambda value: value not in (None, ""))
)
@pytest.mark.parametrize("parser", PARSERS)
def test_what_a_stock_emitter_writes_reads_back(parser: Parser, value: object) -> None:
    text = yaml.dump(value, Dumper=Quoting, sort_keys=False)

    root, problems = parsed(text, parser)

    assert not problems
    assert root is not None
    assert plain(root) == value
