import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.clues.yaml_text import comment, scalar

TRAPS = [
    "NO", "No", "yes", "on", "Off", "y", "N", "null", "~", "true", "1:30", "12:30:45", "010",
    "0x1F", "1e3", ".inf", "2026-11-21", "- x", "a: b", "a #b", "#b", "*a", "&a", "!env X",
    "%x", "@x", "`x`", "{a}", "[a]", "a,b", "'a'", '"a"', "a\\b", " a", "a ", "a:", "?", "? a",
    "|", ">", "=", "<<", "", "a\tb", "a\nb", "a\x85b", "\u2028", "\ufeff", "Ruíz y 14",
    "Col. Rubí", "(La Joya)", "🚑", "Pro-Hogar", "---", "...", "a - b", "O'Higgins", "S/N",
    "nº 5",
]  # fmt: skip


@pytest.mark.parametrize("text", TRAPS)
def test_the_text_comes_back(text: str) -> None:
    assert yaml.safe_load(f"name: {scalar(text)}\n") == {"name": text}


@pytest.mark.parametrize(
    "text", ["Hospital General de Ensenada", "Ruíz y 14", "Col. Rubí", "O'Higgins"]
)
def test_ordinary_names_have_no_quotes(text: str) -> None:
    assert scalar(text) == text


@given(st.text())
def test_any_text_comes_back_from_either_parser(text: str) -> None:
    written = f"sites:\n  - name: {scalar(text)}\n    level: 1\n"
    expected = {"sites": [{"name": text, "level": 1}]}
    assert yaml.load(written, yaml.SafeLoader) == expected
    assert yaml.load(written, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == expected


@given(st.text())
def test_a_comment_stays_on_its_line(text: str) -> None:
    assert yaml.safe_load(f"# {comment(text)}\na: 1\n") == {"a": 1}
