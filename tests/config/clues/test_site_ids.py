from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clues.entry import Entry
from config.clues.site_ids import GivenIds, assign_ids, given_ids
from config.model import Model, Slug
from config.site import SiteType

REFORMA = Entry(
    line=2, clues="BCIMB000862", name="Centro de Salud Reforma", state="BC",
    municipality="Tijuana", locality="Tijuana", location=None, type=SiteType.CLINIC, level=1,
    zone="America/Tijuana", institution="",
)  # fmt: skip
TWIN = replace(REFORMA, clues="BCIMB000900")
LONG = "Unidad de Especialidades Medicas de la Mujer y del Niño de la Colonia Reforma"


@pytest.mark.parametrize(
    ("name", "municipality", "site_id"),
    [
        ("Centro de Salud Reforma", "Tijuana", "centro-de-salud-reforma-tijuana"),
        ("Hospital General de Ensenada", "Ensenada", "hospital-general-de-ensenada"),
        ("Centro de Salud El Niño", "", "centro-de-salud-el-nino"),
        (LONG, "Tijuana", "unidad-de-especialidades-medicas-de-la-mujer-y-del-nino-tijuana"),
        ("🚑", "", "unidad"),
    ],
)
def test_readable_ids(name: str, municipality: str, site_id: str) -> None:
    entry = replace(REFORMA, name=name, municipality=municipality)
    assert assign_ids([entry], GivenIds()) == {"BCIMB000862": site_id}


def test_of_two_the_lower_clues_has_it_whatever_their_order() -> None:
    expected = {
        "BCIMB000862": "centro-de-salud-reforma-tijuana",
        "BCIMB000900": "centro-de-salud-reforma-tijuana-000900",
    }
    assert assign_ids([REFORMA, TWIN], GivenIds()) == expected
    assert assign_ids([TWIN, REFORMA], GivenIds()) == expected


def test_three_institutions_may_share_name_and_digits() -> None:
    others = [replace(REFORMA, clues=clues) for clues in ("BCIMS000862", "BCSSA000862")]
    ids = assign_ids([REFORMA, *others], GivenIds())
    assert ids["BCSSA000862"] == "centro-de-salud-reforma-tijuana-bcssa000862"
    assert len(set(ids.values())) == 3


def test_an_id_once_given_stays_when_the_unit_is_renamed(tmp_path: Path) -> None:
    (tmp_path / "baja-california.yaml").write_text(
        "sites:\n  - {id: cs-reforma, clues: BCIMB000862, name: !env X, links: [{id: cfe}]}\n"
    )
    given = given_ids(tmp_path)
    assert assign_ids([REFORMA, TWIN], given) == {
        "BCIMB000862": "cs-reforma",
        "BCIMB000900": "centro-de-salud-reforma-tijuana",
    }


def test_the_id_of_a_site_without_clues_is_taken(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text("sites:\n  - id: centro-de-salud-reforma-tijuana\n")
    ids = assign_ids([REFORMA], given_ids(tmp_path))
    assert ids == {"BCIMB000862": "centro-de-salud-reforma-tijuana-000862"}


@pytest.mark.parametrize("content", ["a: [", "[" * 5000, "\x00", "a: \ud800"])
def test_a_list_that_is_no_yaml_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    assert given_ids(tmp_path).unreadable == [path]


@pytest.mark.parametrize("content", ["", "- a", "sites: 3", "sites: [3, {id: [x]}]", "sites: {}"])
def test_other_yaml_has_no_ids(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.yaml").write_text(content)
    assert given_ids(tmp_path) == GivenIds()


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert given_ids(tmp_path / "sites") == GivenIds()


class Keyed(Model):
    """An id as a site list has it."""

    id: Slug


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90)), max_size=6))
def test_every_id_is_a_slug_and_nobody_elses(named: list[tuple[str, str]]) -> None:
    entries = [
        replace(REFORMA, clues=f"BCIMB{number:06}", name=name, municipality=municipality)
        for number, (name, municipality) in enumerate(named)
    ]
    ids = list(assign_ids(entries, GivenIds()).values())
    assert len(set(ids)) == len(entries)
    for site_id in ids:
        Keyed(id=site_id)
