"""The words that decide how a unit's name is written; all folded (capitals, no accents)."""

CONNECTIVES = frozenset(
    {
        "A", "AL", "ANTE", "CON", "DE", "DEL", "E", "EN", "ENTRE", "O", "PARA", "POR", "SIN",
        "SOBRE", "U", "Y",
    }
)  # fmt: skip
ARTICLES = frozenset({"EL", "LA", "LAS", "LOS"})
SAINTS = frozenset({"SAN", "SANTA", "SANTO", "SANTIAGO", "STA", "STO"})

ACRONYMS = frozenset(
    {
        # kinds of unit
        "CAAPS", "CAISES", "CAM", "CAPA", "CAPASITS", "CEAPS", "CEREDI", "CESSA", "CIJ", "CISAME",
        "CREE", "CRI", "CRIT", "CRUM", "HGO", "HRAE", "HRO", "SAMU", "SORID", "SUEM", "UAPS", "UBR",
        "UMAA", "UMAE", "UMAPS", "UMF", "UMH", "UMM", "UMR", "UMU", "UNEME", "UNEMES",
        # institutions
        "CONALEP", "DIF", "IMSS", "INSABI", "ISEM", "ISESALUD", "ISSEMYM", "ISSSTE", "ISSSTECALI",
        "ISSSTESON", "PEMEX", "SEDENA", "SEDESA", "SEMAR", "SSA", "UABC", "UNAM",
        # illnesses and places
        "BC", "BCS", "CDMX", "ITS", "SIDA", "VIH",
    }
)  # fmt: skip
"""Acronyms that have a vowel. Short words without one (HGZ, CSR) are acronyms anyway."""

ABBREVIATIONS = frozenset({"BLVD", "CD", "CRL", "DR", "FCO", "GRL", "JR", "LT", "MZ", "SR"})
"""Short words without a vowel that are no acronyms."""

UNIT_KINDS = frozenset(
    {
        "ALBERGUE", "BRIGADA", "CAAPS", "CAISES", "CAPA", "CAPASITS", "CARAVANA", "CARAVANAS",
        "CEAPS", "CENTRO", "CESSA", "CISAME", "CLINICA", "CONSULTORIO", "CS", "CSR", "CSU",
        "DISPENSARIO", "HG", "HGR", "HGSZ", "HGZ", "HOSPITAL", "INSTITUTO", "JURISDICCION",
        "LABORATORIO", "MATERNIDAD", "MODULO", "POLICLINICA", "PUESTO", "SANATORIO", "UMAA", "UMAE",
        "UMF", "UMR", "UNEME", "UNEMES", "UNIDAD",
    }
)  # fmt: skip
"""A name that begins with one of these already tells what the unit is."""

UNIT_PHRASES = ("C S ", "CASA DE SALUD", "CASA MATERNA", "H G ")
"""So does one that begins with one of these."""

SETTLEMENTS = ("CENTRO HISTORICO", "CENTRO DE POBLACION", "UNIDAD HABITACIONAL", "UNIDAD MODELO")
"""These begin like a unit, but are where it stands."""

AGES = frozenset({"ANTIGUA", "ANTIGUO", "NUEVA", "NUEVO"})
"""May precede the kind: Nuevo Hospital General."""

UNIT_PREFIXES: tuple[tuple[str, str], ...] = (
    ("CENTRO DE SALUD", "Centro de Salud"),
    ("CENTROS DE SALUD", "Centro de Salud"),
    ("RURAL DE", "Centro de Salud"),  # RURAL DE 01 NUCLEO BASICO and URBANO DE ...: by size
    ("URBANO DE", "Centro de Salud"),
    ("CASA DE SALUD", "Casa de Salud"),
    ("UNIDAD MOVIL", "Unidad Móvil"),
    ("UNIDADES MOVILES", "Unidad Móvil"),
    ("BRIGADA MOVIL", "Brigada Móvil"),
    ("UNIDAD MEDICA RURAL", "Unidad Médica Rural"),
    ("UNIDAD DE MEDICINA FAMILIAR", "Unidad de Medicina Familiar"),
    ("UNEME", "UNEME"),
    ("HOSPITAL GENERAL", "Hospital General"),
    ("HOSPITAL", "Hospital"),
)
"""By how the typology starts; the first that fits counts."""
