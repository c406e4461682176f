"""One site as it stands, and what is found there: each cause, its priority and confidence."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import permutations

import pytest

from monitor.diagnosis.diagnose import diagnose
from monitor.diagnosis.finding import HOLD_S, Finding
from monitor.diagnosis.reach import LAST_LINK_S, UNASKED_S
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State
from probes.reading import Battery, Mains, PowerFigures, Reading, Reason, UnitState
from tests.monitor.scene import ANSWER, NOW_S, SILENCE, Scene, at, play
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, hospital

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3
HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
Act = Callable[[Scene], object]

OFF = replace(GOOD, state=UnitState.OFF)
FAULT = replace(GOOD, unit="planta", state=UnitState.FAULT)
RUNNING = replace(ON_BATTERY, unit="planta", state=UnitState.RUNNING, battery=Battery.UNKNOWN)
RESTING = replace(RUNNING, state=UnitState.STOPPED)
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
    scene = Scene(hospital("hg", **more))
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


def says(name: str, figures: PowerFigures, at_s: float = NOW_S - 35) -> Act:
    return lambda scene: scene.says(name, figures, at_s)


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
        Verdict("power", Cause.GENERATOR_FAILED_TO_START, P1, HIGH, {"ups", "planta", *LIFE}),
    ),
    "mains lost, generator at rest when it should have started": (
        site(says("ups", ON_BATTERY), says("planta", RESTING, NOW_S - 20), **UPS_AND_PLANT),
        Verdict("power", Cause.GENERATOR_FAILED_TO_START, P1, HIGH, {"ups", "planta", *LIFE}),
    ),
    "mains lost, generator ran and stopped": (
        site(
            says("ups", ON_BATTERY),
            says("planta", RUNNING, NOW_S - 30),
            says("planta", RESTING, NOW_S - 10),
            **UPS_AND_PLANT,
        ),
        Verdict("power", Cause.POWER, P2, HIGH, {"ups", "planta"}),
    ),
    "generator in fault, then the link": (
        site(
            says("ups", ON_BATTERY),
            says("planta", FAULT, NOW_S - 33),
            silence("link/cfe"),
            **UPS_AND_PLANT,
        ),
        Verdict(
            "power", Cause.GENERATOR_FAILED_TO_START, P1, HIGH, {"cfe", "ups", "planta", *LIFE}
        ),
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
        Verdict("ups_on_battery", Cause.UPS_ON_BATTERY, P1, HIGH, {"ups", *LIFE}),
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


def test_a_quiet_site_has_no_findings() -> None:
    assert found(staged()) == []


@pytest.mark.parametrize(
    "said",
    [
        replace(GOOD, battery=Battery.REPLACE),
        replace(GOOD, mains=Mains.OUT_OF_RANGE),
        replace(GOOD, mains=Mains.UNKNOWN, state=UnitState.UNKNOWN),
        replace(GOOD, unit="panel", state=UnitState.ALARM),
        replace(GOOD, state=UnitState.BYPASS),
    ],
    ids=["battery to replace", "out of range", "nothing known", "isolation alarm", "bypass"],
)
def test_what_degrades_a_unit_calls_nobody(said: PowerFigures) -> None:
    assert found(staged(says("ups", said))) == []


def test_telemetry_that_falls_silent_calls_nobody() -> None:
    assert found(staged(silence("power/ups"))) == []


def test_nothing_is_known_of_parts_that_nobody_asks() -> None:
    bare = {"links": [{"id": "cfe"}], "areas": [{"id": "uci"}], "power": []}
    assert found(staged(**bare)) == []


def test_a_link_left_without_power_telemetry_says_so() -> None:
    (cut_off,) = found(staged(silence("link/cfe"), power=[]))
    assert [line.fact for line in cut_off.evidence] == [
        Fact.LINK_SILENT, Fact.NO_POWER_TELEMETRY,
    ]  # fmt: skip


def test_telemetry_that_went_silent_with_the_link_is_unknown_not_good() -> None:
    (cut_off,) = found(staged(says("ups", GOOD, NOW_S - 35), silence("link/cfe", "power/ups")))
    facts = {line.fact: line for line in cut_off.evidence}
    assert facts[Fact.POWER_GOOD].figures == {"age_s": 5.0}
    assert Fact.POWER_SILENT in facts


def test_the_evidence_of_a_power_loss_is_told_in_order_with_its_projection_last() -> None:
    (cut_off,) = found(
        staged(says("ups", replace(ON_BATTERY, runtime_s=600.0)), silence("link/cfe"))
    )
    facts = [line.fact for line in cut_off.evidence]
    assert facts.index(Fact.MAINS_LOST) < facts.index(Fact.LINK_SILENT)
    assert facts[-1] is Fact.BATTERY_WOULD_BE_EMPTY
    assert cut_off.evidence[-1].at == at(NOW_S - 35 + 600)


def test_a_dead_link_explains_its_site_alone() -> None:
    scene = staged(silence("link/cfe", "area/uci", "service/ece"), services=RECORD)
    (cut_off,) = found(scene)
    assert cut_off.key == "link"
    assert "ece" in {part.component.id for part in cut_off.touched}


def test_each_dead_link_of_a_served_site_is_a_finding_of_its_own() -> None:
    three = [link("cfe"), link("lte"), link("sat")]
    scene = staged(silence("link/cfe", "link/lte"), links=three)
    assert [one.key for one in found(scene)] == ["link/cfe", "link/lte"]


def test_lost_mains_and_lost_redundancy_are_two_findings() -> None:
    scene = staged(says("ups", ON_BATTERY), silence("link/cfe"), **TWO_LINKS)
    assert [one.key for one in found(scene)] == ["power", "link/cfe"]


# What waits, and for how long.


def held(scene: Scene, now_s: float = NOW_S) -> dict[str, bool]:
    return {one.key: one.held for one in found(scene, now_s)}


def test_an_area_waits_for_a_link_in_doubt_but_not_for_long() -> None:
    scene = staged(silence("area/uci", since_s=NOW_S - 7), doubt("link/cfe"), **TWO_LINKS)
    assert held(scene) == {"area_network": True}
    assert held(scene, NOW_S + HOLD_S) == {"area_network": False}


def test_an_area_waits_longer_for_the_last_link_that_may_serve_it() -> None:
    scene = staged(silence("area/uci", since_s=NOW_S - 7), doubt("link/cfe"))
    assert held(scene, NOW_S + HOLD_S) == {"area_network": True}
    assert held(scene, NOW_S + LAST_LINK_S) == {"area_network": False}


def test_an_area_waits_for_a_sibling_in_doubt() -> None:
    scene = staged(
        silence("area/uci", since_s=NOW_S - 7), doubt("area/urgencias"), speak("link/cfe")
    )
    assert held(scene) == {"area_network": True}
    scene.speak("area/urgencias", since_s=NOW_S)
    assert held(scene) == {"area_network": False}


def test_an_area_waits_for_a_fresh_answer_of_its_link() -> None:
    scene = staged(silence("area/uci", since_s=NOW_S - 7))
    assert held(scene) == {"area_network": True}
    scene.speak("link/cfe", since_s=NOW_S - 6)
    assert held(scene) == {"area_network": False}


def test_what_lies_behind_a_link_has_time_to_return_after_it() -> None:
    scene = staged(
        silence("link/cfe", "area/uci", "service/ece"),
        speak("link/cfe", since_s=NOW_S - 8),
        services=RECORD,
    )
    assert held(scene) == {"area_network": True, "service/ece": True}
    scene.doubt("area/uci", "service/ece", since_s=NOW_S + 1)
    assert held(scene, NOW_S + HOLD_S) == {"area_network": False, "service/ece": False}


def test_a_power_loss_waits_for_a_link_in_doubt_but_not_for_long() -> None:
    scene = staged(says("ups", ON_BATTERY, NOW_S - 10), doubt("link/cfe"))
    assert held(scene) == {"power": True}
    assert held(scene, NOW_S + HOLD_S) == {"power": False}


def test_a_power_loss_waits_for_a_generator_that_may_still_start() -> None:
    scene = staged(says("ups", ON_BATTERY), says("planta", RESTING, NOW_S - 30), **UPS_AND_PLANT)
    assert held(scene) == {"power": True}
    assert held(scene, NOW_S + HOLD_S) == {"power": False}
    scene.says("planta", RUNNING, NOW_S - 5)
    assert held(scene) == {"power": False}


def test_a_unit_out_of_order_waits_as_long_as_a_microcut_may_last() -> None:
    scene = staged(says("ups", OFF, NOW_S - 9))
    assert held(scene) == {"power/ups": True}
    assert held(scene, NOW_S + 1) == {"power/ups": False}


def test_a_service_waits_for_a_link_in_doubt() -> None:
    scene = staged(silence("service/ece", since_s=NOW_S - 7), doubt("link/cfe"), services=RECORD)
    assert held(scene) == {"service/ece": True}


def test_a_dead_link_waits_for_its_backup_in_doubt() -> None:
    scene = staged(silence("link/cfe", since_s=NOW_S - 7), doubt("link/lte"), **TWO_LINKS)
    assert held(scene) == {"link/cfe": True}


def test_at_the_start_a_dead_link_waits_for_the_other_that_never_answered_yet() -> None:
    scene = staged(**TWO_LINKS)
    scene.view.standings["hg/link/lte"] = Standing.of(scene.of("link/lte").component)
    scene.silence("link/cfe", since_s=NOW_S - 7)
    scene.doubt("link/lte")
    assert held(scene) == {"link": True}
    assert held(scene, NOW_S + HOLD_S) == {"link": False}


def test_a_link_that_only_does_not_answer_ping_calls_nobody() -> None:
    scene = staged(silence("link/cfe#0"), speak("link/cfe#1"), links=[link("cfe", "icmp", "http")])
    (finding,) = found(scene)
    assert (finding.key, finding.cause) == ("filtered/cfe", Cause.ICMP_FILTERED)
    assert (finding.priority, finding.calls) == (Priority.P4, False)
    facts = {line.fact for line in finding.evidence}
    assert facts == {Fact.PING_SILENT, Fact.OTHER_PROBE_ANSWERS}


BACKED = {"links": [link("cfe"), {**link("lte"), "role": "backup"}]}


def test_a_backup_link_that_serves_the_site_is_named() -> None:
    scene = staged(silence("link/cfe"), **BACKED)
    (finding,) = found(scene)
    assert scene.view.backup == "lte"
    assert (Fact.ON_BACKUP, "lte") in {(line.fact, line.subject) for line in finding.evidence}
    scene.silence("link/lte", since_s=NOW_S - 9)
    assert scene.view.backup == ""


def test_a_dead_backup_puts_nobody_on_backup() -> None:
    scene = staged(silence("link/lte"), **BACKED)
    assert scene.view.backup == ""
    assert {finding.key for finding in found(scene)} == {"link/lte"}


def test_a_link_silent_with_a_dead_one_cuts_the_site_off_before_it_is_proven() -> None:
    scene = staged(silence("link/cfe", since_s=NOW_S - 8), **TWO_LINKS)
    lte = scene.of("link/lte")
    play(lte, SILENCE, NOW_S - 7, NOW_S - 6.9)
    assert not scene.view.is_cut_off  # two lost prove nothing
    play(lte, SILENCE, NOW_S - 6.8)
    assert lte.state is State.UP
    (finding,) = found(scene)
    assert (finding.key, finding.held) == ("link", False)
    assert {part.component.id for part in finding.touched} == {"cfe", "lte", *LIFE}


def test_a_link_that_fails_long_after_the_other_has_to_prove_it_itself() -> None:
    scene = staged(silence("link/cfe", since_s=NOW_S - 60), **TWO_LINKS)
    play(scene.of("link/lte"), ANSWER, NOW_S - 20)
    play(scene.of("link/lte"), SILENCE, NOW_S - 3, NOW_S - 2.9, NOW_S - 2.8)
    assert not scene.view.is_cut_off
    assert {finding.key for finding in found(scene)} == {"link/cfe"}


# However it heals, nothing is left.


@pytest.mark.parametrize("order", list(permutations(("power", "link", "area"))))
def test_everything_heals_in_any_order(order: tuple[str, ...]) -> None:
    scene = staged(
        says("ups", ON_BATTERY, NOW_S - 300),
        silence("link/cfe", "area/uci", "power/ups", since_s=NOW_S - 280),
    )
    assert [one.cause for one in found(scene)] == [Cause.POWER]
    heal: dict[str, Act] = {
        "power": says("ups", GOOD, NOW_S + 20),
        "link": speak("link/cfe", since_s=NOW_S + 20),
        "area": speak("area/uci", since_s=NOW_S + 20),
    }
    for part in order:
        heal[part](scene)
        assert len(found(scene, NOW_S + 50)) <= 1
    scene.says("ups", GOOD, NOW_S + 40)  # a second answer proves its telemetry back
    scene.says("ups", GOOD, NOW_S + 41)
    found(scene, NOW_S + 50)
    assert found(scene, NOW_S + 60) == []


def test_a_site_is_cut_off_since_its_last_link_died() -> None:
    scene = staged(
        silence("link/cfe", since_s=NOW_S - 50),
        says("ups", GOOD, NOW_S - 60),
        silence("link/lte", since_s=NOW_S - 30),
        **TWO_LINKS,
    )
    (cut_off,) = found(scene)
    assert cut_off.since == at(NOW_S - 30)
    assert cut_off.confidence is MEDIUM  # power has not been heard since that


def test_a_half_answering_link_in_doubt_stays_what_it_was_found_to_be() -> None:
    scene = staged(silence("link/cfe#1"), speak("link/cfe#0"), links=[link("cfe", "icmp", "http")])
    assert held(scene) == {"degraded/cfe": False}
    scene.doubt("link/cfe#0")
    assert held(scene) == {"degraded/cfe": False}


@pytest.mark.parametrize(
    ("path", "key"), [("area/uci", "area_network"), ("service/ece", "service/ece")]
)
def test_what_was_not_asked_since_its_link_is_back_is_not_told_of_yet(path: str, key: str) -> None:
    """After a mass outage the questions take their turn, and may take longer than the hold."""
    back_s = NOW_S + 10
    scene = staged(
        silence("link/cfe", path, since_s=NOW_S - 60), speak("link/cfe", since_s=back_s),
        services=RECORD,
    )  # fmt: skip
    later_s = back_s + 2 * HOLD_S
    assert held(scene, later_s) == {key: True}
    assert held(scene, back_s + UNASKED_S + 10) == {key: False}
    asked_before = Reading.failed(Reason.CONNECT_TIMEOUT, "", duration_s=5.0)
    play(scene.of(path), asked_before, back_s + 4)
    assert held(scene, later_s) == {key: True}
    scene.doubt(path, since_s=back_s + 5)
    assert held(scene, later_s) == {key: False}


def test_a_backup_that_flaps_does_not_hold_the_page_of_an_area_back() -> None:
    scene = staged(
        silence("link/lte", since_s=NOW_S - 30),
        silence("area/uci", since_s=NOW_S - 20),
        speak("link/cfe"),
        speak("link/lte", since_s=NOW_S - 6),
        **TWO_LINKS,
    )
    assert held(scene) == {"area_network": False}


def test_a_link_between_degraded_and_up_does_not_hold_the_page_of_an_area_back() -> None:
    scene = staged(
        silence("link/cfe#1"),
        speak("link/cfe#0", since_s=NOW_S - 20),
        silence("area/uci", since_s=NOW_S - 18),
        speak("link/cfe#1", since_s=NOW_S - 6),
        links=[link("cfe", "icmp", "http")],
    )
    assert held(scene) == {"area_network": False}


def test_services_behind_a_dead_link_keep_what_was_known_of_them() -> None:
    scene = staged(silence("link/cfe", "service/ece"), services=RECORD)
    (cut_off,) = found(scene)
    assert cut_off.keeps == ("service/ece",)


def test_a_service_that_answers_though_the_link_does_not_is_not_kept() -> None:
    (cut_off,) = found(staged(silence("link/cfe"), services=RECORD))
    assert cut_off.keeps == ()


def test_a_dead_unit_is_not_mended_by_a_loss_of_mains() -> None:
    scene = staged(says("ups", ON_BATTERY), says("planta", FAULT), **UPS_AND_PLANT)
    assert found(scene)[0].keeps == ("power/planta",)


def test_the_link_of_a_site_whose_mains_came_back_is_still_the_same_trouble() -> None:
    scene = staged(says("ups", ON_BATTERY, NOW_S - 60), silence("link/cfe"))
    (power,) = found(scene)
    scene.says("ups", GOOD, NOW_S + 10)
    (cut_off,) = found(scene, NOW_S + 20)
    assert (power.key, cut_off.key) == ("power", "link")
    assert "power" in cut_off.takes_over


def test_a_dead_unit_is_not_mended_by_a_dead_link_either() -> None:
    scene = staged(
        says("ups", ON_BATTERY), says("planta", FAULT), silence("link/cfe"), **UPS_AND_PLANT
    )
    assert found(scene)[0].keeps == ("power/planta",)


def test_a_ping_that_was_not_asked_since_the_link_answers_again_is_not_called_filtered() -> None:
    scene = staged(silence("link/cfe#0"), speak("link/cfe#1"), links=[link("cfe", "icmp", "http")])
    standing = scene.of("link/cfe")
    standing.changed_s = standing.last_failure_asked_s + 1.0
    assert held(scene) == {"filtered/cfe": True}


def test_a_generator_that_stops_waits_for_word_of_the_mains_but_not_for_long() -> None:
    scene = staged(
        says("ups", ON_BATTERY),
        says("planta", RUNNING, NOW_S - 30),
        says("planta", RESTING, NOW_S - 3),
        **UPS_AND_PLANT,
    )
    assert held(scene) == {"power": True}  # perhaps it stops because mains are back
    assert held(scene, NOW_S + HOLD_S) == {"power": False}
    scene.says("ups", ON_BATTERY, NOW_S - 1)  # they are not
    assert held(scene) == {"power": False}
