"""One story told aloud, with or without a kill."""

import pytest

from bench.judgement.__main__ import main

CUT = "the only link of a hospital is cut"


def test_a_story_is_told_with_the_kill_that_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--story", CUT, "--kill", "150"]) == 0
    whole, _, killed = capsys.readouterr().out.partition("killed at 150 s:")
    assert whole.startswith(f"{CUT}:\n")
    for told in (whole, killed):
        assert "opened link P1 of hg/link/cfe" in told
        assert "1 pages calls: opened" in told


@pytest.mark.long
def test_a_story_alone_is_played_with_all_its_kills(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--story", CUT]) == 0
    assert capsys.readouterr().out == f"{CUT}: 6 restarts, 0 upset\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--kill", "150"], "--kill needs --story"),
        (["--story", "the only link of a hospital is cot"], f"did you mean `{CUT}`?"),
    ],
)
def test_what_cannot_be_told_is_refused(
    capsys: pytest.CaptureFixture[str], asked: list[str], told: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(asked)
    assert told in capsys.readouterr().err
