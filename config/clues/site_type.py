"""The type and the level of care of a site, from how the registry classifies it."""

from typing import Literal

from config.clues.folding import fold
from config.clues.row import Row
from config.site import SiteType

Level = Literal[1, 2, 3]

_LEVELS: dict[str, Level | None] = {
    "PRIMER NIVEL": 1, "PRIMERO": 1, "PRIMER": 1, "1": 1, "I": 1,
    "SEGUNDO NIVEL": 2, "SEGUNDO": 2, "2": 2, "II": 2,
    "TERCER NIVEL": 3, "TERCERO": 3, "TERCER": 3, "3": 3, "III": 3,
    "": None, "NO APLICA": None, "NO ESPECIFICADO": None, "SIN NIVEL": None, "OTRO": None,
}  # fmt: skip

_MOBILE = ("MOVIL", "MOVILES", "CARAVANA", "CARAVANAS", "BRIGADA", "BRIGADAS", "MEDIBUS")
_HOSPITAL = ("HOSPITAL", "HOSPITALES", "HOSPITALIZACION")
_OFFICE = (
    "OFICINA", "OFICINAS", "ADMINISTRATIVA", "ADMINISTRATIVAS", "ADMINISTRATIVO", "ALMACEN",
    "ALMACENES", "JURISDICCION", "JURISDICCIONAL",
)  # fmt: skip


def site_type_of(row: Row) -> SiteType:
    """Return the type. What a unit is classified as counts more than what it is called.

    A unit named a hospital counts as one only from the second level on: many health centres
    stand in what once was a hospital.
    """
    name, classified = _words(row.name), _words(row.typology, row.establishment)
    if _any(_MOBILE, classified) or _any(_MOBILE, name[:2]):
        return SiteType.MOBILE
    if _any(_HOSPITAL, classified):
        return SiteType.HOSPITAL
    if _any(_HOSPITAL, name[:1]) and level_of(row) in (2, 3):
        return SiteType.HOSPITAL
    if _any(_OFFICE, classified) or fold(row.establishment) == "DE APOYO":
        return SiteType.OFFICE
    return SiteType.CLINIC


def level_of(row: Row) -> Level | None:
    """Return 1 to 3; None where the registry names none."""
    return _LEVELS.get(fold(row.level))


def level_is_known(row: Row) -> bool:
    """Tell whether the registry's wording of the level is one that we can read."""
    return fold(row.level) in _LEVELS


def _words(*texts: str) -> list[str]:
    return fold(" ".join(texts)).split()


def _any(wanted: tuple[str, ...], words: list[str]) -> bool:
    return any(word in wanted for word in words)
