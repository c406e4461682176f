"""Certificates that are about to expire, while there is still time to renew them by day."""

from exporters.rules.rule import Alert, Group

_LEFT = (
    "min by (job, instance, site, component) (probe_ssl_earliest_cert_expiry) - time()"
    " < {days} * 86400"
)
_SUMMARY = (
    "{{ $labels.site }} {{ $labels.component }}: el certificado vence en "
    "{{ $value | humanizeDuration }}, visto desde hace más de 1 hora"
)

CERTIFICATES = Group(
    "guardia-certificates",
    [
        Alert(
            "GuardiaCertificateExpiring", "info", _LEFT.format(days=21), _SUMMARY,
            "Pida la renovación a quien administra el servicio. Si debía renovarse sola, ya falló: "
            "suele hacerlo a los 30 días.",
            hold="1h",
        ),
        Alert(
            "GuardiaCertificateExpiresSoon", "warning", _LEFT.format(days=7), _SUMMARY,
            "Cuando venza, el servicio dejará de abrir en todos los sitios a la vez, y Guardia lo "
            "dará por caído. Renueve hoy.",
            hold="1h",
        ),
    ],
)  # fmt: skip
