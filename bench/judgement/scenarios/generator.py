"""Generators and transfer switches: what carries a hospital without mains, or does not."""

from bench.judgement.scenarios.deeds import cut, mend, says
from bench.judgement.scenarios.fleets import ATS, PLANT, UPS, fleet, hospital, window
from bench.judgement.scenarios.power_says import (
    ATS_EMERGENCY,
    ATS_NORMAL,
    ATS_OPEN,
    BROKEN,
    BROKEN_IN_THE_DARK,
    ON_BATTERY,
    RUNNING,
    RUNNING_LOW,
    STOPPED,
    STOPPED_IN_THE_DARK,
    UPS_GOOD,
)
from bench.judgement.scenarios.scenario import Deed, Page, Scenario

_SITE = hospital(power=(UPS, PLANT, ATS))
_FLEET = fleet(_SITE)
_TEST = window(
    60, id="planta", reason="Prueba semanal de la planta", by="Conservación", sites="hg",
    expects="generator_test", lasts="10m",
)  # fmt: skip
_TESTED = fleet(_SITE, windows=[_TEST])
BATTERY, GENERATOR, SWITCH = "hg/power/ups", "hg/power/planta", "hg/power/ats"


def _dark(at_s: float) -> tuple[Deed, ...]:
    return says(at_s, BATTERY, ON_BATTERY), says(at_s, GENERATOR, STOPPED_IN_THE_DARK)


def _carried(at_s: float) -> tuple[Deed, ...]:
    """The generator runs, the switch is over, and the UPS has mains of a kind again."""
    return (
        says(at_s, GENERATOR, RUNNING),
        says(at_s, SWITCH, ATS_EMERGENCY),
        says(at_s + 1, BATTERY, UPS_GOOD),
    )


def _over(at_s: float) -> tuple[Deed, ...]:
    return (
        says(at_s, BATTERY, UPS_GOOD),
        says(at_s, GENERATOR, STOPPED),
        says(at_s, SWITCH, ATS_NORMAL),
    )


SCENARIOS = (
    Scenario(
        "mains lost, and the generator carries the hospital in eight seconds",
        _FLEET,
        (*_dark(120), *_carried(128), *_over(400)),
        500,
        (Page("hg", "power", 120, 30, "P3"),),
    ),
    Scenario(
        "the generator does not start",
        _FLEET,
        (*_dark(120), says(130, GENERATOR, BROKEN_IN_THE_DARK), *_over(400)),
        500,
        (Page("hg", "generator_failed_to_start", 120, 30),),
    ),
    Scenario(
        "the generator stops half-way, and the battery runs low, which is worse",
        _FLEET,
        (
            *_dark(120),
            *_carried(128),
            says(300, BATTERY, ON_BATTERY),
            says(300, GENERATOR, BROKEN_IN_THE_DARK),
            says(330, BATTERY, RUNNING_LOW),
            *_over(500),
        ),
        600,
        (Page("hg", "power", 120, 30, "P1", times=2),),
    ),
    Scenario(
        "the transfer switch stays open though the generator runs",
        _FLEET,
        (*_dark(120), says(128, GENERATOR, RUNNING), says(128, SWITCH, ATS_OPEN), *_over(400)),
        500,
        (Page("hg", "power", 120, 30, "P1"),),
    ),
    Scenario(
        "a generator in fault on a good day",
        _FLEET,
        (says(120, GENERATOR, BROKEN), says(300, GENERATOR, STOPPED)),
        400,
        (Page("hg", "power", 120, 25, "P2"),),
    ),
    Scenario(
        "a generator test that goes well",
        _TESTED,
        (*_dark(120), *_carried(127), *_over(420)),
        1000,
    ),
    Scenario(
        "a generator test in which it does not start",
        _TESTED,
        (*_dark(120), *_over(420)),
        1000,
        (Page("hg", "generator_failed_to_start", 120, 40),),
    ),
    Scenario(
        "the cable is pulled during a generator test",
        _TESTED,
        (*_dark(120), *_carried(127), cut(200, "hg/link/cfe"), mend(350, "hg/link/cfe"),
         *_over(420)),
        1000,
        (Page("hg", "link", 200, 15, "P1"),),
    ),
    Scenario(
        "mains that are not back when the test is over",
        _TESTED,
        (*_dark(120), *_carried(127), *_over(900)),
        1000,
        (Page("hg", "power", 660, 65),),
    ),
)  # fmt: skip
