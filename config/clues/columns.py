"""Which column of the registry means what, whatever a month's edition calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from config.clues.folding import fold
from config.clues.row import Row

_GLUE = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "EL"})

# facts.md 13 and science.md H: the names seen in editions of the catalogue and in extracts of
# it, without case, accents and glue words. The first that is there wins.
_NAMES: dict[str, tuple[str, ...]] = {
    "clues": ("CLUES", "CLAVE CLUES", "CVE CLUES"),
    "name": (
        "NOMBRE UNIDAD", "NOMBRE UNIDAD MEDICA", "UNIDAD MEDICA", "NOMBRE ESTABLECIMIENTO",
        "UNIDAD", "NOMBRE",
    ),
    "institution": ("NOMBRE INSTITUCION", "INSTITUCION"),
    "institution_key": ("CLAVE INSTITUCION", "CVE INSTITUCION"),
    "state": ("NOMBRE ENTIDAD", "ENTIDAD", "ENTIDAD FEDERATIVA", "NOMBRE ESTADO", "ESTADO"),
    "state_number": ("CLAVE ENTIDAD", "CVE ENTIDAD", "CVE ENT"),
    "municipality": ("NOMBRE MUNICIPIO", "MUNICIPIO"),
    "locality": ("NOMBRE LOCALIDAD", "LOCALIDAD"),
    "establishment": ("NOMBRE TIPO ESTABLECIMIENTO", "TIPO ESTABLECIMIENTO"),
    "typology": ("NOMBRE TIPOLOGIA", "TIPOLOGIA"),
    "level": ("NIVEL ATENCION", "NIVEL"),
    "latitude": ("LATITUD", "LAT"),
    "longitude": ("LONGITUD", "LON", "LONG"),
    "status": ("ESTATUS OPERACION", "ESTATUS", "STATUS OPERACION"),
}  # fmt: skip
REQUIRED = ("clues", "name")


@dataclass(frozen=True, slots=True)
class Columns:
    """`places` maps a field of Row to the index of its cell."""

    header: tuple[str, ...]
    places: dict[str, int]

    @classmethod
    def of(cls, header: Sequence[str]) -> Self | None:
        """Return the meaning of a header; None if it lacks a column that every site needs."""
        found: dict[str, int] = {}
        for index, written in enumerate(header):
            found.setdefault(_key(written), index)
        places = {
            field: found[name]
            for field, names in _NAMES.items()
            for name in [next((name for name in names if name in found), None)]
            if name is not None
        }
        if any(field not in places for field in REQUIRED):
            return None
        return cls(tuple(header), places)

    def has(self, field: str) -> bool:
        return field in self.places

    def row(self, line: int, cells: Sequence[str]) -> Row:
        """Return the cells by meaning, each with single spaces and without invisible marks."""
        return Row(line, **{field: _clean(cells[place]) for field, place in self.places.items()})


def _key(written: str) -> str:
    return " ".join(word for word in fold(written).split() if word not in _GLUE)


_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))


def _clean(cell: str) -> str:
    visible = cell if cell.isascii() else cell.translate(_INVISIBLE)
    return " ".join(visible.split())
