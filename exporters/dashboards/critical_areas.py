"""Every emergency room, ICU and operating room: in service or not, and what is left to lose."""

from exporters.dashboards import looks
from exporters.dashboards.choices import EVERY_INCIDENT, OF_A_SITE, TO_BOARD, WHERE
from exporters.dashboards.dashboard import Dashboard, Row
from exporters.dashboards.panel import Column, Panel, Query, figure, lines, table, timeline
from exporters.dashboards.promql import in_state, located
from exporters.rules.objective import DEFAULT_PERCENT

_UP = "guardia_area_critical_up"
_ERRORS = "area:guardia_critical_errors:ratio"
_BUDGET = round(1 - DEFAULT_PERCENT / 100, 9)


def _now() -> Row:
    unseen = in_state("unknown", 'kind="area"')
    no_data = f"count({located(f'{unseen} == 1')}) or vector(0)"
    return Row(
        "Ahora",
        [
            figure("Áreas críticas a la vista", f"count({located(_UP)}) or vector(0)", width=6),
            figure(
                "Sin servicio",
                f"count({located(f'{_UP} == 0')}) or vector(0)",
                thresholds=looks.ANY_IS_BAD,
                width=6,
            ),
            figure(
                "Áreas sin datos",
                no_data,
                thresholds=looks.ANY_IS_WORTH_A_LOOK,
                width=6,
                description="De todas las áreas, también las que no son críticas.",
            ),
            figure(
                "Áreas que gastan su presupuesto 14 veces más rápido",
                f"count({located(f'{_ERRORS}1h > 14.4 * {_BUDGET:g}')}) or vector(0)",
                thresholds=looks.ANY_IS_BAD,
                width=6,
            ),
        ],
    )


def _every_area() -> Panel:
    facts = ("name", "clues", "municipality")
    by = f"min by (site, area, {', '.join(facts)})"
    budget = f"1 - {_ERRORS}30d / {_BUDGET:g}"
    return table(
        "Cada área",
        [
            Column("site", "site"),
            Column("name", "Sitio"),
            Column("clues", "CLUES"),
            Column("municipality", "Municipio"),
            Column("area", "Área"),
            Column("Value #A", "En servicio", mappings=looks.NO_IS_BAD),
            Column("Value #B", "Ritmo de gasto 1 h", "none", thresholds=looks.BURN),
            Column(
                "Value #C", "Presupuesto que queda 30 d", "percentunit", thresholds=looks.CHARGE
            ),
        ],
        f"{by} ({located(_UP, *facts)})",
        f"{by} ({located(f'{_ERRORS}1h / {_BUDGET:g}', *facts)})",
        f"{by} ({located(budget, *facts)})",
        width=24,
        height=16,
        sort="Ritmo de gasto 1 h",
        links=OF_A_SITE,
        description=f"Objetivo: {DEFAULT_PERCENT:g} % en treinta días.",
    )


def critical_areas() -> Dashboard:
    """Return the life-critical areas of the fleet."""
    worst = f"topk(20, {_ERRORS}6h) > 0 or topk(5, {_ERRORS}6h)"
    down = f"count by (area) ({located(f'{_UP} == 0')}) or 0 * count by (area) ({located(_UP)})"
    return Dashboard(
        "guardia-areas",
        "Áreas críticas",
        "Urgencias, UCI, quirófano y demás áreas críticas para la vida. Guardia no es un sistema "
        "de alarma médica.",
        [
            _now(),
            Row("Áreas", [_every_area()]),
            Row(
                "Historia",
                [
                    lines(
                        "Sin servicio, por tipo de área",
                        Query(down, "{{area}}"),
                        lowest=0,
                        stacked=True,
                    ),
                    lines(
                        "Tiempo sin servicio en 6 h: las peores",
                        Query(worst, "{{site}} {{area}}"),
                        unit="percentunit",
                        lowest=0,
                    ),
                    timeline(
                        "Áreas que hoy estuvieron sin servicio, y algunas más",
                        Query(
                            f"min by (site, area) ({_UP})"
                            f" and on (site, area) topk(20, {_ERRORS}6h)",
                            "{{site}} {{area}}",
                        ),
                        width=24,
                        height=12,
                        mappings=looks.NO_IS_BAD,
                    ),
                ],
            ),
        ],
        variables=WHERE,
        links=(TO_BOARD,),
        incidents=EVERY_INCIDENT.replace("P[12]", "P1"),
    )
