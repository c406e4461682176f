import pytest

from config.state import STATES, state_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("BC", "BC"),
        ("bc", "BC"),
        ("02", "BC"),
        ("2", "BC"),
        ("BAJA CALIFORNIA", "BC"),
        ("Baja California Sur", "BS"),
        ("CDMX", "DF"),
        ("Ciudad de México", "DF"),
        ("Distrito Federal", "DF"),
        ("MEXICO", "MC"),
        ("Estado de México", "MC"),
        ("EDOMEX", "MC"),
        ("COAHUILA DE ZARAGOZA", "CL"),
        ("Veracruz de Ignacio de la Llave", "VZ"),
        ("MICHOACÁN", "MN"),
    ],
)
def test_letters_number_and_every_usual_name(written: str, code: str) -> None:
    assert state_code(written) == code


@pytest.mark.parametrize("written", ["", "XX", "33", "00", "Baja", "Texas", "-"])
def test_what_is_no_state(written: str) -> None:
    assert state_code(written) is None


def test_there_are_32_with_their_own_numbers_and_letters() -> None:
    assert [state.inegi for state in STATES.values()] == [f"{number:02}" for number in range(1, 33)]
    assert all(len(code) == 2 and code == state.code for code, state in STATES.items())
