"""Areas that cannot be reached at a hospital that can."""

from bench.judgement.scenarios.deeds import cut, mend
from bench.judgement.scenarios.fleets import fleet, hospital
from bench.judgement.scenarios.scenario import Page, Scenario

_FLEET = fleet(hospital())
UCI, THEATRE, LINK = "hg/area/uci", "hg/area/quirofano", "hg/link/cfe"

SCENARIOS = (
    Scenario(
        "the UCI alone is cut off",
        _FLEET,
        (cut(120, UCI), mend(240, UCI)),
        300,
        (Page("hg", "area_network", 120, 12, "P1"),),
    ),
    Scenario(
        "the UCI and the theatre fail together",
        _FLEET,
        (cut(120, UCI, THEATRE), mend(240, UCI, THEATRE)),
        300,
        (Page("hg", "area_network", 120, 12, "P1"),),
    ),
    Scenario(
        "the theatre follows the UCI a minute later, which is worse",
        _FLEET,
        (cut(120, UCI), cut(180, THEATRE), mend(300, UCI, THEATRE)),
        400,
        (Page("hg", "area_network", 120, 12, "P1", times=2),),
    ),
    Scenario(
        "an area fails three seconds before the link does",
        _FLEET,
        (cut(120, UCI), cut(123, LINK), mend(240, UCI, LINK)),
        300,
        (Page("hg", "link", 120, 15, "P1"),),
    ),
    Scenario(
        "areas that are slower to return than their link",
        _FLEET,
        (cut(120, LINK), cut(200, UCI, THEATRE), mend(200, LINK), mend(205, UCI, THEATRE)),
        300,
        (Page("hg", "link", 120, 10, "P1"),),
    ),
    Scenario(
        "an area that answers again within two seconds",
        _FLEET,
        (cut(120, UCI), mend(121.9, UCI)),
        300,
    ),
)
