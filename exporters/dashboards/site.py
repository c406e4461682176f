"""One site: its parts, its links, its power, its critical areas."""

from exporters.dashboards import looks
from exporters.dashboards.choices import ONE_SITE, WHERE
from exporters.dashboards.dashboard import Dashboard, Row, link
from exporters.dashboards.panel import Column, Panel, Query, figure, lines, table, timeline
from exporters.dashboards.promql import INFO, availability, state_code

_SITE = 'site=~"$sitio"'
_SENT = f"guardia_probe_packets_sent_total{{{_SITE}}}"
_RECEIVED = f"guardia_probe_packets_received_total{{{_SITE}}}"
_RTT = f"guardia_probe_rtt_seconds{{{_SITE}}}"
_LOSS = (
    f"1 - sum by (component, probe) (rate({_RECEIVED}[$__rate_interval]))"
    f" / (sum by (component, probe) (rate({_SENT}[$__rate_interval])) > 0)"
)


def _mean_rtt() -> str:
    took, replies = (_RTT.replace("seconds{", f"seconds_{part}{{") for part in ("sum", "count"))
    return (
        f"sum by (component, probe) (rate({took}[$__rate_interval]))"
        f" / (sum by (component, probe) (rate({replies}[$__rate_interval])) > 0)"
    )


def _now() -> Row:
    facts = table(
        "Ficha",
        [
            Column("name", "Nombre"),
            Column("clues", "CLUES"),
            Column("type", "Tipo"),
            Column("municipality", "Municipio"),
            Column("state", "Estado"),
            Column("Value #A", "."),
        ],
        f"max by (name, clues, type, municipality, state) ({INFO}{{{_SITE}}})",
        width=12,
        height=4,
    )
    of_site = f'{_SITE},kind="site"'
    return Row(
        "Ahora",
        [
            facts,
            figure(
                "Estado",
                f"max({state_code(of_site)})",
                mappings=looks.STATES,
                width=4,
                thresholds=looks.BY_STATE,
            ),
            figure(
                "Disponibilidad 24 h",
                f"min({availability('1d', of_site)})",
                unit="percentunit",
                decimals=3,
                thresholds=looks.AVAILABILITY,
                width=4,
            ),
            figure(
                "Disponibilidad 30 d",
                f"min({availability('30d', of_site)})",
                unit="percentunit",
                decimals=3,
                thresholds=looks.AVAILABILITY,
                width=4,
            ),
        ],
    )


def _parts() -> Row:
    return Row(
        "Componentes",
        [
            timeline(
                "Estado de cada componente",
                Query(f"max by (component) ({state_code(_SITE)})", "{{component}}"),
                width=24,
                height=10,
                mappings=looks.STATES,
            ),
        ],
    )


def _links() -> Row:
    return Row(
        "Enlaces y servicios",
        [
            lines(
                "Ida y vuelta (ICMP)",
                Query(_mean_rtt(), "{{component}} {{probe}}"),
                unit="s",
                lowest=0,
            ),
            lines(
                "Pérdida de paquetes",
                Query(_LOSS, "{{component}} {{probe}}"),
                unit="percentunit",
                lowest=0,
                highest=1,
                thresholds=looks.LOSS,
            ),
            lines(
                "HTTP por fase",
                Query(
                    f"avg by (component, phase) (probe_http_duration_seconds{{{_SITE}}})",
                    "{{component}} {{phase}}",
                ),
                unit="s",
                lowest=0,
                stacked=True,
            ),
            lines(
                "Sondeos con éxito",
                Query(
                    f"avg by (component, probe) (probe_success{{{_SITE}}})",
                    "{{component}} {{probe}}",
                ),
                unit="percentunit",
                lowest=0,
                highest=1,
            ),
        ],
    )


def _power() -> Row:
    def by_source(metric: str, title: str, unit: str) -> Panel:
        query = Query(f"max by (component) (guardia_power_{metric}{{{_SITE}}})", "{{component}}")
        return lines(title, query, unit=unit, lowest=0, width=8)

    return Row(
        "Energía",
        [
            timeline(
                "Suministro presente",
                Query(
                    f"min by (component) (guardia_power_mains_present{{{_SITE}}})", "{{component}}"
                ),
                width=24,
                height=6,
                mappings=looks.NO_IS_BAD,
            ),
            by_source("battery_charge_ratio", "Carga de baterías", "percentunit"),
            by_source("battery_runtime_seconds", "Autonomía", "s"),
            by_source("load_ratio", "Carga conectada", "percentunit"),
        ],
    )


def site() -> Dashboard:
    """Return one site."""
    return Dashboard(
        "guardia-sitio",
        "Sitio",
        "Un sitio: componentes, enlaces, servicios y energía, con sus incidentes sombreados.",
        [_now(), _parts(), _links(), _power()],
        variables=(*WHERE, ONE_SITE),
        links=(link("Este sitio en el tablero de Guardia", "${board_url}/sites/${sitio}"),),
        incidents=f"max by (site, cause, priority) (guardia_incident_open{{{_SITE}}}) > 0",
    )
