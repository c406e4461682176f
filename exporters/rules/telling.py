"""Whether what Guardia says leaves the machine, and is heard."""

from exporters.rules.rule import Alert, Group

_PAGERS, _OTHERS = 'exporter=~"alertmanager:.+"', 'exporter!~"alertmanager:.+"'
"""Each member of Alertmanager is an exporter of its own, named after its URL."""
_PAGERS_UP = f"max by (job, instance) (guardia_exporter_up{{{_PAGERS}}})"

TELLS = Group(
    "guardia-tells",
    [
        Alert(
            "GuardiaCannotPage", "critical", f"{_PAGERS_UP} == 0",
            "Guardia no logra entregar avisos a ningún Alertmanager desde hace más de 2 minutos "
            "({{ $labels.instance }})",
            "Los avisos no se pierden: esperan en disco y se entregan al volver. Hasta entonces, "
            "mire el tablero: nadie será despertado por Alertmanager.",
            hold="2m",
            why="One member of a cluster that is away delays nobody; all of them do.",
        ),
        Alert(
            "GuardiaExporterDown", "warning",
            f"guardia_exporter_up{{{_OTHERS}}} == 0\n"
            f"  or guardia_exporter_up{{{_PAGERS}}} == 0 and on (job, instance) {_PAGERS_UP} == 1",
            "Guardia no logra publicar por {{ $labels.exporter }} desde hace más de 5 minutos "
            "({{ $labels.instance }})",
            "Los demás medios no dependen de éste. Sus avisos esperan en disco y se entregan al "
            "volver; quien sólo escucha por {{ $labels.exporter }} aún no se entera.",
            hold="5m",
        ),
        Alert(
            "GuardiaDeliverySlow", "warning",
            "histogram_quantile(0.9, sum by (job, instance, hop, le) "
            "(rate(guardia_alert_delivery_seconds_bucket[15m]))) > 15",
            "Los avisos de Guardia tardan {{ $value | humanizeDuration }} en llegar a "
            "{{ $labels.hop }}, en los últimos 15 minutos ({{ $labels.instance }})",
            "La promesa son 15 segundos. El receptor contesta lento o rechaza: revise su carga y "
            "la bitácora de Guardia.",
        ),
        Alert(
            "GuardiaEventsDropped", "warning", "increase(guardia_exporter_dropped_total[10m]) > 0",
            "Guardia descartó eventos para {{ $labels.exporter }} en los últimos 10 minutos "
            "({{ $labels.instance }})",
            "El receptor es más lento que los eventos y la cola se llenó. Los avisos nunca van "
            "por esa cola: esperan en disco.",
        ),
        Alert(
            "GuardiaJournalNotWritable", "critical", "guardia_journal_writable == 0",
            "Guardia no puede escribir su diario en {{ $labels.instance }} desde hace más de 1 "
            "minuto",
            "Sigue vigilando y avisando, pero un reinicio olvidaría los incidentes abiertos. "
            "Revise el espacio y los permisos de su directorio de estado.",
            hold="1m",
            why="What is not on disk is forgotten at the next restart: it would page again, or "
            "not at all.",
        ),
    ],
)  # fmt: skip

HEARD = Group(
    "guardia-heard",
    [
        Alert(
            "AlertmanagerDown", "critical", 'up{job="alertmanager"} == 0',
            "Alertmanager no responde en {{ $labels.instance }} desde hace más de 1 minuto",
            "Con él detenido este mismo aviso no sale: lo dará quien espera el pulso (Watchdog).",
            hold="1m",
        ),
        Alert(
            "AlertmanagerNotificationsFailing", "critical",
            "increase(alertmanager_notifications_failed_total[5m]) > 0",
            "Alertmanager no logra notificar por {{ $labels.integration }} desde hace más de 1 "
            "minuto",
            "Recibe los avisos y no logra entregarlos a las personas. Revise la dirección y las "
            "credenciales del receptor en alertmanager.yml.",
            hold="1m",
        ),
        Alert(
            "PrometheusHasNoAlertmanager", "critical",
            "prometheus_notifications_alertmanagers_discovered < 1",
            "Prometheus no conoce ningún Alertmanager desde hace más de 2 minutos",
            "Las reglas de este archivo no llegarían a nadie.",
            hold="2m",
        ),
    ],
)  # fmt: skip
