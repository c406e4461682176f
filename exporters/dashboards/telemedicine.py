"""Which links carry a consultation by video, and how good the voice is."""

from exporters.dashboards import looks
from exporters.dashboards.choices import OF_A_SITE, TO_BOARD, WHERE
from exporters.dashboards.dashboard import Dashboard, Row
from exporters.dashboards.panel import Column, Panel, Query, figure, lines, table, timeline
from exporters.dashboards.promql import located

_FITNESS = "guardia_telemedicine_fitness"
_WORDS = {
    "ready": "aptos",
    "ready_with_reservations": "con reservas",
    "store_and_forward_only": "sólo diferida",
    "unfit": "no aptos",
    "unknown": "sin datos",
}
_COLOURS = {
    "ready": looks.GREEN,
    "ready_with_reservations": looks.YELLOW,
    "store_and_forward_only": looks.ORANGE,
    "unfit": looks.RED,
    "unknown": looks.GREY,
}


def _count(fitness: str) -> str:
    chosen = f'{_FITNESS}{{fitness="{fitness}"}}'
    return f"sum({located(chosen)}) or vector(0)"


def _code() -> str:
    """Return 0 ready to 4 unknown (looks.FITNESS)."""
    return " + ".join(
        f'{code} * sum without (fitness) ({_FITNESS}{{fitness="{fitness}"}})'
        for code, fitness in enumerate(_WORDS)
    )


def _every_link() -> Panel:
    facts = ("name", "municipality")
    by = "by (site, component, name, municipality)"
    return table(
        "Enlaces, de peor a mejor",
        [
            Column("site", "site"),
            Column("name", "Sitio"),
            Column("municipality", "Municipio"),
            Column("component", "Enlace"),
            Column("Value #A", "Apto", mappings=looks.FITNESS),
            Column("Value #B", "R", thresholds=looks.VOICE),
            Column("Value #C", "R que alcanza el 90 % del tiempo", thresholds=looks.VOICE),
            Column("Value #D", "MOS"),
        ],
        f"max {by} ({located(_code(), *facts)})",
        *(
            f"min {by} ({located(f'guardia_telemedicine_{figure}', *facts)})"
            for figure in ("r", "r_p10", "mos")
        ),
        width=24,
        height=14,
        sort="Apto",
        links=OF_A_SITE,
    )


def telemedicine() -> Dashboard:
    """Return the telemedicine links of the fleet."""
    shares = [Query(_count(fitness), words) for fitness, words in _WORDS.items()]
    worst = f"bottomk(10, min by (site, component) ({located('guardia_telemedicine_r_p10')}))"
    return Dashboard(
        "guardia-telemedicina",
        "Telemedicina",
        "Para qué sirve cada enlace de los sitios con telemedicina (UIT-T G.107).",
        [
            Row(
                "Ahora",
                [
                    figure(
                        f"Enlaces {words}",
                        _count(fitness),
                        width=4,
                        thresholds=looks.steps((None, _COLOURS[fitness])),
                    )
                    for fitness, words in _WORDS.items()
                ],
            ),
            Row("Enlaces", [_every_link()]),
            Row(
                "Historia",
                [
                    lines("Para qué sirven los enlaces", *shares, stacked=True, lowest=0),
                    lines(
                        "R: los diez peores",
                        Query(worst, "{{site}} {{component}}"),
                        unit="none",
                        lowest=0,
                        highest=94,
                    ),
                    timeline(
                        "Los veinte enlaces con peor voz",
                        Query(
                            f"max by (site, component) ({located(_code())})"
                            f" and on (site, component) bottomk(20, guardia_telemedicine_r_p10)",
                            "{{site}} {{component}}",
                        ),
                        width=24,
                        height=12,
                        mappings=looks.FITNESS,
                    ),
                ],
            ),
        ],
        variables=WHERE,
        links=(TO_BOARD,),
    )
