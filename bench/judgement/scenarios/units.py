"""Power units in trouble while there is power: a UPS that drains, insulation that fails."""

from bench.judgement.scenarios.deeds import (
    answer_rightly,
    answer_wrongly,
    cut,
    lose_uplink,
    mend,
    regain_uplink,
    says,
)
from bench.judgement.scenarios.fleets import ANCHORS, ATS, PLANT, UPS, fleet, hospital, unit, window
from bench.judgement.scenarios.power_says import (
    ATS_EMERGENCY,
    ATS_NORMAL,
    DEEPLY_DRAINED,
    DRAINING,
    DRAINING_LOW,
    INSULATED,
    LEAKING,
    NEARLY_EMPTY,
    ON_BATTERY,
    RECHARGING,
    RUNNING,
    RUNNING_LOW,
    STOPPED,
    UPS_GOOD,
)
from bench.judgement.scenarios.scenario import Deed, Page, Scenario
from probes.reading import Reason

_PANEL = {**unit("panel", "isolation"), "feeds": ["quirofano"]}
_THEATRE = fleet(hospital(power=(UPS, _PANEL)))
_HOSPITAL = fleet(hospital())
_TESTED = fleet(
    hospital(power=(UPS, PLANT, ATS, _PANEL)),
    windows=(
        window(60, id="prueba", sites=["hg"], expects="generator_test", lasts="10m"),
    ),
)  # fmt: skip
DRAINED, LEAK, GENERATOR, SWITCH = (
    "hg/power/ups",
    "hg/power/panel",
    "hg/power/planta",
    "hg/power/ats",
)


def _tests_its_battery(*at_s: float) -> tuple[Deed, ...]:
    return tuple(
        deed
        for one_s in at_s
        for deed in (says(one_s, DRAINED, DRAINING), says(one_s + 45, DRAINED, UPS_GOOD))
    )


SCENARIOS = (
    Scenario(
        "insulation fails in a theatre, and is found",
        _THEATRE,
        (says(120, LEAK, LEAKING), says(600, LEAK, INSULATED)),
        700,
        (Page("hg", "isolation_fault", 120, 20, "P2"),),
    ),
    Scenario(
        "somebody presses the test button of an insulation monitor",
        _THEATRE,
        (says(120, LEAK, LEAKING), says(127, LEAK, INSULATED)),
        300,
    ),
    Scenario(
        "an insulation alarm whose telemetry goes silent is not over",
        _THEATRE,
        (
            says(120, LEAK, LEAKING),
            answer_wrongly(200, Reason.STATUS, LEAK),
            says(500, LEAK, INSULATED),
            answer_rightly(500, LEAK),
        ),
        650,
        (Page("hg", "isolation_fault", 120, 20, "P2"),),
    ),
    Scenario(
        "an insulation alarm that is seen once, and then nothing is heard",
        _THEATRE,
        (
            says(120, LEAK, LEAKING),
            answer_wrongly(126, Reason.STATUS, LEAK),
            says(500, LEAK, INSULATED),
            answer_rightly(500, LEAK),
        ),
        650,
    ),
    Scenario(
        "insulation has failed, and we are blind for a while",
        _THEATRE,
        (
            says(120, LEAK, LEAKING),
            lose_uplink(200),
            regain_uplink(400),
            says(500, LEAK, INSULATED),
        ),
        650,
        (Page("hg", "isolation_fault", 120, 20, "P2"), Page("monitor", "monitor_blind", 200, 10)),
        anchors=ANCHORS,
    ),
    Scenario(
        "a UPS drains though mains are there, until somebody closes its breaker",
        _HOSPITAL,
        (says(120, DRAINED, DRAINING), says(900, DRAINED, UPS_GOOD)),
        1000,
        (Page("hg", "ups_on_battery", 120, 75, "P2"),),
    ),
    Scenario(
        "a UPS drains to its end though mains are there, and takes the site with it",
        _HOSPITAL,
        (
            says(120, DRAINED, DRAINING),
            says(400, DRAINED, DEEPLY_DRAINED),
            says(600, DRAINED, DRAINING_LOW),
            cut(660, "hg"),
            says(900, DRAINED, UPS_GOOD),
            mend(900, "hg"),
        ),
        1100,
        (Page("hg", "ups_on_battery", 120, 75, "P1", times=2),),
    ),
    Scenario("a UPS tests its battery once a day", _HOSPITAL, _tests_its_battery(120, 400), 600),
    Scenario(
        "a UPS that took over for lost mains takes its time to hand back",
        _HOSPITAL,
        (
            says(120, DRAINED, ON_BATTERY),
            says(300, DRAINED, DRAINING),
            says(345, DRAINED, UPS_GOOD),
        ),
        500,
        (Page("hg", "power", 120, 20, "P2"),),
    ),
    Scenario(
        "a generator carries the hospital, and a UPS does not take its power",
        fleet(hospital(power=(UPS, PLANT))),
        (
            says(120, DRAINED, ON_BATTERY),
            says(121, GENERATOR, RUNNING),
            says(300, DRAINED, RUNNING_LOW),
            says(420, DRAINED, UPS_GOOD),
            says(420, GENERATOR, STOPPED),
        ),
        560,
        (Page("hg", "power", 120, 30, "P1", times=2),),
    ),
    Scenario(
        "a generator takes over from a battery that was nearly empty",
        fleet(hospital(power=(UPS, PLANT))),
        (
            says(120, DRAINED, NEARLY_EMPTY),
            says(121, GENERATOR, RUNNING),
            says(150, DRAINED, RECHARGING),
            says(420, DRAINED, UPS_GOOD),
            says(420, GENERATOR, STOPPED),
        ),
        560,
        (Page("hg", "power", 120, 30, "P3"),),
    ),
    Scenario(
        "a generator is tested as announced, and the UPS bridges both transfers",
        _TESTED,
        (
            says(120, DRAINED, ON_BATTERY),
            says(121, SWITCH, ATS_EMERGENCY),
            says(125, GENERATOR, RUNNING),
            says(130, DRAINED, UPS_GOOD),
            says(400, DRAINED, DRAINING),
            says(400, SWITCH, ATS_NORMAL),
            says(440, DRAINED, UPS_GOOD),
            says(460, GENERATOR, STOPPED),
        ),
        800,
    ),
)
