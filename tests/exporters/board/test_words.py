"""The words of the board: two languages, nothing said that is not there, nothing there unsaid."""

import re
from pathlib import Path

import exporters
from config.area import Criticality
from config.component import ComponentKind
from config.site import Medium, PowerKind, SiteType
from exporters.board.bars import PART_LOOKS, POWER_LOOKS
from exporters.board.power_in_use import InUse
from exporters.board.reports_page import FORMS
from exporters.board.words.words import PARTS, WORDS
from monitor.duty.quiet import Why
from monitor.vocabulary import Fitness, State
from probes.reading import Mains, UnitState

BOARD = Path(exporters.__file__).parent / "board"
WITHOUT_A_PAST = {ComponentKind.NODE, ComponentKind.MONITOR}
UNIT_STATES = {state.value for state in UnitState} - {"on_battery"} | {"unit_on_battery"}
SAID_BY_VALUE = {
    *State, *SiteType, *Medium, *Criticality, *PowerKind, *InUse, *Why, *UNIT_STATES,
    *(set(Fitness) - {Fitness.UNKNOWN}),
    *(f"mains_{mains}" for mains in Mains),
    *(f"kind_{kind}" for kind in set(ComponentKind) - WITHOUT_A_PAST),
    *(f"look_{look}" for look in (*PART_LOOKS, *POWER_LOOKS)),
    *(f"report_{form}".replace("-", "_") for form in FORMS),
    "primary", "backup",
}  # fmt: skip
"""What templates say as `t[value]`: the values that an enum, or a list of the board, can have."""


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["es"].keys() == WORDS["en"].keys()
    assert [word for words in WORDS.values() for word, text in words.items() if not text] == []


def test_no_word_stands_in_two_files() -> None:
    assert sum(len(part) for part in PARTS) == len(WORDS["es"])


def test_no_word_has_the_name_of_what_a_dictionary_can_do() -> None:
    assert WORDS["es"].keys() & set(dir(dict)) == set()  # a template would show the method


def test_every_word_that_a_template_names_is_there() -> None:
    templates = "".join(file.read_text("utf-8") for file in BOARD.glob("templates/*.j2"))
    assert set(re.findall(r"\bt\.(\w+)", templates)) - WORDS["es"].keys() == set()


def test_every_value_that_a_page_may_show_has_a_word() -> None:
    assert {str(value) for value in SAID_BY_VALUE} - WORDS["es"].keys() == set()


def test_every_word_is_said_somewhere() -> None:
    templates = "".join(file.read_text("utf-8") for file in BOARD.glob("templates/*.j2"))
    code = "".join(file.read_text("utf-8") for file in BOARD.glob("*.py"))
    said = set(re.findall(r"\bt\.(\w+)", templates)) | set(
        re.findall(r"""["'](\w+)["']""", templates + code)
    )
    assert WORDS["es"].keys() - said - {str(value) for value in SAID_BY_VALUE} == set()
