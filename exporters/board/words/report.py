"""The form that asks for a report."""

from exporters.board.words.pair import Pairs

REPORT: Pairs = {
    "reports_intro": (
        (
            "Disponibilidad, interrupciones con su causa, de quién fue el tiempo sin servicio y "
            "cuándo Guardia no vio, de la bitácora: las mismas cifras que da `guardia report`."
        ),
        (
            "Availability, outages with their cause, whose the lost time was and when Guardia did "
            "not see, from the journal: the same figures that `guardia report` gives."
        ),
    ),
    "reports_wait": (
        (
            "Un mes de todo el país tarda unos diez segundos. Se hace uno a la vez, sin estorbar "
            "la vigilancia."
        ),
        (
            "A month of the whole country takes some ten seconds. They are made one at a time, and "
            "probing does not wait for them."
        ),
    ),
    "report_from": ("Del día", "From day"),
    "report_to": ("al día", "to day"),
    "report_site": ("Sitio (id o CLUES)", "Site (id or CLUES)"),
    "report_provider": ("Proveedor", "Provider"),
    "report_form": ("Formato", "Format"),
    "report_make": ("Hacer el informe", "Make the report"),
    "report_html": ("Página (para leer o imprimir)", "Page (to read or print)"),
    "report_json": ("JSON, todo", "JSON, all of it"),
    "report_csv": ("CSV: disponibilidad", "CSV: availability"),
    "report_csv_outages": ("CSV: interrupciones", "CSV: outages"),
    "report_csv_telemedicine": ("CSV: telemedicina", "CSV: telemedicine"),
    "report_busy": (
        "Se está haciendo otro informe. Vuelva a pedirlo en unos segundos.",
        "Another report is being made. Ask again in some seconds.",
    ),
    "report_days": (
        "Escriba el primer día y el último, de 400 días a lo más.",
        "Write the first day and the last, 400 days at most.",
    ),
    "report_format": ("Ese formato no existe.", "There is no such format."),
    "report_failed": ("No se hizo el informe:", "No report was made:"),
}
