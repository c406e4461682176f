"""`guardia check`: every fault with its place, for people and for programs."""

import json
import shutil
from pathlib import Path

import pytest

from tests.monitor.commands.terminal import typed

CONFIGS = Path(__file__).parent.parent.parent / "config"


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration without a fault, in the current folder."""
    shutil.copytree(CONFIGS / "good", tmp_path / "good")
    (tmp_path / "good" / "mqtt.password").chmod(0o600)
    monkeypatch.setenv("GUARDIA_WEBHOOK_TOKEN", "w")
    monkeypatch.chdir(tmp_path / "good")
    return tmp_path / "good"


@pytest.mark.usefixtures("good")
def test_nothing_wrong_is_success() -> None:
    result = typed("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing wrong\n")
    assert json.loads(typed("check", "--json").stdout) == []


def test_the_default_settings_are_those_of_the_current_folder(good: Path) -> None:
    (good / "guardia.yaml").write_text("listn: 1\n", encoding="utf-8")
    result = typed("check")
    assert result.exit_code == 1
    assert "guardia.yaml:1:1: unknown key `listn`, did you mean `listen`?" in result.stdout


def test_ten_faults_are_ten_errors_with_places() -> None:
    words = ("-c", str(CONFIGS / "bad" / "guardia.yaml"), str(CONFIGS / "bad" / "ten-faults.yaml"))
    result = typed("check", *words)
    assert result.exit_code == 1
    assert result.stderr == "10 problem(s)\n"
    told = json.loads(typed("check", "--json", *words).stdout)
    assert len(told) == 10
    for problem in told:
        assert problem["line"] >= 1
        assert problem["column"] >= 1
        assert problem["fix"]
        place = f"ten-faults.yaml:{problem['line']}:{problem['column']}: {problem['message']}"
        assert place in result.stdout


def test_files_are_checked_alone_or_with_their_settings(good: Path) -> None:
    lone = good / "lone.yaml"
    lone.write_text("sites:\n  - {id: a, name: A, template: nobody-has-it}\n", encoding="utf-8")
    assert typed("check", str(lone)).exit_code == 0  # it may be declared elsewhere
    result = typed("check", "-c", "guardia.yaml", str(lone))
    assert result.exit_code == 1
    assert "nobody-has-it" in result.stdout


@pytest.mark.parametrize("words", [("gone.yaml",), ("-c", "gone.yaml")], ids=" ".join)
def test_a_missing_file_is_a_fault(words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        result = typed("check", *words)
    assert result.exit_code == 1
    assert "gone.yaml: there is no such file, check the path" in result.stdout


def test_without_any_settings_it_says_which_file_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = typed("check")
    assert result.exit_code == 1
    assert "guardia.yaml: there is no such file" in result.stdout
