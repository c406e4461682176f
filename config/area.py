"""A part of a site, and how much depends on it."""

from enum import StrEnum

from pydantic import Field, model_validator

from config.hours import Hours
from config.model import Model, Slug, Text
from config.probe import AnyProbe


class Criticality(StrEnum):
    """`life`: patients die without it; `clinical`: care suffers; `administrative`: work waits."""

    LIFE = "life"
    CLINICAL = "clinical"
    ADMINISTRATIVE = "administrative"


class AreaKind(StrEnum):
    URGENCIAS = "urgencias"
    UCI = "uci"
    UCIN = "ucin"
    QUIROFANO = "quirofano"
    TOCOCIRUGIA = "tococirugia"
    RECUPERACION = "recuperacion"
    NEONATOS = "neonatos"
    HEMODIALISIS = "hemodialisis"
    HEMODINAMIA = "hemodinamia"
    HOSPITALIZACION = "hospitalizacion"
    CONSULTA = "consulta"
    IMAGENOLOGIA = "imagenologia"
    LABORATORIO = "laboratorio"
    FARMACIA = "farmacia"
    BANCO_DE_SANGRE = "banco_de_sangre"
    CEYE = "ceye"
    TELEMEDICINA = "telemedicina"
    SITE_TI = "site_ti"
    ARCHIVO_CLINICO = "archivo_clinico"
    INCAPACIDADES = "incapacidades"
    ADMINISTRACION = "administracion"
    OTRA = "otra"


LIFE_KINDS = frozenset(
    {
        AreaKind.URGENCIAS,
        AreaKind.UCI,
        AreaKind.UCIN,
        AreaKind.QUIROFANO,
        AreaKind.TOCOCIRUGIA,
        AreaKind.NEONATOS,
    }
)
ADMINISTRATIVE_KINDS = frozenset(
    {AreaKind.ARCHIVO_CLINICO, AreaKind.INCAPACIDADES, AreaKind.ADMINISTRACION}
)


def criticality_of(kind: AreaKind) -> Criticality:
    """Return what follows from the kind unless the site list says otherwise."""
    if kind in LIFE_KINDS:
        return Criticality.LIFE
    if kind in ADMINISTRATIVE_KINDS:
        return Criticality.ADMINISTRATIVE
    return Criticality.CLINICAL


class Area(Model):
    """A part of a site. `kind` follows from `id` where the id is a kind (`uci`, `urgencias`)."""

    id: Slug
    name: Text | None = None
    kind: AreaKind
    criticality: Criticality
    hours: Hours | None = Field(None, description="Default: those of its site.")
    probes: tuple[AnyProbe, ...] = Field((), max_length=16)

    @model_validator(mode="before")
    @classmethod
    def _kind_and_criticality_follow(cls, written: object) -> object:
        if not isinstance(written, dict):
            return written
        known = dict(written)
        if "kind" not in known and isinstance(known.get("id"), str):
            guess = str(known["id"]).replace("-", "_")
            known["kind"] = next((kind for kind in AreaKind if kind == guess), AreaKind.OTRA)
        kind = next((kind for kind in AreaKind if kind == known.get("kind")), None)
        if "criticality" not in known and kind is not None:
            known["criticality"] = criticality_of(kind)
        return known
