"""What a page tells people to type is there to be typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from config.loader import load
from exporters.alert import ALERT_NAMES
from exporters.rules.rule import Alert
from exporters.rules.rules_file import groups
from monitor.__main__ import main
from tests.docs.pages import (
    CLI,
    FOLDER,
    GUIDE,
    README,
    code,
    commands,
    headings,
    pages,
    quoted,
    sections,
)

MAKEFILE = (FOLDER / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
ALERTS = [rule for group in groups() for rule in group.rules if isinstance(rule, Alert)]
WORDS = [(page, words) for page in pages() for words in commands(page)]


def test_the_readme_begins_with_the_two_commands_of_a_fresh_machine() -> None:
    made = [words for words in commands(README) if words[0] == "make"]
    assert made[:2] == [["make", "demo"], ["make", "test"]]


def test_every_make_target_that_a_page_names_exists() -> None:
    named = {target for _, words in WORDS if words[0] == "make" for target in words[1:]}
    assert {"demo", "test", "check"} <= named
    assert named - TARGETS == set()


def test_every_guardia_command_that_a_page_names_exists() -> None:
    typed = [words for _, words in WORDS if Path(words[0]).name == "guardia"]
    assert len(typed) >= 7
    assert [problem for words in typed if (problem := unknown(words))] == []


def test_every_guardia_command_in_a_sentence_exists() -> None:
    said = [text.split() for page in pages() for text in quoted(page)]
    typed = [words for words in said if words[0] == "guardia" and len(words) > 1]
    assert len(typed) > 30
    assert [problem for words in typed if (problem := unknown(words))] == []


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that can be typed, hidden ones left out, with the words that name it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is not None and not below.hidden:
            yield from leaves(below, f"{path} {name}")


@pytest.mark.parametrize(("name", "command"), list(leaves(main, "guardia")))
def test_the_page_of_commands_has_all_options_and_no_others(
    name: str, command: click.Command
) -> None:
    section = sections(CLI)[name]
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    names = {option for one in options for option in (*one.opts, *one.secondary_opts)}
    long = {option for option in names if option.startswith("--")}
    assert long - _options(section) - {"--config"} == set()
    assert _options(re.sub(r"```.*?```", "", section, flags=re.DOTALL)) - long == set()


def _options(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def unknown(words: list[str]) -> str:
    """Return what of a command line the program does not know, or nothing."""
    command: click.Command = main
    options = {"--help"}
    for word in words[1:]:
        options |= {option for parameter in command.params for option in parameter.opts}
        if word.startswith("-"):
            if word not in options:
                return f"{' '.join(words)}: no option {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return f"{' '.join(words)}: no command {word}"
            command = found
    return ""


@pytest.mark.parametrize(
    "line", ["guardia runs", "guardia run --lisen 127.0.0.1:1", "guardia import clue F --out D"]
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert "no " in unknown(line.split())


def test_every_file_that_the_install_steps_name_exists() -> None:
    named = {word for words in commands(README) for word in words if word.startswith("deploy/")}
    assert len(named) >= 5
    assert [word for word in named - {"deploy/.env"} if not (FOLDER / word).exists()] == []


def test_the_configuration_of_the_readme_loads(tmp_path: Path) -> None:
    settings, sites = code(README, "yaml")
    (tmp_path / "guardia.yaml").write_text(settings, encoding="utf-8")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "readme.yaml").write_text(sites, encoding="utf-8")
    [site] = load(tmp_path / "guardia.yaml").sites
    assert site.areas[0].criticality == "life"


def test_the_operators_find_every_alert_in_their_guide() -> None:
    explained = {heading for heading in headings(GUIDE) if heading in set(ALERT_NAMES.values())}
    linked = set(re.findall(r"\[(\w+)\]\(runbooks/", GUIDE.read_text(encoding="utf-8")))
    assert explained == set(ALERT_NAMES.values())
    assert {rule.name for rule in ALERTS} <= linked
