"""Guardia about itself: whether it sees, keeps up, and is heard."""

from exporters.dashboards import looks
from exporters.dashboards.choices import TO_BOARD, TO_SITE
from exporters.dashboards.dashboard import Dashboard, Row, choice
from exporters.dashboards.panel import Column, Panel, Query, figure, lines, table

_HERE = 'instance=~"$instancia"'
_INSTANCE = choice("instancia", "Instancia", "label_values(guardia_build_info, instance)")


def _rate(metric: str, by: str, window: str = "$__rate_interval") -> str:
    return f"sum by ({by}) (rate({metric}{{{_HERE}}}[{window}]))"


def _quantiles(metric: str, by: str = "") -> list[Query]:
    more = f", {by}" if by else ""
    legend = f" {{{{{by}}}}}" if by else ""
    return [
        Query(
            f"histogram_quantile({share}, {_rate(f'{metric}_bucket', f'le{more}', '5m')})",
            f"{share:.0%}{legend}",
        )
        for share in (0.5, 0.99)
    ]


def _now() -> Row:
    bad_at_zero = looks.steps((None, looks.RED), (1, looks.GREEN))
    return Row(
        "Ahora",
        [
            figure(
                "Responde",
                'min(up{job="guardia"})',
                mappings=looks.NO_IS_BAD,
                thresholds=bad_at_zero,
            ),
            figure(
                "Ve",
                f"1 - max(guardia_monitor_blind{{{_HERE}}})",
                mappings=looks.NO_IS_BAD,
                thresholds=bad_at_zero,
            ),
            figure(
                "Última configuración aceptada",
                f"min(guardia_config_last_reload_successful{{{_HERE}}})",
                mappings=looks.NO_IS_BAD,
                thresholds=bad_at_zero,
            ),
            figure(
                "Escribe su diario",
                f"min(guardia_journal_writable{{{_HERE}}})",
                mappings=looks.NO_IS_BAD,
                thresholds=bad_at_zero,
            ),
            figure(
                "Receptores que no contestan",
                f"count(guardia_exporter_up{{{_HERE}}} == 0) or vector(0)",
                thresholds=looks.ANY_IS_BAD,
            ),
            figure(
                "Avisos en espera",
                f"sum(guardia_exporter_queue_length{{{_HERE}}}) or vector(0)",
                thresholds=looks.steps((None, looks.GREEN), (10, looks.YELLOW), (100, looks.RED)),
            ),
            figure(
                "A ciegas en 30 días",
                f"max(increase(guardia_monitor_blind_seconds_total{{{_HERE}}}[30d]))",
                unit="s",
            ),
            figure(
                "Encendida desde",
                f"max(process_start_time_seconds{{{_HERE}}}) * 1000",
                unit="dateTimeFromNow",
            ),
        ],
    )


def _keeps_up() -> Row:
    packets = Query(_rate("guardia_probe_packets_sent_total", "instance"), "paquetes {{instance}}")
    return Row(
        "Lleva el paso",
        [
            lines(
                "Retraso de los sondeos",
                *_quantiles("guardia_probe_lateness_seconds"),
                unit="s",
                lowest=0,
                description="Prometido: 30 ms para 99 de cada 100.",
            ),
            lines(
                "Tiempo detenida",
                Query(_rate("guardia_loop_stall_seconds_sum", "instance"), "{{instance}}"),
                unit="percentunit",
                lowest=0,
            ),
            lines("Paquetes ICMP por segundo", packets, unit="pps", lowest=0),
            lines(
                "Sondeos fallidos por motivo",
                Query(
                    f"topk(10, {_rate('guardia_probe_failures_total', 'kind, reason')})",
                    "{{kind}} {{reason}}",
                ),
                lowest=0,
                unit="ops",
            ),
            lines(
                "Respuestas que no cuentan",
                Query(_rate("guardia_icmp_replies_ignored_total", "why"), "{{why}}"),
                Query(
                    _rate("guardia_icmp_replies_dropped_total", "instance"),
                    "descartadas por el núcleo",
                ),
                lowest=0,
                unit="ops",
            ),
            lines(
                "Turnos perdidos",
                Query(_rate("guardia_probe_runs_skipped_total", "instance"), "{{instance}}"),
                lowest=0,
                unit="ops",
            ),
        ],
    )


def _tells() -> Row:
    return Row(
        "Se hace oír",
        [
            lines(
                "Del hecho al receptor",
                *_quantiles("guardia_alert_delivery_seconds", "hop"),
                unit="s",
                lowest=0,
                description="Prometido: 15 s. Sin curva no hubo avisos que entregar.",
            ),
            lines(
                "En espera",
                Query(
                    f"max by (exporter) (guardia_exporter_queue_length{{{_HERE}}})", "{{exporter}}"
                ),
                lowest=0,
            ),
            lines(
                "Intentos fallidos y descartes",
                Query(
                    _rate("guardia_exporter_delivery_failures_total", "exporter"),
                    "fallidos {{exporter}}",
                ),
                Query(
                    _rate("guardia_exporter_dropped_total", "exporter"), "descartados {{exporter}}"
                ),
                lowest=0,
                unit="ops",
            ),
        ],
    )


def _process() -> Row:
    return Row(
        "El proceso",
        [
            lines(
                "Procesador",
                Query(_rate("process_cpu_seconds_total", "instance"), "{{instance}}"),
                unit="percentunit",
                lowest=0,
                width=8,
            ),
            lines(
                "Memoria",
                Query(f"process_resident_memory_bytes{{{_HERE}}}", "{{instance}}"),
                unit="bytes",
                lowest=0,
                width=8,
            ),
            lines(
                "Archivos abiertos",
                Query(f"process_open_fds{{{_HERE}}}", "{{instance}}"),
                lowest=0,
                width=8,
            ),
            lines(
                "Duración de la lectura de métricas",
                Query('scrape_duration_seconds{job="guardia"}', "{{instance}}"),
                unit="s",
                lowest=0,
                width=8,
            ),
            table(
                "Versiones",
                [
                    Column("version", "Versión"),
                    Column("python", "Python"),
                    Column("instance", "Instancia"),
                    Column("Value #A", "."),
                ],
                f"max by (version, python, instance) (guardia_build_info{{{_HERE}}})",
                width=16,
                height=8,
            ),
        ],
    )


def _certificates() -> Panel:
    return table(
        "Certificados, por vencer primero",
        [
            Column("site", "site"),
            Column("component", "Componente"),
            Column("Value #A", "Vence en", "s", thresholds=looks.DAYS_LEFT),
        ],
        "sort(min by (site, component) (probe_ssl_earliest_cert_expiry) - time())",
        width=24,
        links=[TO_SITE],
    )


def health() -> Dashboard:
    """Return Guardia about itself."""
    return Dashboard(
        "guardia-salud",
        "Salud de la vigilancia",
        "Guardia misma. Si está muerta no publica nada: de eso avisan las reglas de Prometheus.",
        [_now(), _keeps_up(), _tells(), _process(), Row("Certificados", [_certificates()])],
        variables=(_INSTANCE,),
        links=(TO_BOARD,),
    )
