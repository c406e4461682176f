"""Sites with a second link: who takes over, and what is left when nobody does."""

from bench.judgement.scenarios.deeds import cut, flap, mend
from bench.judgement.scenarios.fleets import fleet, hospital, link
from bench.judgement.scenarios.scenario import Page, Scenario

_FLEET = fleet(hospital(links=[link("cfe"), link("lte", medium="lte", role="backup")]))
CFE, LTE = "hg/link/cfe", "hg/link/lte"

SCENARIOS = (
    Scenario(
        "the first link is cut and the backup takes over",
        _FLEET,
        (cut(120, CFE), mend(300, CFE)),
        400,
        (Page("hg", "link", 120, 15, "P3"),),
    ),
    Scenario(
        "the backup is cut and nobody notices anything",
        _FLEET,
        (cut(120, LTE), mend(300, LTE)),
        400,
        (Page("hg", "link", 120, 60, "P3"),),
    ),
    Scenario(
        "both links of a hospital are cut at once",
        _FLEET,
        (cut(120, CFE, LTE), mend(300, CFE, LTE)),
        400,
        (Page("hg", "link", 120, 45, "P1"),),
    ),
    Scenario(
        "the backup fails too, later, which is worse",
        _FLEET,
        (cut(120, CFE), cut(240, LTE), mend(360, CFE, LTE)),
        500,
        (Page("hg", "link", 120, 15, "P1", times=2),),
    ),
    Scenario(
        "a backup that flaps beside a steady first link",
        _FLEET,
        flap(120, LTE, down_s=40, up_s=30, times=8),
        900,
        (Page("hg", "link", 120, 60, "P3"),),
    ),
)
