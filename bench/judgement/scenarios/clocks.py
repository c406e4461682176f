"""Wall clocks that are set while we watch: durations do not go by them."""

from bench.judgement.scenarios.deeds import cut, mend, restart, says, set_clock
from bench.judgement.scenarios.fleets import fleet, hospital
from bench.judgement.scenarios.power_says import ON_BATTERY, UPS_GOOD
from bench.judgement.scenarios.scenario import Page, Scenario

_FLEET = fleet(hospital())
LINK, UPS = "hg/link/cfe", "hg/power/ups"

SCENARIOS = (
    Scenario("our clock is set an hour ahead", _FLEET, (set_clock(120, 3600),), 600),
    Scenario("our clock is set back an hour", _FLEET, (set_clock(120, -3600),), 600),
    Scenario("our clock is set by seven seconds", _FLEET, (set_clock(120, 7),), 400),
    Scenario(
        "our clock is set back ten minutes in an outage",
        _FLEET,
        (cut(120, LINK), set_clock(124, -600), mend(300, LINK), set_clock(350, 600)),
        500,
        (Page("hg", "link", 120, 12, "P1"),),
    ),
    Scenario(
        "our clock is set ahead and the daemon restarts in an outage",
        _FLEET,
        (cut(120, LINK), set_clock(150, 900), restart(160), mend(300, LINK), set_clock(350, -900)),
        500,
        (Page("hg", "link", 120, 12, "P1"),),
    ),
    Scenario(
        "our clock is set by a second while mains are lost",
        _FLEET,
        (says(120, UPS, ON_BATTERY), set_clock(125, -1), says(400, UPS, UPS_GOOD)),
        500,
        (Page("hg", "power", 120, 20, "P2"),),
    ),
)
