"""What is shown of a faulty line: the right part, the caret under it, and no password."""

import pytest

from config.excerpt import excerpt, is_secret_name, printable
from config.place import Place, Source


def shown(line: str, word: str, width: int | None = None) -> tuple[str, str]:
    place = Place(Source("a", line), 1, line.index(word) + 1, width or len(word))
    return excerpt(place)


def test_the_caret_stands_under_the_word() -> None:
    line, caret = shown("  intervall: 5s", "intervall")

    assert line == "  intervall: 5s"
    assert caret == "  ^^^^^^^^^"


def test_tabs_before_the_word_stay_tabs() -> None:
    assert shown("a:\tb", "b")[1] == "  \t^"


def test_combining_and_wide_characters_do_not_shift_the_caret() -> None:
    assert shown("Cli\u0301nica: x", "x")[1] == "         ^"
    assert shown("診療: x", "x")[1] == "      ^"


def test_a_very_long_line_is_cut_around_the_word() -> None:
    line, caret = shown("a" * 5000 + " here " + "b" * 5000, "here")

    assert len(line) < 170
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[caret.index("^") : caret.rindex("^") + 1] == "here"


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2",
        '  "X-Auth-Token": hunter2',
        "{a: 1, bearer: hunter2, b: 2}",
        "headers: {Authorization: Basic hunter2}",
        "http: https://user:hunter2@127.0.0.1/",
        "x" * 500 + " password: hunter2",
        "password: " + "y" * 400 + "hunter2",
    ],
)
def test_passwords_are_masked_wherever_the_fault_is(line: str) -> None:
    for word in ("hunter2", line[0]):
        assert "hunter2" not in "".join(shown(line, word))


def test_a_password_that_comes_from_elsewhere_is_shown() -> None:
    line = "password: !file mqtt.key"

    assert shown(line, "!file")[0] == line


def test_names_of_secrets_are_known() -> None:
    assert is_secret_name("X-Api-Key")
    assert is_secret_name("webhook_token")
    assert not is_secret_name("interval")


def test_what_could_steer_a_terminal_is_replaced() -> None:
    assert printable("a\x1b[2J\u202eb\tc") == "a�[2J�b\tc"
