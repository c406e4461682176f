"""The 32 Mexican states: CLUES letters, INEGI numbers, names and time zones (science.md H)."""

from dataclasses import dataclass
from functools import lru_cache

from config.slug import slug


@dataclass(frozen=True, slots=True)
class MexicanState:
    """`zone` is that of most municipalities; the exceptions are in `config.clues`."""

    code: str
    inegi: str
    name: str
    zone: str


STATES: dict[str, MexicanState] = {
    code: MexicanState(code, inegi, name, f"America/{zone}")
    for inegi, name, code, zone in (
        ("01", "Aguascalientes", "AS", "Mexico_City"),
        ("02", "Baja California", "BC", "Tijuana"),
        ("03", "Baja California Sur", "BS", "Mazatlan"),
        ("04", "Campeche", "CC", "Merida"),
        ("05", "Coahuila", "CL", "Monterrey"),
        ("06", "Colima", "CM", "Mexico_City"),
        ("07", "Chiapas", "CS", "Mexico_City"),
        ("08", "Chihuahua", "CH", "Chihuahua"),
        ("09", "Ciudad de México", "DF", "Mexico_City"),
        ("10", "Durango", "DG", "Monterrey"),
        ("11", "Guanajuato", "GT", "Mexico_City"),
        ("12", "Guerrero", "GR", "Mexico_City"),
        ("13", "Hidalgo", "HG", "Mexico_City"),
        ("14", "Jalisco", "JC", "Mexico_City"),
        ("15", "México", "MC", "Mexico_City"),
        ("16", "Michoacán", "MN", "Mexico_City"),
        ("17", "Morelos", "MS", "Mexico_City"),
        ("18", "Nayarit", "NT", "Mazatlan"),
        ("19", "Nuevo León", "NL", "Monterrey"),
        ("20", "Oaxaca", "OC", "Mexico_City"),
        ("21", "Puebla", "PL", "Mexico_City"),
        ("22", "Querétaro", "QT", "Mexico_City"),
        ("23", "Quintana Roo", "QR", "Cancun"),
        ("24", "San Luis Potosí", "SP", "Mexico_City"),
        ("25", "Sinaloa", "SL", "Mazatlan"),
        ("26", "Sonora", "SR", "Hermosillo"),
        ("27", "Tabasco", "TC", "Mexico_City"),
        ("28", "Tamaulipas", "TS", "Monterrey"),
        ("29", "Tlaxcala", "TL", "Mexico_City"),
        ("30", "Veracruz", "VZ", "Mexico_City"),
        ("31", "Yucatán", "YN", "Merida"),
        ("32", "Zacatecas", "ZS", "Mexico_City"),
    )
}

_OTHER_NAMES = {
    "cdmx": "DF",
    "coahuila-de-zaragoza": "CL",
    "distrito-federal": "DF",
    "edo-de-mexico": "MC",
    "edomex": "MC",
    "estado-de-mexico": "MC",
    "michoacan-de-ocampo": "MN",
    "queretaro-arteaga": "QT",
    "veracruz-de-ignacio-de-la-llave": "VZ",
}
_CODES = (
    {state.code.lower(): state.code for state in STATES.values()}
    | {state.inegi: state.code for state in STATES.values()}
    | {str(int(state.inegi)): state.code for state in STATES.values()}
    | {slug(state.name): state.code for state in STATES.values()}
    | _OTHER_NAMES
)


@lru_cache(maxsize=1024)
def state_code(written: str) -> str | None:
    """Return the two CLUES letters for letters, an INEGI number or a name; None if unknown."""
    return _CODES.get(slug(written))
