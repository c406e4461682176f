"""Ping that tells lies: filtered on the way, or lost to a firewall that mislaid a session."""

from bench.judgement.scenarios.deeds import allow_ping, cut, filter_ping, mend, spoil_ids
from bench.judgement.scenarios.fleets import PING, PORTAL, clinic, fleet, hospital, link
from bench.judgement.scenarios.scenario import Page, Scenario

_BOTH = fleet(hospital(links=[link("cfe", PING, PORTAL)], areas=[]))
_AT_A_CLINIC = fleet(clinic(links=[link("cfe", PING, PORTAL)]))

SCENARIOS = (
    Scenario(
        "a firewall begins to drop ping, and the web answers",
        _BOTH,
        (filter_ping(120, "hg/link/cfe"), allow_ping(500, "hg/link/cfe")),
        700,
    ),
    Scenario(
        "the same at a clinic that is asked every half minute",
        _AT_A_CLINIC,
        (filter_ping(130, "cs/link/cfe"), allow_ping(900, "cs/link/cfe")),
        1200,
    ),
    Scenario(
        "a link that does not answer ping is cut",
        _BOTH,
        (filter_ping(60, "hg/link/cfe"), cut(300, "hg/link/cfe"), mend(420, "hg/link/cfe")),
        600,
        (Page("hg", "link", 300, 30, "P2"),),
        is_over=False,
    ),
    Scenario(
        "a firewall has mislaid the session of our identifier",
        fleet(hospital()),
        (spoil_ids(120, "hg"),),
        400,
    ),
    Scenario(
        "the same at a clinic, for an hour",
        fleet(clinic()),
        (spoil_ids(130, "cs"),),
        3700,
    ),
)
