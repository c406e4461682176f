"""Links that come and go: people who were told that it is over hear once that it is not."""

from bench.judgement.scenarios.deeds import flap
from bench.judgement.scenarios.fleets import clinic, fleet, hospital, link
from bench.judgement.scenarios.scenario import Page, Scenario

_SATELLITE = link("sat", {"kind": "icmp", "target": "192.0.2.1", "interval": 5.0},
                  medium="satellite")  # fmt: skip

SCENARIOS = (
    Scenario(
        "a satellite link that flaps every few seconds",
        fleet(clinic("um", type="mobile", links=[_SATELLITE], power=[])),
        flap(120, "um", down_s=6, up_s=5, times=30),
        600,
    ),
    Scenario(
        "a hospital's link that flaps for ten minutes",
        fleet(hospital()),
        flap(120, "hg/link/cfe", down_s=25, up_s=35, times=10),
        2600,
        (Page("hg", "link", 120, 10, "P1", times=2),),
    ),
    Scenario(
        "a clinic's link that flaps for half an hour",
        fleet(clinic()),
        flap(130, "cs/link/cfe", down_s=90, up_s=90, times=10),
        4200,
        (Page("cs", "link", 130, 40, "P2", times=2),),
    ),
    Scenario(
        "an area behind a loose plug",
        fleet(hospital()),
        flap(120, "hg/area/uci", down_s=1.5, up_s=6, times=20),
        400,
    ),
)
