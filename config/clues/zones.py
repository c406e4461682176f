"""The time zone of a municipality.

Mexico keeps one time the whole year, except the northern border strip, which changes its clocks
with the United States (Ley de los Husos Horarios, DOF 28-Oct-2022; science.md H), and except for
municipalities that follow a neighbouring state. So the zone belongs to the municipality; a state
only has the zone of most of its municipalities.
"""

from config.clues.folding import fold
from config.state import STATES

_EXCEPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "CH": {
        "America/Ciudad_Juarez": (
            "Ascensión", "Guadalupe", "Janos", "Juárez", "Práxedis G. Guerrero",
        ),
        "America/Ojinaga": ("Coyame del Sotol", "Coyame", "Manuel Benavides", "Ojinaga"),
    },
    "CL": {
        "America/Matamoros": (
            "Acuña", "Allende", "Guerrero", "Hidalgo", "Jiménez", "Morelos", "Nava", "Ocampo",
            "Piedras Negras", "Villa Unión", "Zaragoza",
        ),
    },
    "NL": {"America/Matamoros": ("Anáhuac",)},
    "NT": {"America/Bahia_Banderas": ("Bahía de Banderas",)},
    "TS": {
        "America/Matamoros": (
            "Camargo", "Guerrero", "Gustavo Díaz Ordaz", "Matamoros", "Mier", "Miguel Alemán",
            "Nuevo Laredo", "Reynosa", "Río Bravo", "Valle Hermoso",
        ),
    },
}  # fmt: skip

_ZONES = {
    (state, fold(municipality)): zone
    for state, zones in _EXCEPTIONS.items()
    for zone, municipalities in zones.items()
    for municipality in municipalities
}


def zone_of(state: str, municipality: str) -> str:
    """Return the IANA zone; without a known exception that of most of the state.

    >>> zone_of("CH", "JUAREZ"), zone_of("CH", "Delicias")
    ('America/Ciudad_Juarez', 'America/Chihuahua')
    """
    return _ZONES.get((state, fold(municipality)), STATES[state].zone)


def has_several_zones(state: str) -> bool:
    """Tell whether the state alone does not say what time it is."""
    return state in _EXCEPTIONS
