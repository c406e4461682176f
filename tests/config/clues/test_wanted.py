from pathlib import Path

import pytest

from config.clues import wanted
from config.clues.error import RegistryError
from config.clues.wanted import Wanted

PATH = Path("clues.csv")
IMSS = ("INSTITUTO MEXICANO DEL SEGURO SOCIAL", "IMSS", "IMS")
OPORTUNIDADES = ("INSTITUTO MEXICANO DEL SEGURO SOCIAL REGIMEN BIENESTAR", "IMSS-BIENESTAR", "IMO")
BIENESTAR = ("SERVICIOS DE SALUD IMSS BIENESTAR", "IMB", "IMB")
MARINA = ("SECRETARÍA DE MARINA", "SEMAR", "SMA")


def chosen(*terms: str) -> set[tuple[str, ...]]:
    institutions = Wanted(PATH, "institution", terms)
    for value in (OPORTUNIDADES, IMSS, BIENESTAR, MARINA):
        institutions.admits(value)
    return set(institutions.chosen())


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("IMB", {BIENESTAR}),
        ("imb", {BIENESTAR}),
        ("imss bienestar", {OPORTUNIDADES}),  # exactly its key, and only a part of a name
        ("bienestar", {BIENESTAR, OPORTUNIDADES}),
        ("Instituto Mexicano del Seguro Social", {IMSS}),
        ("régimen bienestar", {OPORTUNIDADES}),
        ("secretaria de marina", {MARINA}),
        ("semar", {MARINA}),
        ("all", {IMSS, OPORTUNIDADES, BIENESTAR, MARINA}),
    ],
)
def test_letters_name_or_a_part_of_it(term: str, expected: set[tuple[str, ...]]) -> None:
    assert chosen(term) == expected


def test_no_term_wants_everything() -> None:
    assert len(chosen()) == 4


def test_several_terms_add_up() -> None:
    assert chosen("IMB", "marina") == {BIENESTAR, MARINA}


def test_a_typo_lists_what_there_is() -> None:
    with pytest.raises(RegistryError) as caught:
        chosen("IMB", "IMMS")
    assert "no row has the institution `IMMS`; there are: " in str(caught.value)
    assert "SECRETARÍA DE MARINA (1)" in str(caught.value)


def test_what_is_left_out_is_counted() -> None:
    statuses = Wanted(PATH, "status", ["EN OPERACION"])
    admitted = [statuses.admits((text,)) for text in ("EN OPERACIÓN", "FUERA DE OPERACION", "")]
    assert admitted == [True, False, False]
    assert statuses.left_out == 2


def test_an_empty_term_is_refused() -> None:
    with pytest.raises(RegistryError, match="an empty state to look for; write a state, or `all`"):
        Wanted(PATH, "state", [" "])


def test_shifted_columns_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wanted, "_MAX_VALUES", 10)
    statuses = Wanted(PATH, "status", [])
    for number in range(10):
        statuses.admits((str(number),))
    with pytest.raises(RegistryError, match="over 10 values of status"):
        statuses.admits(("10",))
