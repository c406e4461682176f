"""docs/cli.md names every command with every option."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.__main__ import main

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text("utf-8")


def commands(group: click.Group, path: str = "guardia") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


@pytest.mark.parametrize(("path", "command"), list(commands(main)), ids=str)
def test_every_command_has_a_chapter_with_its_options_and_an_example(
    path: str, command: click.Command
) -> None:
    _, found, chapter = PAGE.partition(f"## {path}\n")
    assert found
    chapter = chapter.partition("\n## ")[0]
    assert f"\n{path}" in chapter.replace("```sh\n", "\n")
    options = {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option) and parameter.name != "config"
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert [option for option in options if f"`{option}" not in chapter] == []


def test_the_option_that_all_share_is_told_once() -> None:
    assert "`-c`, `--config FILE`" in PAGE
