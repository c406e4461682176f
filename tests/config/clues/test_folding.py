import pytest

from config.clues.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Clínica  (móvil) no. 7 ", "CLINICA MOVIL NO 7"),
        ("NUÑEZ", "NUNEZ"),
        ("en_operación", "EN OPERACION"),
        ("Bahía de Banderas", "BAHIA DE BANDERAS"),
        ("---", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded
