from pathlib import Path

from click.testing import CliRunner

from simulator.__main__ import CANNOT, main
from simulator.world_file import parse_world


def test_a_made_up_world_can_be_read_back() -> None:
    shown = CliRunner().invoke(main, ["world", "30", "--seed", "5"])
    assert shown.exit_code == 0
    assert len(parse_world(shown.stdout).sites) == 30


def test_a_bad_world_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("sites: [{id: a, links: []}]")
    refused = CliRunner().invoke(main, ["run", str(path)])
    assert refused.exit_code == CANNOT
    assert "sites.0.links" in refused.stderr


def test_exec_needs_a_command() -> None:
    refused = CliRunner().invoke(main, ["run", "world.yaml", "--exec"])
    assert refused.exit_code == 2
    assert "needs a command" in refused.stderr


def test_nobody_at_the_control_socket(tmp_path: Path) -> None:
    for arguments in (["control", "status"], ["exec", "--", "true"]):
        options = [arguments[0], "--control", str(tmp_path / "none"), *arguments[1:]]
        refused = CliRunner().invoke(main, options)
        assert refused.exit_code == 1
        assert "none" in refused.stderr


def test_fields_must_be_an_object(tmp_path: Path) -> None:
    for fields in ("{", "[]"):
        arguments = ["control", "--control", str(tmp_path / "none"), "status", fields]
        refused = CliRunner().invoke(main, arguments)
        assert refused.exit_code == 2
        assert "FIELDS" in refused.stderr
