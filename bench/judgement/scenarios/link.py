"""Links that are cut, wholly or nearly, while the power is good."""

from bench.judgement.scenarios.deeds import cut, degrade, mend
from bench.judgement.scenarios.fleets import clinic, fleet, hospital, link
from bench.judgement.scenarios.scenario import Page, Scenario

_HOSPITAL, _CLINIC = fleet(hospital()), fleet(clinic())
_SATELLITE = clinic("um", type="mobile", links=[link("sat", medium="satellite")], power=[])

SCENARIOS = (
    Scenario(
        "the only link of a hospital is cut",
        _HOSPITAL,
        (cut(120, "hg/link/cfe"), mend(240, "hg/link/cfe")),
        300,
        (Page("hg", "link", 120, 10, "P1"),),
    ),
    Scenario(
        "the only link of a clinic is cut",
        _CLINIC,
        (cut(130, "cs/link/cfe"), mend(400, "cs/link/cfe")),
        600,
        (Page("cs", "link", 130, 40, "P2"),),
    ),
    Scenario(
        "a clinic without power telemetry goes silent",
        fleet(clinic(power=[])),
        (cut(130, "cs"), mend(400, "cs")),
        600,
        (Page("cs", "undetermined", 130, 40, "P2"),),
    ),
    Scenario(
        "a satellite link is cut",
        fleet(_SATELLITE),
        (cut(130, "um"), mend(500, "um")),
        700,
        (Page("um", "undetermined", 130, 100, "P2"),),
    ),
    Scenario(
        "two hospitals with nothing in common are cut at once",
        fleet(hospital("hg"), hospital("hr")),
        (cut(120, "hg/link/cfe", "hr/link/cfe"), mend(240, "hg/link/cfe", "hr/link/cfe")),
        300,
        (Page("hg", "link", 120, 10, "P1"), Page("hr", "link", 120, 10, "P1")),
    ),
    Scenario(
        "a link that comes back before it is proven down",
        _HOSPITAL,
        (cut(120, "hg/link/cfe"), mend(121.5, "hg/link/cfe")),
        300,
    ),
    Scenario(
        "a clinic's link that fails between two questions",
        _CLINIC,
        (cut(130, "cs/link/cfe"), mend(133, "cs/link/cfe")),
        300,
    ),
    Scenario(
        "a link that answers one ping in twenty",
        _HOSPITAL,
        (
            degrade(120, "hg/link/cfe", loss=0.95),
            cut(120, "hg/area/uci", "hg/area/quirofano"),
            mend(300, "hg/area/uci", "hg/area/quirofano"),
            degrade(300, "hg/link/cfe"),
        ),
        500,
        (Page("hg", "link", 120, 60, "P1"),),
    ),
    Scenario(
        "a link that is cut twice, an hour apart, is told of twice",
        _CLINIC,
        (
            cut(130, "cs/link/cfe"),
            mend(400, "cs/link/cfe"),
            cut(4000, "cs/link/cfe"),
            mend(4300, "cs/link/cfe"),
        ),
        4500,
        (Page("cs", "link", 130, 40, "P2"), Page("cs", "link", 4000, 40, "P2")),
    ),
)
