"""Incidents: on cards, on pages of their own, in the list, and who handles them."""

from exporters.board.words.pair import Pairs

INCIDENT: Pairs = {
    "open_incidents": ("Incidentes abiertos", "Open incidents"),
    "nothing_open": ("No hay incidentes abiertos.", "No incident is open."),
    "blind": (
        (
            "Guardia no ve la red: lo que sigue puede no ser cierto, y las fallas nuevas no se "
            "conocen. Vigile por teléfono las áreas críticas."
        ),
        (
            "Guardia cannot see the network: what follows may not be true, and new failures are "
            "not known. Watch the critical areas by telephone."
        ),
    ),
    "lasting": ("dura", "for"),
    "lasted": ("duró", "lasted"),
    "cause": ("Causa probable", "Probable cause"),
    "confidence": ("confianza", "confidence"),
    "sites_touched": ("Sitios afectados", "Sites affected"),
    "evidence": ("Evidencia", "Evidence"),
    "would_change": ("Qué cambiaría este dictamen", "What would change this verdict"),
    "first": ("Qué revisar primero", "Check first"),
    "handles": ("Atiende", "Handled by"),
    "until": ("hasta", "until"),
    "your_name": ("Su nombre o puesto", "Your name or role"),
    "token": ("Clave de órdenes (api_token)", "Key for orders (api_token)"),
    "acknowledge": ("Acusar recibo", "Acknowledge"),
    "quiet": ("No se avisa", "Nobody is called"),
    "maintenance": ("en mantenimiento", "in maintenance"),
    "closed": ("fuera de horario", "outside opening hours"),
    "not_active": ("el sitio aún no opera", "the site is not live yet"),
    "not_told": ("aún no se avisa: se está confirmando", "not told yet: being confirmed"),
    "flapping": ("intermitente", "flapping"),
    "escalated": ("escalado al nivel", "escalated to level"),
    "opened_phase": ("abierto", "open"),
    "closed_phase": ("terminado", "over"),
    "incident": ("Incidente", "Incident"),
    "what": ("Qué pasó", "What happened"),
    "duration": ("Duración", "Duration"),
    "phase": ("Fase", "Phase"),
    "priority": ("Prioridad", "Priority"),
    "open_only": ("Abiertos", "Open"),
    "closed_only": ("Terminados", "Over"),
    "any_phase": ("Abiertos y terminados", "Open and over"),
    "opened_since": ("Desde el día", "From the day"),
    "opened_until": ("Hasta el día", "To the day"),
    "search_incident_hint": (
        "Sitio, CLUES, municipio o número",
        "Site, CLUES, municipality or number",
    ),
    "export": ("Exportar lo filtrado", "Export what is filtered"),
    "kept_days": (
        (
            "Los de los últimos 7 días, con su evidencia; después, los ya terminados que conserva "
            "el diario (history.keep). Los días son los del centro de México."
        ),
        (
            "Those of the last 7 days, with their evidence; then those that are over, as the "
            "journal keeps them (history.keep). Days are those of central Mexico."
        ),
    ),
    "past_kept": (
        (
            "Terminó hace tiempo: de él se conserva lo siguiente, y ya no su evidencia. Los "
            "nombres son los de hoy."
        ),
        (
            "It has been over for long: of it this is kept, and no longer its evidence. Names are "
            "those of today."
        ),
    ),
    "timeline": ("Cronología", "Timeline"),
    "touched": ("Qué toca", "What it touches"),
    "began": ("Se abrió el incidente", "The incident opened"),
    "taken": ("Acusó recibo", "Acknowledged by"),
    "settling": ("Responde de nuevo; en observación", "Answers again; under observation"),
    "over": ("Terminó", "Over"),
    "reopened_times": ("veces reabierto", "times reopened"),
    "calls": ("avisos", "calls"),
    "message": ("El mensaje, para copiar", "The message, to copy"),
}
