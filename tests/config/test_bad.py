"""Each faulty file in `bad/` and the exact text that people see for it."""

from pathlib import Path

import pytest

from config.loader import ConfigError, check_files, load
from config.problem import Problem, render

BAD = Path(__file__).parent / "bad"
RIGHT = {"guardia.yaml", "shared.yaml"}
FILES = sorted(path.name for path in BAD.glob("*.yaml") if path.name not in RIGHT)


def problems_of(name: str) -> list[Problem]:
    """Check `main-*` as a main file, and any other as one more file of a right one."""
    if name.startswith("main-"):
        return check_files(Path(name), [])
    return check_files(Path("guardia.yaml"), [Path(name)])


@pytest.mark.parametrize("name", FILES)
def test_a_faulty_file_is_told_like_this(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)

    assert f"{render(problems_of(name))}\n" == Path(name).with_suffix(".txt").read_text()


def test_the_files_they_are_checked_with_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)

    assert check_files(Path("guardia.yaml"), []) == []


def test_ten_faults_print_ten_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)

    problems = problems_of("ten-faults.yaml")

    assert len(problems) == 10
    assert len({(one.line, one.column) for one in problems}) == 10


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("main-")])
def test_loading_raises_the_same_problems(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)

    with pytest.raises(ConfigError) as caught:
        load(Path(name))

    assert f"{caught.value}\n" == Path(name).with_suffix(".txt").read_text()


@pytest.mark.parametrize("secret", ["hunter2", "12345678", "87654321"])
def test_no_password_is_ever_told(secret: str) -> None:
    written = [path.name for path in BAD.glob("*.yaml") if secret.encode() in path.read_bytes()]

    assert written, "the example lost its password"
    assert not [path.name for path in BAD.glob("*.txt") if secret in path.read_text()]
