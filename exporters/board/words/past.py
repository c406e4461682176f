"""The past of a site: latency and loss, bars of availability and of power."""

from exporters.board.words.pair import Pairs

PAST: Pairs = {
    "sparks": ("Latencia y pérdida", "Latency and loss"),
    "sparks_intro": (
        (
            "Por tramos de 5 minutos, en memoria desde que Guardia arrancó. La línea es el tiempo "
            "medio de respuesta; lo que cuelga desde arriba es lo perdido, que a toda altura es "
            "todo."
        ),
        (
            "In steps of 5 minutes, in memory since Guardia started. The line is the mean time to "
            "an answer; what hangs from above is what was lost, at full height all of it."
        ),
    ),
    "sparks_began": (
        "Lo sombreado es de antes del arranque y no se conoce aquí: se dibuja desde",
        "What is shaded is of before the start and not known here: drawn since",
    ),
    "since_start": ("Desde el arranque", "Since the start"),
    "took": ("respuesta en", "answers in"),
    "took_now": ("ahora", "now"),
    "lost": ("pérdida media", "mean loss"),
    "lost_at_worst": ("lo peor", "at worst"),
    "uptime": ("Disponibilidad", "Uptime"),
    "power_timeline": ("La energía en el tiempo", "Power over time"),
    "last_24h": ("Últimas 24 h", "Last 24 h"),
    "last_30d": ("Últimos 30 días", "Last 30 days"),
    "bars_intro": (
        (
            "De lo más antiguo, a la izquierda, a ahora. El dibujo muestra lo peor de cada tramo; "
            "las cifras son exactas."
        ),
        (
            "From the oldest, on the left, to now. The picture shows the worst of each stretch; "
            "the figures are exact."
        ),
    ),
    "bars_counted": (
        (
            "Ni el mantenimiento, ni lo que Guardia no vio, ni lo que no se sabe cuentan en el "
            "porcentaje."
        ),
        (
            "Maintenance, what Guardia did not see and what is not known do not count in the "
            "percentage."
        ),
    ),
    "past_unreadable": (
        "El diario de Guardia no se puede leer en este momento: no se muestra lo pasado.",
        "Guardia's journal cannot be read at the moment: what was is not shown.",
    ),
    "kind_site": ("sitio", "site"),
    "kind_link": ("enlace", "link"),
    "kind_power": ("energía", "power"),
    "kind_area": ("área", "area"),
    "kind_service": ("servicio", "service"),
    "look_up": ("responde", "up"),
    "look_degraded": ("degradado", "degraded"),
    "look_down": ("caído", "down"),
    "look_unknown": ("sin datos", "unknown"),
    "look_blind": ("Guardia no veía", "Guardia did not see"),
    "look_stopped": ("Guardia no corría", "Guardia did not run"),
    "look_maintenance": ("en mantenimiento", "in maintenance"),
    "look_absent": ("sin vigilar", "not watched"),
    "look_mains": ("con CFE", "on mains"),
    "look_no_mains": ("sin luz", "without mains"),
    "look_battery": ("en batería", "on battery"),
    "look_generator": ("planta en marcha", "generator running"),
    "look_fault": ("en falla, en bypass o abierto", "at fault, bypassed or open"),
    "look_rest": ("en reposo o normal", "at rest or normal"),
}
