import pytest

from config.clues.entry import Entry, entry_of, state_of
from config.clues.row import Row
from config.site import SiteType

SOUND = {
    "clues": "BCIMB000862", "name": "REFORMA", "institution": "SERVICIOS DE SALUD IMSS BIENESTAR",
    "state": "BAJA CALIFORNIA", "state_number": "02", "municipality": "TIJUANA",
    "locality": "TIJUANA", "typology": "CENTRO DE SALUD", "level": "PRIMER NIVEL",
    "latitude": "32.466407", "longitude": "-116.957052",
}  # fmt: skip


def turned(**changed: str) -> tuple[Entry | None, list[str]]:
    row = Row(2, **(SOUND | changed))
    entry, findings = entry_of(row, state_of(row))
    return entry, [str(finding) for finding in findings]


def test_a_sound_row() -> None:
    assert turned() == (
        Entry(
            line=2,
            clues="BCIMB000862",
            name="Centro de Salud Reforma",
            state="BC",
            municipality="Tijuana",
            locality="Tijuana",
            location=(32.466407, -116.957052),
            type=SiteType.CLINIC,
            level=1,
            zone="America/Tijuana",
            institution="Servicios de Salud IMSS Bienestar",
        ),
        [],
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"clues": ""}, "line 2 (no CLUES): skipped: no CLUES"),
        (
            {"clues": "BCIMB00862"},
            (
                "line 2 (BCIMB00862): skipped: "
                "the CLUES 'BCIMB00862' is not five letters and six digits, as BCIMB000010"
            ),
        ),
        (
            {"clues": "XXIMB000862"},
            "line 2 (XXIMB000862): skipped: the CLUES begins with XX, which is no state",
        ),
        ({"name": ""}, "line 2 (BCIMB000862): skipped: no name of the unit"),
        ({"name": "---"}, "line 2 (BCIMB000862): skipped: no name of the unit"),
        (
            {"name": "CA\ufffdON"},
            (
                "line 2 (BCIMB000862): skipped: the name is damaged: "
                "letters were lost in an earlier conversion (U+FFFD)"
            ),
        ),
    ],
)
def test_rows_that_give_no_site(changed: dict[str, str], told: str) -> None:
    assert turned(**changed) == (None, [told])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"latitude": "0", "longitude": "0"}, "its coordinates are 0, 0; without a location"),
        ({"level": "CUARTO"}, "the level of care 'CUARTO' is unknown; without a level"),
        (
            {"locality": "EL NI\ufffdO"},
            (
                "the locality is damaged: "
                "letters were lost in an earlier conversion (U+FFFD); without it"
            ),
        ),
        (
            {"name": "NU?EZ"},
            "the name 'NU?EZ' has a question mark where a letter was; as it is",
        ),
        (
            {"state": "BAJA KALIFORNIA", "state_number": ""},
            "the state 'BAJA KALIFORNIA' is unknown; Baja California by its CLUES",
        ),
        (
            {"state": "SONORA"},
            "registered in Baja California by its CLUES; listed in Sonora, its state",
        ),
        (
            {"state": "CHIHUAHUA", "clues": "CHIMB000862", "municipality": ""},
            "no municipality is known, so the time zone of most of Chihuahua",
        ),
        ({"name": "LA JOYA " * 40}, "the name is longer than 200 characters; cut"),
    ],
)
def test_rows_that_are_kept_without_a_field(changed: dict[str, str], told: str) -> None:
    entry, findings = turned(**changed)
    assert entry is not None
    assert len(entry.name) <= 200
    assert findings == [f"line 2 ({entry.clues}): kept: {told}"]


def test_the_number_of_the_state_will_do() -> None:
    entry, findings = turned(state="", state_number="26")
    assert entry is not None
    assert (entry.state, entry.zone, len(findings)) == ("SR", "America/Hermosillo", 1)
