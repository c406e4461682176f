"""One daemon per state directory."""

from pathlib import Path

import pytest

from monitor.state_dir import StateDirError, claimed, state_dir


def test_the_setting_comes_first_then_systemd_then_xdg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/guardia:/var/lib/other")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_dir(Path("/srv/guardia")) == Path("/srv/guardia")
    assert state_dir(None) == Path("/var/lib/guardia")
    monkeypatch.delenv("STATE_DIRECTORY")
    assert state_dir(None) == tmp_path / "guardia"


def test_a_second_daemon_is_told_of_the_first(tmp_path: Path) -> None:
    with (
        claimed(tmp_path / "state"),
        pytest.raises(StateDirError, match="another guardia is running"),
        claimed(tmp_path / "state"),
    ):
        pytest.fail("two daemons share a state directory")
    with claimed(tmp_path / "state"):
        assert (tmp_path / "state").is_dir()


def test_a_directory_that_cannot_be_made_is_named_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StateDirError, match="choose another with `state_dir:`"),
        claimed(tmp_path / "file" / "state"),
    ):
        pytest.fail("a file was taken for a directory")
