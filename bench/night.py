"""The bad night of the pictures: what breaks where, in the units of the demo."""

from datetime import UTC, datetime, timedelta
from typing import Any

POPS = {
    "Ensenada": ("cfe-ensenada", "CFE Ensenada"),
    "Mexicali": ("cfe-mexicali", "CFE Mexicali"),
    "Playas de Rosarito": ("cfe-rosarito", "CFE Rosarito"),
    "San Felipe": ("cfe-san-felipe", "CFE San Felipe"),
    "San Quintin": ("cfe-san-quintin", "CFE San Quintín"),
    "Tecate": ("cfe-tecate", "CFE Tecate"),
    "Tijuana": ("cfe-tijuana", "CFE Tijuana"),
}
"""Id and name of the provider's node by municipality, as the registry spells it."""

POWER_LOST = "hospital-general-de-ensenada"
ON_GENERATOR = "hospital-general-tijuana"
AREA_LOST = "hospital-materno-infantil-de-tijuana"
UNDER_WORK = "hospital-general-playas-de-rosarito"
LINK_LOST = "centro-de-salud-primo-tapia-playas-de-rosarito"
ON_BATTERY = "centro-de-salud-plan-libertador-playas-de-rosarito"
MENDED = "centro-de-salud-urbano-playas-de-rosarito"
POP_LOST = (
    "hospital-general-de-tecate",
    "centro-de-salud-la-rumorosa-tecate",
    "centro-de-salud-valle-de-las-palmas-tecate",
    "centro-de-salud-luis-echeverria-tecate",
    "centro-de-salud-nueva-colonia-hindu-tecate",
    "centro-de-salud-tecate",
)
"""All that hang on one node: one page, and not six."""

_BEGAN = datetime.now(UTC) - timedelta(hours=1)
WORK = {
    "id": "fibra-rosarito",
    "reason": "Cambio de la fibra de acceso, folio 4711",
    "by": "CFE Telecom, NOC",
    "sites": UNDER_WORK,
    "from": f"{_BEGAN:%Y-%m-%d %H:%M}+00:00",
    "lasts": "4h",
}

EARLY: tuple[dict[str, Any], ...] = (
    {"do": "cut", "site": MENDED, "link": "cfe"},
    {"do": "generator", "site": POWER_LOST, "fails": True},
    {"do": "mains", "site": POWER_LOST, "present": False},
    {"do": "mains", "site": ON_GENERATOR, "present": False},
    *({"do": "cut", "site": site, "link": "cfe"} for site in POP_LOST),
    {"do": "cut", "site": UNDER_WORK, "link": "cfe"},
)
"""At once. The batteries of the hospital without a generator last a minute."""
LATE: tuple[dict[str, Any], ...] = (
    {"do": "restore", "site": MENDED, "link": "cfe"},
    {"do": "cut", "site": AREA_LOST, "area": "quirofano"},
    {"do": "cut", "site": LINK_LOST, "link": "cfe"},
)
"""Once the daemon has told of those."""
LAST: tuple[dict[str, Any], ...] = ({"do": "mains", "site": ON_BATTERY, "present": False},)
"""Shortly before the pictures: this battery lasts for 45 s."""
