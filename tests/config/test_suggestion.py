"""Guesses are near, or there is none."""

import pytest

from config.suggestion import closest, fix_for

MEDIA = ("fiber", "copper", "microwave", "lte", "satellite")


@pytest.mark.parametrize(
    ("word", "near"),
    [("fibre", "fiber"), ("FIBER", "fiber"), ("satelite", "satellite"), ("radio", None)],
)
def test_the_nearest_known_word(word: str, near: str | None) -> None:
    assert closest(word, MEDIA) == near


def test_hyphens_and_underscores_are_the_same() -> None:
    assert closest("state-dir", ["state_dir"]) == "state_dir"


def test_a_far_word_gets_the_choice_or_the_given_fix() -> None:
    assert fix_for("radio", MEDIA[:2]) == "allowed here: fiber, copper"
    assert fix_for("radio", MEDIA, "declare it") == "declare it"
    assert fix_for("radio", ()) == "remove it"


def test_endless_words_are_not_compared() -> None:
    assert closest("fiber" * 100_000, MEDIA) is None
