"""The country, and one state: how many sites are up, where the others are, and since when."""

from exporters.dashboards import looks
from exporters.dashboards.choices import (
    EVERY_INCIDENT,
    MUNICIPALITY,
    OF_A_SITE,
    ONE_STATE,
    TO_BOARD,
    WHERE,
)
from exporters.dashboards.dashboard import Dashboard, Row, drill
from exporters.dashboards.looks import Json
from exporters.dashboards.panel import Column, Panel, Query, figure, lines, site_map, table
from exporters.dashboards.promql import (
    CHOSEN,
    INFO,
    availability,
    how_many,
    in_state,
    located,
    state_code,
)

_LOCATED = f'{INFO}{{state=~"$estado",municipality=~"$municipio",latitude!=""}}'
_EVERYWHERE = "En toda la lista, también fuera de lo elegido."
_OF_SITES = 'kind="site"'
_STATE_WORDS = {
    "up": "en servicio",
    "degraded": "degradado",
    "unknown": "sin datos",
    "down": "caído",
}


def _now() -> Row:
    return Row("Ahora", [*_sites(), *_troubles()])


def _sites() -> list[Panel]:
    def count(title: str, expr: str, thresholds: Json, description: str = "") -> Panel:
        return figure(
            title,
            how_many(located(expr)),
            width=4,
            thresholds=thresholds,
            description=description,
        )

    return [
        figure("Sitios vigilados", f"count(max by (site) ({CHOSEN}))", width=4),
        count("En servicio", in_state("up"), looks.steps((None, looks.GREEN))),
        count("Degradados", in_state("degraded"), looks.ANY_IS_WORTH_A_LOOK),
        count("Caídos", in_state("down"), looks.ANY_IS_BAD),
        count(
            "Sin datos",
            in_state("unknown"),
            looks.ANY_IS_WORTH_A_LOOK,
            "No se sabe: no es lo mismo que «en servicio» ni que «caído».",
        ),
        count("Con enlace de respaldo", "guardia_site_on_backup", looks.ANY_IS_WORTH_A_LOOK),
    ]


def _troubles() -> list[Panel]:
    def count(title: str, expr: str, description: str = "") -> Panel:
        return figure(
            title,
            f"{expr} or vector(0)",
            width=4,
            thresholds=looks.ANY_IS_BAD,
            description=description,
        )

    return [
        count("Áreas críticas caídas", f"count({located('guardia_area_critical_up == 0')})"),
        count("Incidentes P1", 'sum(guardia_incident_open{priority="P1"})', _EVERYWHERE),
        count("De nodos", 'sum(guardia_incident_open{site="",cause="node"})', _EVERYWHERE),
        count(
            "P1 y P2 sin acuse", 'sum(guardia_incidents_waiting{priority=~"P[12]"})', _EVERYWHERE
        ),
        figure(
            "Sitios con batería",
            how_many(located("(guardia_power_on_battery == 1)")),
            width=4,
            thresholds=looks.ANY_IS_WORTH_A_LOOK,
        ),
        figure(
            "¿Guardia ve?",
            "1 - max(guardia_monitor_blind)",
            width=4,
            mappings=looks.NO_IS_BAD,
            thresholds=looks.steps((None, looks.RED), (1, looks.GREEN)),
            description="Mientras diga «no», ninguna clínica se da por caída, y ninguna se vigila.",
        ),
    ]


def _history() -> list[Panel]:
    states = [
        Query(how_many(located(in_state(state))), words)
        for state, words in _STATE_WORDS.items()
        if state != "up"
    ]
    opened = Query("sum by (cause) (increase(guardia_incidents_total[1h]))", "{{cause}}")
    return [
        lines("Sitios que no están en servicio", *states, stacked=True, lowest=0, width=8),
        lines(
            "Incidentes por hora, por causa",
            opened,
            stacked=True,
            lowest=0,
            width=8,
            description=_EVERYWHERE,
        ),
        _calls(),
    ]


def _calls() -> Panel:
    calls = Query("sum by (call) (increase(guardia_incident_calls_total[1h]))", "{{call}}")
    return lines("Llamadas por hora, por motivo", calls, stacked=True, lowest=0, width=8)


def _open_incidents(width: int) -> Panel:
    labels = "site, name, municipality, cause, priority"
    return table(
        "Incidentes abiertos",
        [
            Column("priority", "Prioridad"),
            Column("site", "site"),
            Column("name", "Sitio"),
            Column("municipality", "Municipio"),
            Column("cause", "Causa"),
            Column("Value #A", "Cuántos"),
        ],
        f"sum by ({labels}) ({located('guardia_incident_open', 'name', 'municipality')})",
        width=width,
        links=OF_A_SITE,
    )


def _map(width: int) -> Panel:
    code = located(state_code(), "name", "clues", "latitude", "longitude", sites=_LOCATED)
    facts = "site, name, clues, latitude, longitude"
    return site_map(
        "Sitios por estado de servicio",
        f"max by ({facts}) ({code})",
        width=width,
        mappings=looks.STATES,
        links=OF_A_SITE,
        thresholds=looks.BY_STATE,
    )


def _by(label: str, heading: str, variable: str, width: int) -> Panel:
    """Return a table of states or municipalities; a row leads to its own dashboard."""

    def over(how: str, expr: str) -> str:
        # `state` is both the state of a site and of the Republic: only the second is wanted here.
        bare = f"max without (state) ({expr})"
        return f"{how} by ({label}) ({located(bare, label)})"

    return table(
        heading,
        [
            Column(label, label),
            Column("Value #A", "Sitios"),
            Column("Value #B", "Caídos", thresholds=looks.ANY_IS_BAD),
            Column("Value #C", "Disponibilidad 24 h", "percentunit", thresholds=looks.AVAILABILITY),
            Column("Value #D", "Disponibilidad 30 d", "percentunit", thresholds=looks.AVAILABILITY),
        ],
        over("count", in_state("up")),
        over("sum", in_state("down")),
        over("avg", availability("1d", _OF_SITES)),
        over("avg", availability("30d", _OF_SITES)),
        width=width,
        height=16,
        sort="Caídos",
        links=[drill("Ver", "guardia-estado", **{variable: f"${{__data.fields.{label}}}"})],
    )


def _every_site(width: int) -> Panel:
    facts = ("name", "clues", "municipality", "type")
    by = f"max by (site, {', '.join(facts)})"
    return table(
        "Sitios",
        [
            Column("site", "site"),
            Column("name", "Nombre"),
            Column("clues", "CLUES"),
            Column("municipality", "Municipio"),
            Column("type", "Tipo"),
            Column("Value #A", "Estado", mappings=looks.STATES),
            Column("Value #B", "Disponibilidad 24 h", "percentunit", thresholds=looks.AVAILABILITY),
            Column("Value #C", "Disponibilidad 30 d", "percentunit", thresholds=looks.AVAILABILITY),
        ],
        f"{by} ({located(state_code(), *facts)})",
        *(f"{by} ({located(availability(window, _OF_SITES), *facts)})" for window in ("1d", "30d")),
        width=width,
        height=16,
        sort="Estado",
        links=OF_A_SITE,
    )


def national() -> Dashboard:
    """Return the country: the wall of a NOC."""
    by_state = _by("state", "Por estado", "estado", 10)
    return Dashboard(
        "guardia-nacional",
        "Nacional",
        "Todos los sitios: cuántos están en servicio, dónde están los demás y qué incidentes hay.",
        [
            _now(),
            Row("Dónde", [_map(14), by_state]),
            Row("Incidentes", [_open_incidents(24), *_history()]),
        ],
        variables=WHERE,
        links=(TO_BOARD,),
        incidents=EVERY_INCIDENT,
    )


def state() -> Dashboard:
    """Return one state, by municipality and site."""
    by_place = _by("municipality", "Por municipio", "municipio", 10)
    return Dashboard(
        "guardia-estado",
        "Estado",
        "Un estado: sus municipios, sus sitios y su disponibilidad.",
        [
            _now(),
            Row("Dónde", [_map(14), by_place]),
            Row("Sitios", [_every_site(24)]),
            Row("Incidentes", [_open_incidents(24), *_history()]),
        ],
        variables=(ONE_STATE, MUNICIPALITY),
        links=(TO_BOARD,),
        incidents=EVERY_INCIDENT,
    )
