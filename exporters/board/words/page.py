"""What frames every page and every list: navigation, connection, filters, turning."""

from exporters.board.words.pair import Pairs

PAGE: Pairs = {
    "skip": ("Ir al contenido", "Skip to content"),
    "pages": ("Páginas", "Pages"),
    "now": ("Ahora", "Now"),
    "areas": ("Áreas críticas", "Critical areas"),
    "incidents": ("Incidentes", "Incidents"),
    "telemedicine": ("Telemedicina", "Telemedicine"),
    "rollout": ("Despliegue", "Roll-out"),
    "map": ("Mapa", "Map"),
    "reports": ("Informes", "Reports"),
    "other_language": ("English", "Español"),
    "disclaimer": (
        (
            "Guardia vigila redes y energía. No es un sistema de alarmas médicas, y no debe ser la "
            "única forma de notar una falla que ponga en riesgo una vida."
        ),
        (
            "Guardia watches networks and power. It is no medical alarm system, and must not be "
            "the only way in which a life-critical failure is noticed."
        ),
    ),
    "seen_from": ("Visto desde", "Seen from"),
    "as_of": ("Página de las", "Page of"),
    "connected": ("en vivo", "live"),
    "disconnected": (
        "Sin conexión con Guardia: lo que se ve puede ser viejo. Reconectando…",
        "No connection to Guardia: what you see may be old. Reconnecting…",
    ),
    "here": ("aquí", "here"),
    "missing": ("No existe, o ya no existe.", "It does not exist, or not any more."),
    "missing_site": (
        "Ningún sitio vigilado tiene este identificador.",
        "No watched site has this id.",
    ),
    "missing_incident": (
        "Ningún incidente que se conserve tiene este identificador.",
        "No incident that is kept has this id.",
    ),
    "back": ("Volver a Ahora", "Back to Now"),
    "copy_it": ("Copiar", "Copy"),
    "copied": ("Copiado", "Copied"),
    "failed": ("No se pudo", "It failed"),
    "filter": ("Filtrar", "Filter"),
    "clear_filters": ("Quitar filtros", "Clear filters"),
    "search": ("Buscar", "Search"),
    "search_hint": ("Sitio, CLUES o municipio", "Site, CLUES or municipality"),
    "all": ("Todas", "All"),
    "only_trouble": ("Sólo con problema", "Only in trouble"),
    "condition": ("Condición", "Condition"),
    "sort_by": ("Ordenar por", "Sort by"),
    "shown": ("Se muestran", "Shown"),
    "of": ("de", "of"),
    "next": ("Siguientes", "Next"),
    "previous": ("Anteriores", "Previous"),
    "page_turns": ("Más resultados", "More results"),
    "no_rows": ("Nada coincide.", "Nothing matches."),
}
