from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clues.error import RegistryError
from config.clues.sites_file import Origin, file_name, sites_text, write_all
from config.site import SiteType
from tests.config.clues.test_site_ids import REFORMA

ORIGIN = Origin("clues.csv", 9, date(2026, 11, 21))
JUAREZ = replace(REFORMA, clues="CHIMB000001", state="CH", zone="America/Ciudad_Juarez")
DELICIAS = replace(REFORMA, clues="CHIMB000002", state="CH", zone="America/Chihuahua")
IDS = {"BCIMB000862": "reforma", "CHIMB000001": "juarez", "CHIMB000002": "delicias"}


def test_the_file_as_people_see_it() -> None:
    hospital = replace(
        REFORMA, location=(32.466407, -116.957052), institution="IMSS", type=SiteType.HOSPITAL
    )
    text = sites_text("BC", [hospital], IDS, ORIGIN, {SiteType.HOSPITAL: "hospital"})
    assert text.splitlines() == [
        "# Baja California: 1 sites from clues.csv (9 rows read), imported on 2026-11-21.",
        "# Written by `guardia import clues`; importing again replaces the file and keeps the ids.",
        "",
        "defaults:",
        "  state: BC",
        "  timezone: America/Tijuana",
        "  institution: IMSS",
        "",
        "sites:",
        "  - id: reforma",
        "    clues: BCIMB000862",
        "    name: Centro de Salud Reforma",
        "    municipality: Tijuana",
        "    locality: Tijuana",
        "    location: [32.466407, -116.957052]",
        "    type: hospital",
        "    level: 1",
        "    template: hospital",
    ]


def test_a_site_has_its_own_zone_only_where_it_differs() -> None:
    both = yaml.safe_load(sites_text("CH", [DELICIAS, JUAREZ], IDS, ORIGIN, {}))
    assert both["defaults"]["timezone"] == "America/Chihuahua"
    assert [site.get("timezone") for site in both["sites"]] == ["America/Ciudad_Juarez", None]
    border = yaml.safe_load(sites_text("CH", [JUAREZ], IDS, ORIGIN, {}))
    assert border["defaults"]["timezone"] == "America/Ciudad_Juarez"
    assert "timezone" not in border["sites"][0]


def test_institutions_that_differ_stay_with_their_sites() -> None:
    entries = [replace(JUAREZ, institution="IMSS"), replace(DELICIAS, institution="")]
    read = yaml.safe_load(sites_text("CH", entries, IDS, ORIGIN, {}))
    assert "institution" not in read["defaults"]
    assert [site.get("institution") for site in read["sites"]] == ["IMSS", None]


@pytest.mark.parametrize(
    ("state", "name"), [("BC", "baja-california.yaml"), ("MN", "michoacan.yaml")]
)
def test_files_are_named_after_the_state(state: str, name: str) -> None:
    assert file_name(state) == name


@settings(deadline=None)
@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_whatever_a_name_is_it_reads_back(name: str, municipality: str, source: str) -> None:
    entry = replace(REFORMA, name=name, municipality=municipality, institution=name)
    origin = replace(ORIGIN, source=source)
    read = yaml.safe_load(sites_text("BC", [entry], IDS, origin, {}))
    assert read["sites"][0]["name"] == name
    assert read["sites"][0]["municipality"] == municipality
    assert read["defaults"]["institution"] == name


def test_a_file_that_is_there_is_not_touched_and_neither_are_the_others(tmp_path: Path) -> None:
    new, old = tmp_path / "a.yaml", tmp_path / "b.yaml"
    old.write_text("edited")
    with pytest.raises(RegistryError, match=r"b\.yaml: is there already and may have been edited"):
        write_all({new: "1", old: "2"}, force=False)
    assert (new.exists(), old.read_text()) == (False, "edited")
    write_all({new: "1", old: "2"}, force=True)
    assert (new.read_text(), old.read_text()) == ("1", "2")


def test_a_refusing_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    sound, blocked = tmp_path / "a.yaml", tmp_path / "file" / "b.yaml"
    (tmp_path / "file").write_text("not a folder")
    sound.write_text("old")
    with pytest.raises(RegistryError, match=r"b\.yaml: cannot be written"):
        write_all({sound: "new", blocked: "new"}, force=True)
    assert sound.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "file"]


def test_the_folder_is_made_and_nothing_else_is_left_in_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "sites" / "a.yaml"
    write_all({path: "ñ"}, force=False)
    assert [found.name for found in path.parent.iterdir()] == ["a.yaml"]
    assert path.read_bytes() == "ñ".encode()
