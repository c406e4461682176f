"""Announced work: what it mutes, what it must not, and what outlasts it."""

from bench.judgement.scenarios.deeds import cut, mend, restart
from bench.judgement.scenarios.fleets import clinic, fleet, hospital, window
from bench.judgement.scenarios.scenario import Page, Scenario

_TWO_CLINICS = (clinic("cs"), clinic("otro"))
_AT_THE_CLINIC = fleet(*_TWO_CLINICS, windows=[window(60, sites="cs", lasts="10m")])
_AT_THE_HOSPITAL = fleet(hospital(), windows=[window(60, sites="hg", lasts="10m")])
_NAMING_THE_UCI = fleet(
    hospital(), windows=[window(60, sites="hg", lasts="10m", critical_areas="uci")]
)
_OF_A_LINK = fleet(hospital(), windows=[window(60, sites="hg", lasts="10m", parts="link/cfe")])
UCI, THEATRE = "hg/area/uci", "hg/area/quirofano"

SCENARIOS = (
    Scenario(
        "a clinic is cut within a window, and mended",
        _AT_THE_CLINIC,
        (cut(130, "cs"), mend(500, "cs")),
        900,
    ),
    Scenario(
        "work that outlasts its window",
        _AT_THE_CLINIC,
        (cut(130, "cs"), mend(900, "cs")),
        1000,
        (Page("cs", "link", 660, 65, "P2"),),
    ),
    Scenario(
        "another clinic is cut during the work",
        _AT_THE_CLINIC,
        (cut(130, "cs", "otro"), mend(500, "cs", "otro")),
        900,
        (Page("otro", "link", 130, 40, "P2"),),
    ),
    Scenario(
        "a life-critical area that the window does not name",
        _AT_THE_HOSPITAL,
        (cut(130, UCI), mend(300, UCI)),
        900,
        (Page("hg", "area_network", 130, 12, "P1"),),
    ),
    Scenario(
        "a life-critical area that the window names",
        _NAMING_THE_UCI,
        (cut(130, UCI), mend(300, UCI)),
        900,
    ),
    Scenario(
        "the theatre fails while only the UCI is worked on",
        _NAMING_THE_UCI,
        (cut(130, UCI), cut(200, THEATRE), mend(300, UCI, THEATRE)),
        900,
        (Page("hg", "area_network", 200, 20, "P1"),),
    ),
    Scenario(
        "the UCI fails while a link is worked on",
        _OF_A_LINK,
        (cut(130, UCI), mend(300, UCI)),
        900,
        (Page("hg", "area_network", 130, 12, "P1"),),
    ),
    Scenario(
        "a restart in the middle of muted work",
        _AT_THE_CLINIC,
        (cut(130, "cs"), restart(250), mend(500, "cs")),
        900,
    ),
)
