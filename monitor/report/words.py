"""The words of a report on paper, in Spanish and English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Language = Literal["es", "en"]

_ES = {
    "lang": "es",
    "title": "Informe de disponibilidad",
    "period": "Del {first} al {last}, días completos, hora de {zone}",
    "all": "Todos los sitios de la lista",
    "state": "Estado",
    "municipality": "Municipio",
    "site": "Sitio",
    "provider": "Proveedor",
    "not_over": "El periodo no ha terminado, o la bitácora acaba antes: lo que falta cuenta como "
    "detenido. Las cifras definitivas son las de un periodo completo.",
    "strangers": "{count} componentes de la bitácora no están en la lista de sitios de hoy: no se "
    "cuentan. Un sitio que se retira se marca con `retired_from`; no se borra.",
    "unreadable": "{count} renglones de la bitácora no se pudieron leer.",
    "in_short": "En breve",
    "availability": "Disponibilidad",
    "in_hours": "En horario de atención",
    "around_the_clock": "Las 24 horas",
    "part": "Qué",
    "count": "Con datos",
    "of_all": "de",
    "up": "Con servicio",
    "degraded": "de ello, degradado",
    "down": "Sin servicio",
    "maintenance": "Mantenimiento",
    "blind": "Guardia sin vista",
    "stopped": "Guardia detenida",
    "unknown": "Se desconoce",
    "absent": "Fuera de operación",
    "excluded": "Tiempo excluido (no cuenta ni a favor ni en contra)",
    "outages": "Interrupciones",
    "mttr": "Duración media (MTTR)",
    "mtbf": "Tiempo medio entre interrupciones (MTBF)",
    "part_site": "Sitios",
    "part_link": "Enlaces",
    "part_area": "Áreas",
    "part_critical_area": "de ellas, áreas críticas",
    "by_group": "Disponibilidad de los sitios",
    "by_provider": "Enlaces por proveedor",
    "nameless": "(sin nombre)",
    "shares": "De quién fue el tiempo sin servicio de los sitios",
    "share": "Parte",
    "of_time": "del tiempo sin servicio",
    "cfe_power": "CFE, energía",
    "cfe_internet": "CFE, Internet",
    "other_provider": "Otro proveedor",
    "share_site": "El sitio",
    "share_unknown": "Se desconoce",
    "days": "Tiempo sin servicio de los sitios, por día",
    "highest": "Día más alto: {clock} h",
    "worst": "Sitios con más tiempo sin servicio",
    "flapping": "Enlaces intermitentes (cuatro caídas o más)",
    "longest": "Las {most} interrupciones de sitio más largas, de {count}",
    "began": "Comenzó",
    "ended": "Terminó",
    "lasts": "sigue",
    "counts": "Cuenta",
    "cause": "Causa",
    "incident": "Incidente",
    "changes": "Cambios en la bitácora",
    "telemedicine": "Horas aptas para teleconsulta",
    "ready": "Listo",
    "ready_with_reservations": "Con reservas",
    "store_and_forward_only": "Solo diferido",
    "unfit": "No apto",
    "apt": "Apto",
    "sites": "Sitios",
    "stops": "Cuándo Guardia no vio",
    "nothing": "Nada en este periodo.",
    "from": "Desde",
    "until": "Hasta",
    "why": "Por qué",
    "more": "y {count} más, en el formato JSON",
    "how": "Cómo se cuenta",
    "how_text": (
        "Los tiempos van en horas:minutos:segundos. Disponibilidad = con servicio / (con servicio"
        " + sin servicio); lo degradado cuenta como servicio. Lo excluido se muestra y no cuenta."
        " MTTR = tiempo sin servicio / interrupciones; MTBF = tiempo con servicio / "
        "interrupciones. Una interrupción comienza con la primera pregunta sin respuesta, no "
        "cuando se confirmó. Los números de cambio e incidente son los de la bitácora; con "
        "--format csv --table outages se obtienen todas las interrupciones, y de su suma, cada "
        "cifra."
    ),
}
_EN = {
    "lang": "en",
    "title": "Availability report",
    "period": "From {first} to {last}, whole days, by the clocks of {zone}",
    "all": "All sites of the list",
    "state": "State",
    "municipality": "Municipality",
    "site": "Site",
    "provider": "Provider",
    "not_over": "The period is not over, or the journal ends before it: what is missing counts as "
    "stopped. Figures are final once the period is complete.",
    "strangers": "{count} components of the journal are not in today's list of sites: they do not "
    "count. A site that retires gets `retired_from`; it is not deleted.",
    "unreadable": "{count} rows of the journal could not be read.",
    "in_short": "In short",
    "availability": "Availability",
    "in_hours": "In opening hours",
    "around_the_clock": "Around the clock",
    "part": "What",
    "count": "With data",
    "of_all": "of",
    "up": "In service",
    "degraded": "of that, degraded",
    "down": "Without service",
    "maintenance": "Maintenance",
    "blind": "Guardia blind",
    "stopped": "Guardia stopped",
    "unknown": "Unknown",
    "absent": "Not in service yet, or retired",
    "excluded": "Excluded time (counts neither for nor against)",
    "outages": "Outages",
    "mttr": "Mean duration (MTTR)",
    "mtbf": "Mean time between outages (MTBF)",
    "part_site": "Sites",
    "part_link": "Links",
    "part_area": "Areas",
    "part_critical_area": "of these, critical areas",
    "by_group": "Availability of the sites",
    "by_provider": "Links by provider",
    "nameless": "(no name)",
    "shares": "Whose the time without sites was",
    "share": "Share",
    "of_time": "of the time without service",
    "cfe_power": "CFE, power",
    "cfe_internet": "CFE, Internet",
    "other_provider": "Another provider",
    "share_site": "The site",
    "share_unknown": "Unknown",
    "days": "Time without sites, by day",
    "highest": "Highest day: {clock} h",
    "worst": "Sites longest without service",
    "flapping": "Flapping links (four outages or more)",
    "longest": "The {most} longest outages of sites, of {count}",
    "began": "Began",
    "ended": "Ended",
    "lasts": "lasts",
    "counts": "Counts",
    "cause": "Cause",
    "incident": "Incident",
    "changes": "Changes in the journal",
    "telemedicine": "Hours apt for teleconsultation",
    "ready": "Ready",
    "ready_with_reservations": "With reservations",
    "store_and_forward_only": "Store and forward only",
    "unfit": "Unfit",
    "apt": "Apt",
    "sites": "Sites",
    "stops": "When Guardia did not see",
    "nothing": "Nothing in this period.",
    "from": "From",
    "until": "Until",
    "why": "Why",
    "more": "and {count} more, in the JSON format",
    "how": "How it is counted",
    "how_text": (
        "Times are hours:minutes:seconds. Availability = in service / (in service + without "
        "service); degraded counts as service. What is excluded is shown and does not count. MTTR"
        " = time without service / outages; MTBF = time in service / outages. An outage begins "
        "with the first question that was not answered, not when it was confirmed. Numbers of "
        "changes and incidents are those of the journal; --format csv --table outages has every "
        "outage, and their sums are the figures."
    ),
}
WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {"es": MappingProxyType(_ES), "en": MappingProxyType(_EN)}
)
if _ES.keys() != _EN.keys():
    raise ValueError(f"words in one language only: {sorted(_ES.keys() ^ _EN.keys())}")
