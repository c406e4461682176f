"""What leaves the workshop: the wheel, the locks, and the commands that a bare machine runs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent.parent
PACKAGES = ("config", "probes", "monitor", "exporters", "simulator")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel as the image does: with the locked backend, without a network."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=FOLDER, check=True, capture_output=True)
    [built] = folder.iterdir()
    return zipfile.ZipFile(built)


def test_the_wheel_holds_the_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_carries_all_that_is_in_the_packages(wheel: zipfile.ZipFile) -> None:
    inside = {
        str(path.relative_to(FOLDER))
        for path in committed()
        if path.relative_to(FOLDER).parts[0] in PACKAGES and path.exists()
    }
    assert {f"{package}/py.typed" for package in PACKAGES} <= inside
    assert "simulator/data/clues_baja_california.csv" in inside
    assert inside - set(wheel.namelist()) == set()


def test_the_wheel_carries_the_runbooks_that_the_daemon_serves(wheel: zipfile.ZipFile) -> None:
    written = {page.name for page in (FOLDER / "docs" / "runbooks").glob("*.md")}
    packed = {name for name in wheel.namelist() if name.startswith("exporters/runbooks/")}
    assert packed == {f"exporters/runbooks/{name}" for name in written}
    assert len(written) >= 9


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    [entry_points] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "guardia = monitor.__main__:main" in wheel.read(entry_points).decode()


# ---- locks --------------------------------------------------------------------------------------

PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)(?P<extras>\[.*?\])?==(?P<version>[^ ;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    text = (FOLDER / lock).read_text()
    return {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer(text)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_for_every_pin_and_no_hosts(lock: str) -> None:
    text = (FOLDER / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert len(entries) == len(PIN.findall(text))
    assert re.findall(r"https?://|--index|--find-links|--trusted", text) == []


def test_the_locks_satisfy_pyproject(pyproject: dict[str, Any]) -> None:
    run = pyproject["project"]["dependencies"]
    wanted = {
        "requirements.lock": run,
        "requirements-dev.lock": run + pyproject["dependency-groups"]["dev"],
        "requirements-build.lock": pyproject["build-system"]["requires"],
    }
    for lock, lines in wanted.items():
        pinned = pins(lock)
        for requirement in map(Requirement, lines):
            version = pinned.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement} is not in {lock}: run `make lock`"
            assert requirement.specifier.contains(version), f"{lock} has {version}: `make lock`"


def test_what_is_tested_is_what_is_installed() -> None:
    tested = pins("requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-build.lock"):
        assert pins(lock).items() <= tested.items()


def test_no_lock_that_records_hosts_is_committed() -> None:
    assert {"uv.lock", "pylock.toml", "poetry.lock"} & {path.name for path in committed()} == set()


# ---- a bare machine -----------------------------------------------------------------------------


def committed() -> list[Path]:
    if not (FOLDER / ".git").exists():
        pytest.skip("not a git clone: NOT TESTED")
    # A folder of another owner is no reason to refuse to list it.
    git = ["git", "-c", f"safe.directory={FOLDER}", "ls-files", "-z"]
    listed = subprocess.run(git, cwd=FOLDER, check=True, capture_output=True, text=True).stdout
    return [FOLDER / name for name in listed.split("\0") if name]


def test_nothing_committed_knows_the_machine_it_was_written_on() -> None:
    telling = re.compile(r"(?<![\w.~-])/(root|work|home)/")
    places = [
        f"{path.relative_to(FOLDER)}: {found[0]}"
        for path in committed()
        if path.is_file() and path.suffix != ".lock"
        for found in [telling.search(path.read_text(encoding="utf-8", errors="ignore"))]
        if found
    ]
    assert places == []


@pytest.mark.parametrize("script", [".ci/run", ".ci/prepare", ".ci/image"])
def test_a_script_is_executable_strict_bash(script: str) -> None:
    path = FOLDER / script
    assert os.access(path, os.X_OK)
    assert path.read_text().startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in path.read_text()
    subprocess.run(["bash", "-n", str(path)], check=True)


def prepare(tmp_path: Path, *groups: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/prepare of a bare clone, on a machine whose programs are those of `tmp_path/bin`."""
    clone = tmp_path / "clone"
    (clone / ".ci").mkdir(parents=True)
    (clone / ".ci" / "prepare").write_text((FOLDER / ".ci" / "prepare").read_text())
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir(exist_ok=True)
    for program in ("bash", "dirname", "id", "cat"):
        (bin_folder / program).symlink_to(shutil.which(program) or "/absent")
    return subprocess.run(
        [str(bin_folder / "bash"), str(clone / ".ci" / "prepare"), *groups],
        env={"PATH": str(bin_folder), "GUARDIA_NO_APT": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    done = prepare(tmp_path, "venv")
    assert done.returncode == 1
    assert "sudo apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_is_refused_by_its_version(tmp_path: Path) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text("#!/bin/bash\n[[ $1 == --version ]] && echo Python 3.9.2 || exit 1\n")
    old.chmod(0o755)
    done = prepare(tmp_path, "venv")
    assert done.returncode == 1
    assert "Python 3.9.2; Guardia needs Python 3.11 or newer" in done.stderr


def test_missing_servers_are_told_in_one_line_and_stop_nobody(tmp_path: Path) -> None:
    done = prepare(tmp_path, "image")
    assert done.returncode == 0
    if done.stderr:  # a machine may have them in /usr/sbin
        assert done.stderr.count("\n") == 1
        assert "is skipped. To have it: sudo apt-get install" in done.stderr


def test_a_group_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    done = prepare(tmp_path, "imagen")
    assert done.returncode == 1
    assert "no such group: imagen" in done.stderr


def test_make_lists_every_target_with_its_purpose() -> None:
    listed = subprocess.run(["make"], cwd=FOLDER, check=True, capture_output=True, text=True).stdout
    makefile = (FOLDER / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(re.findall(r"make ([\w-]+)", listed)) == set(phony.split()) - {"venv"}


def test_the_changelog_speaks_of_this_version(pyproject: dict[str, Any]) -> None:
    version = pyproject["project"]["version"]
    assert f"## [{version}]" in (FOLDER / "CHANGELOG.md").read_text(encoding="utf-8")
