"""Names as the registry has them, and as people want to read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clues.names import readable, unit_name

HEALTH_CENTRE, MOBILE, HOSPITAL, UNEMES = "CENTRO DE SALUD", "UNIDAD MOVIL", "HOSPITALES", "UNEMES"

BAJA_CALIFORNIA = [
    ("HOSPITAL GENERAL DE ENSENADA", HOSPITAL, "Hospital General de Ensenada"),
    ("HOSPITAL GENERAL TIJUANA ZONA ESTE", HOSPITAL, "Hospital General Tijuana Zona Este"),
    ("HOSPITAL GENERAL PLAYAS DE ROSARITO", HOSPITAL, "Hospital General Playas de Rosarito"),
    ("HOSPITAL MATERNO INFANTIL DE TIJUANA", HOSPITAL, "Hospital Materno Infantil de Tijuana"),
    ("HOSPITAL MATERNO INFANTIL", HOSPITAL, "Hospital Materno Infantil"),
    ("HOSPITAL COMUNITARIO SAN FELIPE", HEALTH_CENTRE, "Hospital Comunitario San Felipe"),
    (
        "UNIDAD DE ESPECIALIDADES MEDICAS DE BC ENSENADA (UNEME - CIRUGÍA AMBULATORIA)", HOSPITAL,
        "Unidad de Especialidades Medicas de BC Ensenada (UNEME - Cirugía Ambulatoria)",
    ),
    ("UNEME DE ONCOLOGÍA", HOSPITAL, "UNEME de Oncología"),
    ("UNEME ENFERMEDADES CRÓNICAS", UNEMES, "UNEME Enfermedades Crónicas"),
    (
        "UNIDAD DE ESPECIALIDADES MEDICAS (SORID) EX EJIDO RUIZ CORTINES", UNEMES,
        "Unidad de Especialidades Medicas (SORID) Ex Ejido Ruiz Cortines",
    ),
    (
        "CENTRO REGIONAL DE DESARROLLO INFANTIL Y DE ESTIMULACION TEMPRANA", UNEMES,
        "Centro Regional de Desarrollo Infantil y de Estimulacion Temprana",
    ),
    ("UNIDAD MÓVIL NO. 7", MOBILE, "Unidad Móvil No. 7"),
    ("UNIDAD MÓVIL 24", MOBILE, "Unidad Móvil 24"),
    ("UNIDAD MOVIL 32", MOBILE, "Unidad Movil 32"),
    ("CARAVANA DE LA SALUD NO.4", MOBILE, "Caravana de la Salud No. 4"),
    ("CARAVANA NO. 26", MOBILE, "Caravana No. 26"),
    ("CARAVANA DE SALUD 31", MOBILE, "Caravana de Salud 31"),
    (
        "FORTALECIMIENTO A LA ATENCION MEDICA NO. 06", MOBILE,
        "Unidad Móvil Fortalecimiento a la Atencion Medica No. 06",
    ),
    (
        "CENTRO REGIONAL DE DESARROLLO INFANTIL Y ESTIMULACION TEMPRANA MOVIL", MOBILE,
        "Centro Regional de Desarrollo Infantil y Estimulacion Temprana Movil",
    ),
    ("COLONIA POPULAR 89", HEALTH_CENTRE, "Centro de Salud Colonia Popular 89"),
    ("RUÍZ Y 14", HEALTH_CENTRE, "Centro de Salud Ruíz y 14"),
    ("COL. LOMITAS INDECO", HEALTH_CENTRE, "Centro de Salud Col. Lomitas Indeco"),
    ("COL. RUBÍ", HEALTH_CENTRE, "Centro de Salud Col. Rubí"),
    ("BAHÍA DE LOS ÁNGELES", HEALTH_CENTRE, "Centro de Salud Bahía de los Ángeles"),
    ("ERÉNDIRA", HEALTH_CENTRE, "Centro de Salud Eréndira"),
    ("FRANCISCO ZARCO", HEALTH_CENTRE, "Centro de Salud Francisco Zarco"),
    ("LA MISIÓN", HEALTH_CENTRE, "Centro de Salud La Misión"),
    ("EL ROSARÍO DE ARRIBA", HEALTH_CENTRE, "Centro de Salud El Rosarío de Arriba"),
    (
        "RODOLFO SÁNCHEZ TABOADA (MANEADERO)", HEALTH_CENTRE,
        "Centro de Salud Rodolfo Sánchez Taboada (Maneadero)",
    ),
    ("SAN ANTONIO DE LAS MINAS", HEALTH_CENTRE, "Centro de Salud San Antonio de las Minas"),
    ("HÉROES DE LA INDEPENDENCIA", HEALTH_CENTRE, "Centro de Salud Héroes de la Independencia"),
    ("VALLE DE LA TRINIDAD", HEALTH_CENTRE, "Centro de Salud Valle de la Trinidad"),
    ("PRO-HOGAR", HEALTH_CENTRE, "Centro de Salud Pro-Hogar"),
    ("NUEVO LEÓN", HEALTH_CENTRE, "Centro de Salud Nuevo León"),
    ("CAÑÓN DEL SAINZ", HEALTH_CENTRE, "Centro de Salud Cañón del Sainz"),
    ("REFORMA", HEALTH_CENTRE, "Centro de Salud Reforma"),
    ("3 DE OCTUBRE", HEALTH_CENTRE, "Centro de Salud 3 de Octubre"),
    ("EL NIÑO", HEALTH_CENTRE, "Centro de Salud El Niño"),
    (
        "SALVATIERRA (FLORES MAGÓN)", HEALTH_CENTRE,
        "Centro de Salud Salvatierra (Flores Magón)",
    ),
    ("PEDREGAL DE SANTA JULIA", HEALTH_CENTRE, "Centro de Salud Pedregal de Santa Julia"),
    ("FLORIDO (MORITA)", HEALTH_CENTRE, "Centro de Salud Florido (Morita)"),
    ("EJIDO OJO DE AGUA", HEALTH_CENTRE, "Centro de Salud Ejido Ojo de Agua"),
    ("EX EJIDO CHAPULTEPEC", HEALTH_CENTRE, "Centro de Salud Ex Ejido Chapultepec"),
    (
        "CLINICA DE ESPECIALIDADES DENTALES EL FLORIDO", HEALTH_CENTRE,
        "Clinica de Especialidades Dentales El Florido",
    ),
    ("CENTRO DE SALUD CAMALU", HEALTH_CENTRE, "Centro de Salud Camalu"),
    ("CENTRO DE SALUD EJIDO PÁTZCUARO", HEALTH_CENTRE, "Centro de Salud Ejido Pátzcuaro"),
    (
        "CENTRO DE SALUD URBANO PLAYAS DE ROSARITO", HEALTH_CENTRE,
        "Centro de Salud Urbano Playas de Rosarito",
    ),
    ("CIUDAD COAHUILA KM 57", HEALTH_CENTRE, "Centro de Salud Ciudad Coahuila km 57"),
    ("LOS SANTORALES", HEALTH_CENTRE, "Centro de Salud Los Santorales"),
    ("TIJUANA", HEALTH_CENTRE, "Centro de Salud Tijuana"),
]  # fmt: skip

ELSEWHERE = [
    ("UMF NO. 27 TIJUANA", "", "UMF No. 27 Tijuana"),
    ("HGZ 58 TLALNEPANTLA", "HOSPITAL GENERAL", "HGZ 58 Tlalnepantla"),
    ("U.M.F. 4 LA PAZ", "", "U.M.F. 4 La Paz"),
    ("CESSA TOLUCA", "CENTRO DE SALUD", "CESSA Toluca"),
    ("C.S. EL PORVENIR", "RURAL DE 01 NÚCLEO BÁSICO", "C.S. El Porvenir"),
    ("SAN MIGUEL EL GRANDE", "RURAL DE 01 NÚCLEO BÁSICO", "Centro de Salud San Miguel el Grande"),
    ("JUAN PABLO II", "URBANO DE 03 NÚCLEOS BÁSICOS", "Centro de Salud Juan Pablo II"),
    ("SIGLO XXI", "CENTRO DE SALUD", "Centro de Salud Siglo XXI"),
    ("COLONIA LA JOYA", "CENTRO DE SALUD", "Centro de Salud Colonia La Joya"),
    ("CENTRO", "CENTRO DE SALUD", "Centro de Salud Centro"),
    ("CENTRO HISTÓRICO", "CENTRO DE SALUD", "Centro de Salud Centro Histórico"),
    ("UNIDAD HABITACIONAL SUR", "CENTRO DE SALUD", "Centro de Salud Unidad Habitacional Sur"),
    ("CASA BLANCA", "CENTRO DE SALUD", "Centro de Salud Casa Blanca"),
    ("CASA DE SALUD EL SAUZ", "CASA DE SALUD", "Casa de Salud El Sauz"),
    ("NUEVO HOSPITAL CIVIL", "HOSPITAL GENERAL", "Nuevo Hospital Civil"),
    ("DR. MANUEL GEA GONZÁLEZ", "HOSPITAL GENERAL", "Hospital General Dr. Manuel Gea González"),
    ('HOSPITAL "DR. JOSÉ G. PARRES"', "", 'Hospital "Dr. José G. Parres"'),
    ("CENTRO DE SALUD SECTOR A", "", "Centro de Salud Sector A"),
    ("AV. 5A Y 2DA S/N", "", "Av. 5a y 2da S/N"),
    ("MANZANA B12 KM. 4", "", "Manzana B12 km. 4"),
    ("O'HIGGINS", "CENTRO DE SALUD", "Centro de Salud O'Higgins"),
    ("LABORATORIO DE VIH-SIDA", "", "Laboratorio de VIH-SIDA"),
]


@pytest.mark.parametrize(("name", "typology", "written"), BAJA_CALIFORNIA + ELSEWHERE)
def test_the_registry_shouts_and_we_do_not(name: str, typology: str, written: str) -> None:
    assert unit_name(name, typology) == written


@pytest.mark.parametrize(
    "name", ["Centro de Salud McAllen", "UMF n.º 5 de la Paz", "iSalud BC", "Hospital GENERAL"]
)
def test_a_name_with_both_cases_is_left_alone(name: str) -> None:
    assert readable(name) == name


def test_small_letters_alone_are_put_right() -> None:
    assert readable("  hospital   general de tecate ") == "Hospital General de Tecate"


def test_an_unknown_typology_adds_nothing() -> None:
    assert unit_name("REFORMA", "") == "Reforma"


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_has_a_name(text: str, typology: str) -> None:
    assert readable(text) in unit_name(text, typology)


SPANISH = "ABCDEÑILMOUVXYZÁÉÍÓÚÜ0123456789 .,()-/'\""


@given(st.text(alphabet=SPANISH, max_size=80))
def test_no_letter_or_digit_is_lost(text: str) -> None:
    def letters(written: str) -> str:
        return "".join(letter for letter in written.upper() if letter.isalnum())

    assert letters(readable(text)) == letters(text)


@given(st.text(alphabet="ABCDEIOUYÑÁ.-( )0123", max_size=40))
def test_twice_is_the_same_as_once(text: str) -> None:
    assert readable(readable(text)) == readable(text)
