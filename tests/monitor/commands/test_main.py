"""`guardia` itself: help and version, by whichever name it is called."""

import importlib
import json
import pkgutil
import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from monitor import commands
from monitor.__main__ import COMMANDS as TABLE
from monitor.__main__ import main
from tests.monitor.commands.terminal import typed

COMMANDS = ["run", "check", "import", "probe", "status", "demo"]


def test_help_names_every_command_and_the_exit_codes() -> None:
    result = typed("--help")
    assert result.exit_code == 0
    assert [name for name in COMMANDS if name not in result.output] == []
    assert "demo-screen" not in result.output
    assert "Exit codes: 0 done, 1 it failed" in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_with_an_example(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert typed(name, "-h").exit_code == 0
    if isinstance(command, click.Group):
        [command] = command.commands.values()
    assert command.epilog is not None
    assert "guardia " in command.epilog


@pytest.mark.heavy
def test_the_module_is_the_same_program() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "monitor", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == f"guardia, version {version('guardia')}"


def test_an_unknown_command_is_wrong_use() -> None:
    assert typed("runs").exit_code == 2


def test_the_table_names_every_command_there_is() -> None:
    modules = [found.name for found in pkgutil.iter_modules(commands.__path__, "monitor.commands.")]
    there = {
        f"{name}:{attribute}": command
        for name in modules
        for attribute, command in vars(importlib.import_module(name)).items()
        if isinstance(command, click.Command)
    }
    groups = [command for command in there.values() if isinstance(command, click.Group)]
    inner = [command for group in groups for command in group.commands.values()]

    named = {place: command.name for place, command in there.items() if command not in inner}

    assert {place: name for name, place in TABLE.items()} == named


@pytest.mark.heavy
def test_the_daemon_does_not_carry_what_only_other_commands_need() -> None:
    """It runs for months: spreadsheets, tables and a simulated fleet are 10 MB of it."""
    asked = "import json, sys, monitor.commands.run; print(json.dumps(sorted(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)
    carried = {name.partition(".")[0] for name in json.loads(said.stdout)}
    assert carried & {"openpyxl", "rich", "simulator"} == set()
