import pytest

from config.clues.row import Row
from config.clues.site_type import level_is_known, level_of, site_type_of
from config.site import SiteType


@pytest.mark.parametrize(
    ("name", "typology", "establishment", "level", "expected"),
    [
        ("HOSPITAL GENERAL DE ENSENADA", "HOSPITALES", "", "SEGUNDO NIVEL", SiteType.HOSPITAL),
        ("UNEME DE ONCOLOGÍA", "HOSPITALES", "", "SEGUNDO NIVEL", SiteType.HOSPITAL),
        ("SAN JUAN", "HOSPITAL INTEGRAL (COMUNITARIO)", "", "", SiteType.HOSPITAL),
        ("UMF 4", "UNIDAD DE MEDICINA FAMILIAR", "DE HOSPITALIZACIÓN", "", SiteType.HOSPITAL),
        ("HOSPITAL COMUNITARIO", "CENTRO DE SALUD", "", "SEGUNDO NIVEL", SiteType.HOSPITAL),
        ("HOSPITAL VIEJO", "CENTRO DE SALUD", "", "PRIMER NIVEL", SiteType.CLINIC),
        ("REFORMA", "CENTRO DE SALUD", "DE CONSULTA EXTERNA", "PRIMER NIVEL", SiteType.CLINIC),
        ("UNEME ENFERMEDADES CRÓNICAS", "UNEMES", "", "PRIMER NIVEL", SiteType.CLINIC),
        ("UNIDAD MÓVIL NO. 7", "UNIDAD MOVIL", "", "PRIMER NIVEL", SiteType.MOBILE),
        ("CARAVANA DE LA SALUD", "", "", "", SiteType.MOBILE),
        ("CIRUGÍA", "UNIDADES MÓVILES", "DE HOSPITALIZACIÓN", "", SiteType.MOBILE),
        ("JURISDICCIÓN I", "OFICINAS ADMINISTRATIVAS", "DE APOYO", "", SiteType.OFFICE),
        ("ALMACÉN ESTATAL", "ALMACENES", "", "", SiteType.OFFICE),
        ("BANCO DE SANGRE", "", "DE APOYO", "", SiteType.OFFICE),
    ],
)
def test_the_classification_counts_more_than_the_name(
    name: str, typology: str, establishment: str, level: str, expected: SiteType
) -> None:
    row = Row(2, "", name, typology=typology, establishment=establishment, level=level)
    assert site_type_of(row) is expected


@pytest.mark.parametrize(
    ("written", "level"),
    [("PRIMER NIVEL", 1), ("Segundo nivel", 2), ("TERCER NIVEL", 3), ("3", 3), ("", None)],
)
def test_levels(written: str, level: int | None) -> None:
    row = Row(2, "", "", level=written)
    assert level_of(row) == level
    assert level_is_known(row)


def test_an_unknown_level_is_told_apart_from_none() -> None:
    assert not level_is_known(Row(2, "", "", level="CUARTO NIVEL"))
    assert level_is_known(Row(2, "", "", level="NO APLICA"))
