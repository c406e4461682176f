import pytest

from config.clues.row import Row, clues_within


@pytest.mark.parametrize(
    ("written", "well_formed"),
    [
        ("BCIMB000862", True),
        (" bcimb000862", True),
        ("BCIMB00862", False),
        ("BCIMB0008620", False),
        ("BCIM0000862", False),
        ("BCIMB00086٢", False),
        ("", False),
    ],
)
def test_a_clues_is_five_letters_and_six_digits(written: str, *, well_formed: bool) -> None:
    assert Row(2, written, "REFORMA").key_is_well_formed is well_formed


def test_the_clues_of_an_unreadable_line_is_still_named() -> None:
    assert clues_within('x,"BCIMB000862,REFORMA') == "BCIMB000862"
    assert clues_within("REFORMA") == ""
