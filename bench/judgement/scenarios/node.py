"""What sites share upstream: one cut is one incident, however many it touches."""

from bench.judgement.scenarios.deeds import cut, mend, says
from bench.judgement.scenarios.fleets import ANCHORS, PING, clinic, fleet, link
from bench.judgement.scenarios.power_says import ON_BATTERY, UPS_GOOD
from bench.judgement.scenarios.scenario import Page, Scenario
from config.site import Node

_POPS = (
    Node.model_validate({"id": "bc", "kind": "ring"}),
    Node.model_validate({"id": "tij", "parent": "bc", "probes": [PING]}),
    Node.model_validate({"id": "ens", "parent": "bc"}),
)
_TIJ = tuple(clinic(f"tij-{place}", links=[link(node="tij")]) for place in range(10))
_ENS = tuple(clinic(f"ens-{place}", links=[link(node="ens")]) for place in range(5))
_FLEET = fleet(*_TIJ, *_ENS, clinic("alone"), nodes=_POPS)
_PAIR = fleet(
    *(clinic(place, links=[link(node="pop")]) for place in "ab"),
    nodes=(Node.model_validate({"id": "pop", "probes": [PING]}),),
)
_CHILDREN = tuple(f"{site.id}/link/cfe" for site in _TIJ)

SCENARIOS = (
    Scenario(
        "a point of presence with ten clinics is cut",
        _FLEET,
        (cut(130, "node/tij"), mend(400, "node/tij")),
        600,
        (Page("node/tij", "node", 130, 12),),
        anchors=ANCHORS,
    ),
    Scenario(
        "eight clinics in ten of a point of presence are cut",
        _FLEET,
        (cut(130, *_CHILDREN[:8]), mend(400, *_CHILDREN[:8])),
        600,
        (Page("node/tij", "node", 130, 16),),
        anchors=ANCHORS,
    ),
    Scenario(
        "a ring with two points of presence is cut",
        _FLEET,
        (cut(130, "node/bc"), mend(400, "node/bc")),
        600,
        (Page("node/bc", "node", 130, 25),),
        anchors=ANCHORS,
    ),
    Scenario(
        "a point of presence is cut while another clinic loses its mains",
        _FLEET,
        (
            says(130, "alone/power/ups", ON_BATTERY),
            cut(131, "node/tij"),
            mend(400, "node/tij"),
            says(400, "alone/power/ups", UPS_GOOD),
        ),
        600,
        (Page("node/tij", "node", 131, 12), Page("alone", "power", 130, 45)),
        anchors=ANCHORS,
    ),
    Scenario(
        "one clinic of a point of presence is cut",
        _FLEET,
        (cut(130, "tij-3/link/cfe"), mend(400, "tij-3/link/cfe")),
        600,
        (Page("tij-3", "link", 130, 60, "P2"),),
    ),
    Scenario(
        "a point of presence blinks for two seconds",
        _FLEET,
        (cut(130, "node/tij"), mend(132, "node/tij")),
        300,
    ),
    Scenario(
        "a point of presence refuses ping, and its clinics answer",
        _FLEET,
        (cut(130, "node/tij#icmp"), mend(700, "node/tij#icmp")),
        900,
        anchors=ANCHORS,
    ),
    Scenario(
        "a point of presence that refuses ping is cut, and still refuses it when it is back",
        _FLEET,
        (
            cut(130, "node/tij#icmp"),
            cut(500, "node/tij"),
            mend(700, "node/tij"),
            mend(1000, "node/tij#icmp"),
        ),
        1200,
        (Page("node/tij", "node", 500, 12),),
        anchors=ANCHORS,
    ),
    Scenario(
        "one of two clinics is cut while their node refuses ping",
        _PAIR,
        (
            cut(130, "node/pop#icmp"),
            cut(500, "a/link/cfe"),
            mend(700, "a/link/cfe"),
            mend(800, "node/pop#icmp"),
        ),
        1000,
        (Page("a", "link", 500, 60, "P2"),),
        anchors=ANCHORS,
    ),
)
