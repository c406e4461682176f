"""One site as it stands, and what is found there: each cause, its priority and confidence."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from monitor.diagnose import Finding, diagnose
from monitor.vocabulary import Cause, Confidence, Priority
from probes.reading import Battery, UnitState
from tests.monitor.scene import NOW_S, Scene, at
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, hospital

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
Act = Callable[[Scene], object]

OFF = replace(GOOD, state=UnitState.OFF)
FAULT = replace(GOOD, unit="planta", state=UnitState.FAULT)
RUNNING = replace(ON_BATTERY, unit="planta", state=UnitState.RUNNING, battery=Battery.UNKNOWN)
NO_MAINS = replace(ON_BATTERY, unit="", state=UnitState.UNKNOWN, battery=Battery.UNKNOWN)


def source(name: str, kind: str = "ups", **more: object) -> dict[str, object]:
    document = {"kind": "power", "url": f"http://127.64.0.1/power/{name}"}
    return {"id": name, "kind": kind, "source": document, **more}


def link(name: str, *kinds: str) -> dict[str, object]:
    asked = {
        "icmp": {"kind": "icmp", "target": "127.64.0.1"},
        "http": {"kind": "http", "url": "http://127.64.0.1/"},
    }
    return {"id": name, "probes": [asked[kind] for kind in kinds or ("icmp",)]}


def area(name: str) -> dict[str, object]:
    return {"id": name, "probes": [{"kind": "icmp", "target": "127.64.0.20"}]}


RECORD = [{"id": "ece", "probes": [{"kind": "tcp", "target": "127.64.0.1:443"}]}]


def staged(*acts: Act, **more: object) -> Scene:
    """A hospital to which things happened, in this order."""
    scene = Scene(hospital(**more))
    for act in acts:
        act(scene)
    return scene


def site(*acts: Act, **more: object) -> Callable[[], Scene]:
    """The same, when it is asked for."""
    return lambda: staged(*acts, **more)


def found(scene: Scene, now_s: float = NOW_S) -> list[Finding]:
    scene.settle(now_s)
    return diagnose(scene.view, now_s, at(now_s))


def silence(*paths: str, since_s: float = NOW_S - 30) -> Act:
    return lambda scene: scene.silence(*paths, since_s=since_s)


def doubt(*paths: str) -> Act:
    return lambda scene: scene.doubt(*paths)


def unsee(*paths: str) -> Act:
    return lambda scene: scene.unsee(*paths)


def speak(*paths: str, since_s: float = NOW_S - 10) -> Act:
    return lambda scene: scene.speak(*paths, since_s=since_s)


def says(name: str, figures: object, at_s: float = NOW_S - 35) -> Act:
    return lambda scene: scene.says(name, figures, at_s)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Verdict:
    """What a row of the table expects of the worst finding."""

    key: str
    cause: Cause
    priority: Priority
    confidence: Confidence
    names: set[str]


LIFE = {"uci", "urgencias", "quirofano"}
UPS_AND_PLANT = {"power": [source("ups", feeds=["uci"]), source("planta", "generator")]}
TWO_LINKS = {"links": [link("cfe"), link("lte")]}

TABLE: dict[str, tuple[Callable[[], Scene], Verdict]] = {
    "the link, power heard seconds before": (
        site(says("ups", GOOD), silence("link/cfe")),
        Verdict("link", Cause.LINK, P1, MEDIUM, {"cfe", *LIFE}),
    ),
    "the link, power heard since": (
        site(silence("link/cfe"), says("ups", GOOD, NOW_S - 5)),
        Verdict("link", Cause.LINK, P1, HIGH, {"cfe", *LIFE}),
    ),
    "silence, power not heard for long": (
        site(says("ups", GOOD, NOW_S - 300), silence("link/cfe")),
        Verdict("link", Cause.UNDETERMINED, P1, LOW, {"cfe", *LIFE}),
    ),
    "silence, no power telemetry, no life area": (
        site(silence("link/cfe"), power=[], areas=[]),
        Verdict("link", Cause.UNDETERMINED, P2, LOW, {"cfe"}),
    ),
    "power before the link": (
        site(says("ups", ON_BATTERY), silence("link/cfe")),
        Verdict("power", Cause.POWER, P1, MEDIUM, {"cfe", "ups", *LIFE}),
    ),
    "power before the link, battery low": (
        site(says("ups", RUNNING_LOW), silence("link/cfe")),
        Verdict("power", Cause.POWER, P1, HIGH, {"cfe", "ups", *LIFE}),
    ),
    "power before the link, battery run out by its own reckoning": (
        site(
            says("ups", replace(ON_BATTERY, runtime_s=1200.0), NOW_S - 1400),
            silence("power/ups", since_s=NOW_S - 1300),
            silence("link/cfe"),
        ),
        Verdict("power", Cause.POWER, P1, MEDIUM, {"cfe", "ups", *LIFE}),
    ),
    "mains lost, never heard back, then the link": (
        site(
            says("ups", ON_BATTERY, NOW_S - 600),
            lambda scene: scene.settle(NOW_S - 500),
            silence("power/ups", since_s=NOW_S - 400),
            silence("link/cfe"),
        ),
        Verdict("power", Cause.POWER, P1, LOW, {"cfe", "ups", *LIFE}),
    ),
    "on battery": (
        site(says("ups", ON_BATTERY)),
        Verdict("power", Cause.POWER, P2, HIGH, {"ups"}),
    ),
    "on battery, no areas": (
        site(says("ups", ON_BATTERY), areas=[]),
        Verdict("power", Cause.POWER, P2, HIGH, {"ups"}),
    ),
    "on battery and short: the areas it feeds": (
        site(says("ups", RUNNING_LOW), power=[source("ups", feeds=["uci"])]),
        Verdict("power", Cause.POWER, P1, HIGH, {"ups", "uci"}),
    ),
    "short, but what it feeds is no life area": (
        site(
            says("ups", RUNNING_LOW),
            power=[source("ups", feeds=["archivo"])],
            areas=[area("archivo"), area("uci")],
        ),
        Verdict("power", Cause.POWER, P2, HIGH, {"ups", "archivo"}),
    ),
    "mains lost and no UPS at all": (
        site(says("red", NO_MAINS), power=[source("red", "utility")]),
        Verdict("power", Cause.POWER, P1, HIGH, {"red"}),
    ),
    "mains lost, generator carries the site": (
        site(says("ups", ON_BATTERY), says("planta", RUNNING), **UPS_AND_PLANT),
        Verdict("power", Cause.POWER, P3, HIGH, {"ups", "planta"}),
    ),
    "mains lost, generator in fault": (
        site(says("ups", ON_BATTERY), says("planta", FAULT), **UPS_AND_PLANT),
        Verdict("power", Cause.POWER, P1, HIGH, {"ups", "planta", *LIFE}),
    ),
    "generator runs and yet an area is gone": (
        site(
            says("ups", ON_BATTERY), says("planta", RUNNING), silence("area/uci"), **UPS_AND_PLANT
        ),
        Verdict("power", Cause.POWER, P1, HIGH, {"ups", "planta", "uci"}),
    ),
    "generator in fault while mains are there": (
        site(says("planta", FAULT), **UPS_AND_PLANT),
        Verdict("power/planta", Cause.POWER, P2, HIGH, {"planta", *LIFE}),
    ),
    "UPS off, feeding nobody's life": (
        site(says("ups", OFF), areas=[]),
        Verdict("power/ups", Cause.POWER, P3, HIGH, {"ups"}),
    ),
    "UPS depleted, and on it": (
        site(
            says("ups", replace(GOOD, state=UnitState.ON_BATTERY, battery=Battery.DEPLETED)),
        ),
        Verdict("power/ups", Cause.POWER, P2, HIGH, {"ups", *LIFE}),
    ),
    "transfer switch open": (
        site(
            says("ats", replace(GOOD, unit="ats", state=UnitState.OPEN)),
            power=[source("ats", "ats")],
        ),
        Verdict("power/ats", Cause.POWER, P2, HIGH, {"ats", *LIFE}),
    ),
    "one link of two": (
        site(silence("link/cfe"), **TWO_LINKS),
        Verdict("link/cfe", Cause.LINK, P3, HIGH, {"cfe"}),
    ),
    "one link of two, the other lost from sight": (
        site(silence("link/cfe"), unsee("link/lte"), **TWO_LINKS),
        Verdict("link/cfe", Cause.LINK, P3, HIGH, {"cfe"}),
    ),
    "both links": (
        site(silence("link/cfe", "link/lte"), **TWO_LINKS),
        Verdict("link", Cause.LINK, P1, MEDIUM, {"cfe", "lte", *LIFE}),
    ),
    "a life area, its link answering": (
        site(silence("area/uci"), speak("link/cfe")),
        Verdict("area_network", Cause.AREA_NETWORK, P1, HIGH, {"uci"}),
    ),
    "two areas, one of them life": (
        site(
            silence("area/uci", "area/farmacia"),
            speak("link/cfe"),
            areas=[area("farmacia"), area("uci")],
        ),
        Verdict("area_network", Cause.AREA_NETWORK, P1, HIGH, {"uci", "farmacia"}),
    ),
    "an area where nobody's life depends on it": (
        site(silence("area/farmacia"), speak("link/cfe"), areas=[area("farmacia")]),
        Verdict("area_network", Cause.AREA_NETWORK, P3, HIGH, {"farmacia"}),
    ),
    "an area of a site whose link is not asked": (
        site(silence("area/uci"), links=[]),
        Verdict("area_network", Cause.AREA_NETWORK, P1, MEDIUM, {"uci"}),
    ),
    "a service": (
        site(silence("service/ece"), services=RECORD),
        Verdict("service/ece", Cause.SERVICE, P3, HIGH, {"ece"}),
    ),
    "a link that answers ping and not HTTP": (
        site(
            silence("link/cfe#1"),
            speak("link/cfe#0"),
            links=[link("cfe", "icmp", "http")],
        ),
        Verdict("degraded/cfe", Cause.SERVICE, P3, MEDIUM, {"cfe"}),
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_worst_finding(case: str) -> None:
    build, expected = TABLE[case]
    worst = found(build())[0]
    names = {part.component.id for part in worst.touched}
    assert Verdict(worst.key, worst.cause, worst.priority, worst.confidence, names) == expected
    assert not worst.held
    assert worst.since <= at(NOW_S)
