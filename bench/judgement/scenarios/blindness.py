"""When it is we who cannot see: one word about ourselves, none about the sites."""

from bench.judgement.scenarios.deeds import (
    answer_rightly,
    answer_wrongly,
    cut,
    lose_uplink,
    mend,
    regain_uplink,
    stall,
)
from bench.judgement.scenarios.fleets import ANCHORS, clinic, fleet, hospital
from bench.judgement.scenarios.scenario import Page, Scenario
from bench.judgement.scenarios.world import EVERYTHING
from probes.reading import Reason

_FLEET = fleet(hospital(), clinic())
_MANY = fleet(*(clinic(f"cs-{place:02}") for place in range(30)))

SCENARIOS = (
    Scenario(
        "our uplink is lost for two minutes",
        _FLEET,
        (lose_uplink(120), regain_uplink(240)),
        400,
        (Page("monitor", "monitor_blind", 120, 10, "P2"),),
        anchors=ANCHORS,
    ),
    Scenario(
        "our uplink blinks for two seconds",
        _FLEET,
        (lose_uplink(120), regain_uplink(122)),
        300,
        anchors=ANCHORS,
    ),
    Scenario(
        "a hospital is cut while we are blind, and stays so",
        _FLEET,
        (lose_uplink(120), cut(150, "hg"), regain_uplink(240), mend(400, "hg")),
        500,
        (
            Page("monitor", "monitor_blind", 120, 10, "P2"),
            Page("hg", "link", 240, 30, "P1"),
        ),
        anchors=ANCHORS,
    ),
    Scenario(
        "a hospital that was cut before we went blind",
        _FLEET,
        (cut(120, "hg/link/cfe"), lose_uplink(180), regain_uplink(300), mend(400, "hg/link/cfe")),
        500,
        (
            Page("hg", "link", 120, 10, "P1"),
            Page("monitor", "monitor_blind", 180, 10, "P2"),
        ),
        anchors=ANCHORS,
    ),
    Scenario(
        "a hospital whose cut is mended while we are blind",
        _FLEET,
        (cut(120, "hg/link/cfe"), lose_uplink(180), mend(200, "hg/link/cfe"), regain_uplink(300)),
        500,
        (
            Page("hg", "link", 120, 10, "P1"),
            Page("monitor", "monitor_blind", 180, 10, "P2"),
        ),
        anchors=ANCHORS,
    ),
    Scenario(
        "one anchor of two fails",
        _FLEET,
        (cut(120, "monitor/anchor-1"), mend(300, "monitor/anchor-1")),
        400,
        anchors=ANCHORS,
    ),
    Scenario(
        "we run out of sockets",
        _FLEET,
        (answer_wrongly(120, Reason.NO_SOCKET, EVERYTHING), answer_rightly(240, EVERYTHING)),
        400,
        (Page("monitor", "monitor_blind", 120, 30, "P2"),),
        anchors=ANCHORS,
    ),
    Scenario(
        "our own loop stands still for three seconds, twice",
        _FLEET,
        (stall(120, 3.0), stall(150, 3.0)),
        300,
        anchors=ANCHORS,
    ),
    Scenario(
        "all of the fleet falls silent at once, and no anchor is configured",
        _MANY,
        (lose_uplink(130), regain_uplink(400)),
        600,
        (Page("monitor", "monitor_blind", 130, 20),),
    ),
)
