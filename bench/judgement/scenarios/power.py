"""Mains that fail, batteries that hold or end, and telemetry that goes with the link."""

from bench.judgement.scenarios.deeds import answer_rightly, answer_wrongly, cut, discharges, mend
from bench.judgement.scenarios.deeds import says as said
from bench.judgement.scenarios.fleets import clinic, fleet, hospital
from bench.judgement.scenarios.power_says import BROKEN_UPS, ON_BATTERY, RUNNING_LOW, UPS_GOOD
from bench.judgement.scenarios.scenario import Deed, Page, Scenario
from probes.reading import Reason

_HOSPITAL, _CLINIC = fleet(hospital()), fleet(clinic())
UPS, CLINIC_UPS = "hg/power/ups", "cs/power/ups"


def _microcuts(*at_s: float) -> tuple[Deed, ...]:
    return tuple(
        deed
        for one_s in at_s
        for deed in (said(one_s, UPS, ON_BATTERY), said(one_s + 6, UPS, UPS_GOOD))
    )


SCENARIOS = (
    Scenario(
        "mains lost, and the battery holds until they are back",
        _HOSPITAL,
        (said(120, UPS, ON_BATTERY), said(400, UPS, UPS_GOOD)),
        500,
        (Page("hg", "power", 120, 20, "P2"),),
    ),
    Scenario(
        "mains lost at a clinic that is asked every half minute",
        _CLINIC,
        (said(130, CLINIC_UPS, ON_BATTERY), said(600, CLINIC_UPS, UPS_GOOD)),
        800,
        (Page("cs", "power", 130, 45, "P2"),),
    ),
    Scenario("a microcut of six seconds", _HOSPITAL, _microcuts(120), 300),
    Scenario("five microcuts in five minutes", _HOSPITAL, _microcuts(120, 180, 230, 300, 400), 600),
    Scenario(
        "mains lost, the battery runs out, and the site goes dark",
        _HOSPITAL,
        (
            *discharges(120, UPS, ON_BATTERY, down_to=0.5, in_s=120),
            said(280, UPS, RUNNING_LOW),
            cut(330, "hg"),
            mend(600, "hg"),
            said(600, UPS, UPS_GOOD),
        ),
        700,
        (Page("hg", "power", 120, 20, "P1", times=2),),
    ),
    Scenario(
        "mains lost, and the link dies nine seconds later",
        _HOSPITAL,
        (said(120, UPS, ON_BATTERY), cut(129, "hg"), mend(300, "hg"), said(300, UPS, UPS_GOOD)),
        400,
        (Page("hg", "power", 120, 20, "P1"),),
    ),
    Scenario(
        "telemetry goes silent with the link, and the power was good",
        _CLINIC,
        (cut(130, "cs"), mend(400, "cs")),
        600,
        (Page("cs", "link", 130, 40, "P2"),),
    ),
    Scenario(
        "telemetry that fails alone says nothing of the mains",
        _HOSPITAL,
        (answer_wrongly(120, Reason.STATUS, UPS), answer_rightly(400, UPS)),
        500,
    ),
    Scenario(
        "an UPS that fails on a good day",
        _HOSPITAL,
        (said(120, UPS, BROKEN_UPS), said(400, UPS, UPS_GOOD)),
        500,
        (Page("hg", "power", 120, 20, "P2"),),
    ),
    Scenario(
        "mains lost at one hospital while the link of another is cut",
        fleet(hospital("hg"), hospital("hr")),
        (
            said(120, UPS, ON_BATTERY),
            cut(122, "hr/link/cfe"),
            mend(300, "hr/link/cfe"),
            said(300, UPS, UPS_GOOD),
        ),
        400,
        (Page("hg", "power", 120, 20, "P2"), Page("hr", "link", 122, 10, "P1")),
    ),
)
