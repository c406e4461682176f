import pytest

from config.clues.columns import Columns


def test_the_header_of_the_national_file() -> None:
    columns = Columns.of(
        [
            "CLUES", "NOMBRE DE LA INSTITUCION", "CLAVE DE LA ENTIDAD", "ENTIDAD",
            "CLAVE DEL MUNICIPIO", "MUNICIPIO", "CLAVE DE LA LOCALIDAD", "LOCALIDAD",
            "CLAVE DE LA JURISDICCION", "NOMBRE DE LA JURISDICCION", "NOMBRE TIPO ESTABLECIMIENTO",
            "CLAVE DE TIPOLOGIA", "NOMBRE DE TIPOLOGIA", "NOMBRE DE LA UNIDAD", "CODIGO POSTAL",
            "ESTATUS DE OPERACION", "NIVEL ATENCION", "LATITUD", "LONGITUD",
        ]
    )  # fmt: skip
    assert columns is not None
    assert columns.places == {
        "clues": 0, "institution": 1, "state_number": 2, "state": 3, "municipality": 5,
        "locality": 7, "establishment": 10, "typology": 12, "name": 13, "status": 15, "level": 16,
        "latitude": 17, "longitude": 18,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("nombre de la entidad", "state"),
        ("NOMBRE DEL MUNICIPIO", "municipality"),
        ("Nombre de la  Localidad", "locality"),
        ("NOMBRE DE LA INSTITUCIÓN", "institution"),
        ("CLAVE_DE_LA_INSTITUCION", "institution_key"),
        ("NOMBRE DE TIPOLOGÍA", "typology"),
        ("Nivel de Atención", "level"),
        ("Estatus  de operación", "status"),
    ],
)
def test_other_names_case_accents_and_spacing(written: str, field: str) -> None:
    columns = Columns.of(["clues", "Nombre de la unidad", written])
    assert columns is not None
    assert columns.places[field] == 2


def test_the_name_of_a_state_is_preferred_to_its_other_columns() -> None:
    columns = Columns.of(["CLUES", "UNIDAD", "NOMBRE DE LA UNIDAD", "ESTADO", "ENTIDAD"])
    assert columns is not None
    assert (columns.places["name"], columns.places["state"]) == (2, 4)


@pytest.mark.parametrize("header", [[], ["CLUES"], ["NOMBRE DE LA UNIDAD", "ENTIDAD"]])
def test_without_clues_or_name_it_is_no_header(header: list[str]) -> None:
    assert Columns.of(header) is None


def test_cells_lose_their_invisible_marks_and_double_spaces() -> None:
    columns = Columns.of(["CLUES", "NOMBRE DE LA UNIDAD"])
    assert columns is not None
    row = columns.row(7, ["\u200bbcimb 000862 ", " LA \u00a0 JO\u00adYA "])
    assert (row.line, row.key, row.name, row.latitude) == (7, "BCIMB000862", "LA JOYA", None)
