"""Links that answer, but badly: on the board, and never a page."""

from bench.judgement.link_model import LinkModel
from bench.judgement.scenarios.deeds import burst, clear, degrade
from bench.judgement.scenarios.fleets import clinic, fleet, hospital, link
from bench.judgement.scenarios.scenario import Scenario

_HOSPITAL = fleet(hospital(areas=[]))
_CLINIC = fleet(clinic())
_MOBILE = fleet(clinic(links=[link("lte", medium="lte")]))
_SATELLITE = fleet(clinic(links=[link("sat", medium="satellite")]))
LINK, CLINIC_LINK = "hg/link/cfe", "cs/link/cfe"

SCENARIOS = (
    Scenario("nothing happens for an hour", fleet(hospital(), clinic()), (), 3600),
    Scenario(
        "a link loses one ping in twenty for an hour",
        _HOSPITAL,
        (degrade(120, LINK, loss=0.05), clear(3600, LINK)),
        4000,
    ),
    Scenario(
        "a clinic's link loses one ping in five for six hours",
        _CLINIC,
        (degrade(130, CLINIC_LINK, loss=0.2), clear(21_000, CLINIC_LINK)),
        21_600,
    ),
    Scenario(
        "a link becomes slower and slower",
        _HOSPITAL,
        tuple(degrade(600 + 60 * step, LINK, slower_s=0.02 * step) for step in range(30)),
        3000,
    ),
    Scenario(
        "a link jitters by a fifth of a second",
        _HOSPITAL,
        (degrade(600, LINK, jitter_s=0.2), clear(2000, LINK)),
        2400,
    ),
    Scenario(
        "bursts of two seconds over LTE, one ping in a hundred, for six hours",
        _MOBILE,
        (burst(130, "cs/link/lte", LinkModel("bursts", 0.01, 2.0)),),
        21_600,
    ),
    Scenario(
        "bursts of five seconds over a satellite for six hours",
        _SATELLITE,
        (burst(130, "cs/link/sat", LinkModel("bursts", 0.05, 5.0)),),
        21_600,
    ),
    Scenario(
        "a life-critical area loses one ping in twenty for an hour",
        fleet(hospital()),
        (degrade(120, "hg/area/uci", loss=0.05), clear(3600, "hg/area/uci")),
        4000,
    ),
)
