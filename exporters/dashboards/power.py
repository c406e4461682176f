"""Power: who runs on battery and for how long, which generators run, what their tanks hold."""

from exporters.dashboards import looks
from exporters.dashboards.choices import OF_A_SITE, TO_BOARD, WHERE
from exporters.dashboards.dashboard import Dashboard, Row
from exporters.dashboards.panel import Column, Panel, Query, figure, lines, table
from exporters.dashboards.promql import how_many, located

_FACTS = ("name", "municipality")
_BY = "by (site, component, name, municipality)"
_OF_POWER = '{cause=~"power|generator_failed_to_start|ups_on_battery|isolation_fault"}'
_UPS_LOAD = 'guardia_power_load_ratio{kind="ups"}'
_WHERE = [
    Column("site", "site"),
    Column("name", "Sitio"),
    Column("municipality", "Municipio"),
    Column("component", "Equipo"),
]


def _now() -> Row:
    def count(title: str, expr: str, thresholds: looks.Json) -> Panel:
        return figure(title, how_many(located(f"({expr})")), width=4, thresholds=thresholds)

    alarm = "guardia_power_isolation_alarm == 1"
    return Row(
        "Ahora",
        [
            count(
                "Sitios sin suministro", "guardia_power_mains_present == bool 0", looks.ANY_IS_BAD
            ),
            count("Con batería", "guardia_power_on_battery == 1", looks.ANY_IS_BAD),
            count(
                "Con planta en marcha",
                "guardia_power_generator_running == 1",
                looks.ANY_IS_WORTH_A_LOOK,
            ),
            count("Plantas en falla", "guardia_power_generator_fault == 1", looks.ANY_IS_BAD),
            count(
                "Transferencia en emergencia",
                "guardia_power_transfer_emergency == 1",
                looks.ANY_IS_WORTH_A_LOOK,
            ),
            count("Alarma de aislamiento (quirófano)", alarm, looks.ANY_IS_BAD),
        ],
    )


def _batteries() -> Panel:
    return table(
        "Baterías, de menor a mayor autonomía",
        [
            *_WHERE,
            Column("Value #A", "Autonomía", "s", thresholds=looks.RUNTIME),
            Column("Value #B", "Carga", "percentunit", thresholds=looks.CHARGE),
            Column("Value #C", "En batería", mappings=looks.YES_IS_BAD),
            Column("Value #D", "Carga conectada", "percentunit"),
        ],
        f"min {_BY} ({located('guardia_power_battery_runtime_seconds', *_FACTS)})",
        f"min {_BY} ({located('guardia_power_battery_charge_ratio', *_FACTS)})",
        f"max {_BY} ({located('guardia_power_on_battery', *_FACTS)})",
        f"max {_BY} ({located(_UPS_LOAD, *_FACTS)})",
        width=24,
        height=12,
        sort="En batería",
        links=OF_A_SITE,
    )


def _generators() -> Panel:
    return table(
        "Plantas de emergencia",
        [
            *_WHERE,
            Column("Value #A", "En marcha", mappings=looks.YES_OR_NO),
            Column("Value #B", "Falla", mappings=looks.YES_IS_BAD),
            Column("Value #C", "Combustible", "percentunit", thresholds=looks.CHARGE),
        ],
        f"max {_BY} ({located('guardia_power_generator_running', *_FACTS)})",
        f"max {_BY} ({located('guardia_power_generator_fault', *_FACTS)})",
        f"min {_BY} ({located('guardia_power_fuel_ratio', *_FACTS)})",
        width=24,
        height=10,
        sort="En marcha",
        links=OF_A_SITE,
    )


def power() -> Dashboard:
    """Return the power of the fleet."""
    lost = how_many(located("guardia_power_mains_present == bool 0"))
    runtime = located("guardia_power_battery_runtime_seconds")
    shortest = f"bottomk(10, min by (site, component) ({runtime}))"
    return Dashboard(
        "guardia-energia",
        "Energía",
        "Suministro, baterías, plantas y transferencias. Un equipo que calla no aparece: silencio "
        "no es «hay luz».",
        [
            _now(),
            Row("Equipos", [_batteries(), _generators()]),
            Row(
                "Historia",
                [
                    lines(
                        "Sitios sin suministro y con batería",
                        Query(lost, "sin suministro"),
                        Query(how_many(located("(guardia_power_on_battery == 1)")), "con batería"),
                        lowest=0,
                    ),
                    lines(
                        "Las diez autonomías más cortas",
                        Query(shortest, "{{site}} {{component}}"),
                        unit="s",
                        lowest=0,
                    ),
                ],
            ),
        ],
        variables=WHERE,
        links=(TO_BOARD,),
        incidents=f"max by (site, cause, priority) (guardia_incident_open{_OF_POWER}) > 0",
    )
