import pytest

from config.clues.damage import damage_in, has_lost_letter


@pytest.mark.parametrize("text", ["", "CAÑÓN DEL NIÑO", "Clínica “Sur” nº 5", "Ü Ã Â", "🚑 Móvil"])
def test_sound_text(text: str) -> None:
    assert damage_in(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CA\ufffdON", "letters were lost in an earlier conversion (U+FFFD)"),
        ("CAÑON".encode().decode("cp1252"), "it was encoded twice; `CAÑON` was probably meant"),
        ("CA\x07ON", "it has unprintable characters"),
        ("CA\ud800ON", "it has unprintable characters"),
        ("#N/A", "it is the spreadsheet error #N/A"),
    ],
)
def test_damaged_text(text: str, told: str) -> None:
    assert damage_in(text) == told


def test_a_question_mark_inside_a_word_was_a_letter() -> None:
    assert has_lost_letter("NU?EZ")
    assert not has_lost_letter("¿DÓNDE?")
