"""The import law of the house holds: config <- probes <- monitor <- exporters, and no cycles."""

import importlib.metadata
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.import_law import House, cycles, parse_house, read_house, strangers, trespasses

FOLDER = Path(__file__).parent.parent

SEVERAL_FILES = {
    ("config", "pydantic"): "the models are the package; each noun has its file",
    (
        "config",
        "yaml",
    ): "its events build the tree, its errors are put into words, its scanner quotes",
    ("monitor", "pydantic"): "events, and the forms in which the journal keeps them",
    ("monitor", "click"): "every command declares its own options",
    ("monitor", "rich"): "what each command prints",
    ("exporters", "aiohttp"): "the server, one file for each group of its routes, and the client",
    ("exporters", "aiomqtt"): "the connection, and the two that publish on it",
    ("exporters", "jinja2"): "alerts as plain text, and the board as HTML with all of it escaped",
    ("exporters", "pydantic"): "documents that we publish, and the memo of a delivery",
    ("simulator", "pydantic"): "the world's file and the control socket's commands",
}
"""A third-party library stays in one file of a package, but for these, each with its reason."""

COMES_WITH = {"yarl": "aiohttp", "pydantic_core": "pydantic"}
"""What another library gives and takes in its own interface; a version of our own would clash."""

NEVER_IMPORTED = {"tzdata"}
"""Data: the standard library's zoneinfo finds it by itself."""


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(FOLDER)


def test_no_package_imports_downstream_or_the_composition_root(house: House) -> None:
    assert trespasses(house) == []


def test_imports_are_absolute_static_and_at_the_top(house: House) -> None:
    assert house.malformed == ()


def test_no_modules_import_each_other_in_a_circle(house: House) -> None:
    assert cycles(house) == []


def test_a_third_party_library_is_imported_by_one_file_of_a_package(house: House) -> None:
    spread = {
        where: modules
        for where, modules in strangers(house).items()
        if len(modules) > 1 and where not in SEVERAL_FILES
    }
    assert spread == {}


def test_no_reason_outlives_what_it_excuses(house: House) -> None:
    found = strangers(house)
    assert [where for where in SEVERAL_FILES if len(found.get(where, ())) < 2] == []


def test_what_is_imported_is_what_pyproject_declares(house: House) -> None:
    distributions = importlib.metadata.packages_distributions()
    imported = {library for _, library in strangers(house)}
    used = {
        canonicalize_name(COMES_WITH.get(name, name))
        for library in imported
        for name in distributions.get(library, [library])
    }
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert used - declared == set(), "imported, and not declared"
    assert declared - used - NEVER_IMPORTED == set(), "declared, and never imported"


def test_every_package_of_the_law_is_there(house: House) -> None:
    assert house.packages == {"config", "probes", "monitor", "exporters", "simulator"}


# ---- the law can fail ---------------------------------------------------------------------------

A_HOUSE = {
    "config": "",
    "config.fleet": "",
    "probes": "",
    "probes.icmp": "from config.fleet import Fleet",
    "monitor": "",
    "monitor.events": "from probes.icmp import Ping",
    "monitor.judge": "from monitor import events",
    "monitor.app": "import exporters.mqtt\nimport simulator.fleet\nfrom monitor.judge import judge",
    "monitor.__main__": "from monitor.app import App",
    "monitor.commands": "",
    "monitor.commands.run": "from monitor.app import App",
    "exporters": "",
    "exporters.mqtt": "import aiomqtt\nfrom monitor.events import Event",
    "simulator": "",
    "simulator.fleet": "import socket",
}


def test_a_lawful_house_is_left_alone() -> None:
    house = parse_house(A_HOUSE)
    assert (trespasses(house), cycles(house), house.malformed) == ([], [], ())
    assert strangers(house) == {("exporters", "aiomqtt"): {"exporters.mqtt"}}


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("config.fleet", "import probes.icmp", "config may import config"),
        ("probes.icmp", "from monitor.judge import judge", "probes may import config, probes"),
        ("monitor.judge", "from exporters import mqtt", "monitor may import"),
        ("monitor.judge", "from monitor.app import App", "nobody imports the composition root"),
        ("exporters.mqtt", "from monitor.commands import run", "the composition root"),
        ("exporters.mqtt", "from monitor import judge", "only its vocabulary"),
        ("exporters.mqtt", "from monitor.judge import judge", "only its vocabulary"),
        ("simulator.fleet", "from config.fleet import Fleet", "simulator may import simulator"),
        ("monitor.judge", "import simulator.fleet", "monitor may import"),
        ("config.fleet", "from tests.clock import FakeClock", "config may import config"),
        (
            "probes.icmp",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from monitor import events",
            "probes may import",
        ),
        ("probes.icmp", "def late():\n    import exporters.mqtt", "probes may import"),
    ],
)
def test_a_trespass_is_found(module: str, source: str, complaint: str) -> None:
    [found] = trespasses(parse_house({**A_HOUSE, module: source}))
    assert found.startswith(f"{module}:")
    assert complaint in found


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("from . import fleet", "relatively"),
        ("from .fleet import Fleet", "relatively"),
        ("def late():\n    import config.fleet", "inside a function or class"),
        ("async def late():\n    if True:\n        import os", "inside a function or class"),
        ("class Late:\n    import os", "inside a function or class"),
        ("import importlib\nimportlib.import_module('probes.icmp')", "by name"),
        ("__import__('probes')", "by name"),
    ],
)
def test_a_malformed_import_is_found(source: str, complaint: str) -> None:
    [found] = parse_house({**A_HOUSE, "config.late": source}).malformed
    assert found.startswith("config.late:")
    assert complaint in found


def test_only_the_command_line_may_import_by_name() -> None:
    by_name = "import importlib\nimportlib.import_module('monitor.commands.run')"
    house = parse_house({**A_HOUSE, "monitor.__main__": by_name, "monitor.app": by_name})
    assert house.malformed == ("monitor.app:2 imports by name",)


def test_a_circle_is_found_however_long_and_however_imported() -> None:
    house = parse_house(
        {
            "config": "",
            "config.a": "from config import b",
            "config.b": "import config.c",
            "config.c": "from config.a import thing",
            "config.d": "from config import a",
        }
    )
    assert cycles(house) == ["config.a → config.b → config.c → config.a"]


def test_a_module_that_imports_through_its_package_closes_a_circle() -> None:
    house = parse_house({"config": "from config.a import A", "config.a": "from config import A"})
    assert cycles(house) == ["config → config.a → config"]


def test_a_library_in_two_files_of_a_package_is_found() -> None:
    house = parse_house({**A_HOUSE, "exporters.web": "from aiomqtt.client import Client"})
    assert strangers(house) == {("exporters", "aiomqtt"): {"exporters.mqtt", "exporters.web"}}
