"""Plain words: YAML 1.2 only, and what was meant by the words of YAML 1.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.scalar import meant_as_bool, meant_as_number, resolve


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("0", 0), ("-7", -7), ("+3", 3), ("1.50", 1.5), (".5", 0.5), ("1e3", 1000.0),
    ],
)  # fmt: skip
def test_words_with_a_type(word: str, value: object) -> None:
    resolved = resolve(word)

    assert resolved == value
    assert type(resolved) is type(value)


@pytest.mark.parametrize(
    "word",
    ["no", "yes", "on", "off", "y", "n", "NO", "1:30", "010", "0x1F", "0o17", "1_000", "127.64.3",
     "127.0.0.1", "2026-11-21", ".inf", ".nan", "-", "+", ".", "1e", "=", "<<", "5s", "9" * 5000],
)  # fmt: skip
def test_words_that_stay_text(word: str) -> None:
    assert resolve(word) == word


@pytest.mark.parametrize(("word", "meant"), [("no", "false"), ("ON", "true"), ("maybe", None)])
def test_what_was_meant_as_true_or_false(word: str, meant: str | None) -> None:
    assert meant_as_bool(word) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [("010", "10"), ("1:30", "90"), ("1:00:00", "3600"), ("0x10", "16"), ("0o17", "15"),
     ("1_000", "1000"), ("1.5", "1.5"), ("yes", None), ("9" * 5000, None)],
)  # fmt: skip
def test_what_was_meant_as_a_number(word: str, meant: str | None) -> None:
    assert meant_as_number(word) == meant


@given(st.text())
def test_every_word_is_itself_or_a_small_value(word: str) -> None:
    value = resolve(word)

    assert value is None or isinstance(value, bool | int | float) or value == word
    assert meant_as_number(word) is None or resolve(str(meant_as_number(word))) is not None


@given(st.integers(-(10**20), 10**20))
def test_whole_numbers_read_back(number: int) -> None:
    assert resolve(str(number)) == number
