"""Every kind of right and of wrong verdict, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.commands.verdicts import Trouble, compare, troubles
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Phase
from tests.clock import START
from tests.monitor.sample import incident_event

UNTIL = START + timedelta(seconds=300)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def record(
    at_s: float, component: str, what: str, cause: str = "", site: str = "hg"
) -> dict[str, Any]:
    told = {"at": at(at_s).isoformat(), "site": site, "component": component, "what": what}
    return told | ({"cause": cause} if cause else {})


def real(cause: Cause, from_s: float, to_s: float | None, length_s: float | None = None) -> Trouble:
    whole_s = (300 if to_s is None else to_s) - from_s
    ended_at = None if to_s is None else at(to_s)
    return Trouble("hg", cause, at(from_s), ended_at, whole_s if length_s is None else length_s)


def said(cause: Cause, from_s: float, to_s: float | None = None, **more: object) -> IncidentEvent:
    over = {} if to_s is None else {"closed_at": at(to_s), "phase": Phase.CLOSED}
    return incident_event(cause=cause, opened_at=at(from_s), **over, **more)


LINK, POWER, UNSTARTED = Cause.LINK, Cause.POWER, Cause.GENERATOR_FAILED_TO_START
LEAK = Cause.ISOLATION_FAULT


@pytest.mark.parametrize(
    ("trouble", "incidents", "right", "words"),
    [
        (real(LINK, 10, 55), [said(LINK, 12, 57)], True, "told, closed 2 s after the repair"),
        (real(LINK, 10, None), [said(LINK, 12)], True, "told, still open"),
        (real(POWER, 10, 90), [said(POWER, 10, 114)], True, "closed 24 s after the repair"),
        (real(POWER, 10, 90), [said(UNSTARTED, 10, 114)], True, "closed 24 s after the repair"),
        (real(POWER, 10, 90), [said(LEAK, 10, 114)], False, "told as isolation_fault"),
        (real(LEAK, 10, 90), [said(LEAK, 10, 112)], True, "closed 22 s after the repair"),
        (real(LINK, 10, 90), [said(UNSTARTED, 10, 92)], False, "told as generator_failed"),
        (real(POWER, 3, 6), [], True, "rightly silent"),
        (real(LINK, 10, 100, length_s=5), [], True, "link for 5 s: rightly silent"),
        (real(LINK, 10, 22), [], True, "too short"),
        (real(LINK, 3, 6), [said(LINK, 4, 8)], False, "paged for a trifle"),
        (real(LINK, 10, 55), [], False, "missed"),
        (real(LINK, 10, 55), [said(LINK, 12, 30), said(LINK, 40, 57)], False, "told 2 times"),
        (real(POWER, 10, 90), [said(LINK, 12, 92)], False, "told as link"),
        (real(LINK, 30, 90), [said(LINK, 10, 92)], False, "with the wrong beginning"),
        (real(LINK, 10, 55), [said(LINK, 40, 57)], False, "with the wrong beginning"),
        (real(LINK, 10, 55), [said(LINK, 12)], False, "told, and never closed"),
        (real(LINK, 10, 55), [said(LINK, 12, 72)], False, "closed +17 s off"),
        (real(LINK, 10, 55), [said(LINK, 12, 45)], False, "closed -10 s off"),
        (real(LINK, 10, None), [said(LINK, 12, 45)], False, "told, still open"),
    ],
)  # fmt: skip
def test_a_trouble_is_told_rightly_or_not(
    trouble: Trouble, incidents: list[IncidentEvent], right: bool, words: str
) -> None:
    numbered = [i.model_copy(update={"id": f"INC-{n}"}) for n, i in enumerate(incidents)]
    [verdict] = compare([trouble], numbered, UNTIL)
    assert verdict.right is right
    assert words in verdict.text


def test_an_incident_without_a_trouble_is_wrong() -> None:
    [verdict] = compare([], [said(LINK, 12, 40)], UNTIL)
    assert (verdict.right, verdict.site) == (False, "hg")
    assert verdict.text == "told link where nothing was wrong"
    early, late = compare([real(LINK, 200, 250)], [said(LINK, 12, 40)], UNTIL)
    assert (early.right, late.right) == (False, False)


def test_nothing_at_all_is_no_verdict() -> None:
    assert compare([], [], UNTIL) == []


def test_a_cut_link_is_one_trouble_however_often_it_was_cut() -> None:
    turns = [(10, "down"), (15, "up"), (20, "down"), (25, "up")]
    [trouble] = troubles((record(s, "site", what, "link") for s, what in turns), UNTIL)
    assert trouble == Trouble("hg", LINK, at(10), at(25), 5.0)


def test_power_lasts_until_the_links_that_starved_are_back() -> None:
    lines = [
        record(20, "mains", "mains_lost"),
        record(80, "site", "down", "power"),
        record(100, "mains", "mains_back"),
        record(104, "site", "up", "power"),
    ]
    assert troubles(lines, UNTIL) == [Trouble("hg", POWER, at(20), at(104), 80.0)]
    [ongoing] = troubles(lines[:2], UNTIL)
    assert (ongoing.ended_at, ongoing.length_s) == (None, 280.0)


def test_areas_fail_by_themselves_only_if_neither_link_nor_power_did() -> None:
    own = [record(10, f"area/{a}", "down", "area_network") for a in ("uci", "urgencias")]
    back = [record(40 + n, f"area/{a}", "up") for n, a in enumerate(("uci", "urgencias"))]
    [trouble] = troubles([*own, *back], UNTIL)
    assert trouble == Trouble("hg", Cause.AREA_NETWORK, at(10), at(41), 31.0)
    assert troubles([record(10, "area/uci", "down", "power")], UNTIL) == []


def test_each_insulation_alarm_is_a_trouble() -> None:
    lines = [
        record(10, "power/panel-1", "isolation_alarm"),
        record(40, "power/panel-1", "isolation_normal"),
        record(50, "power/panel-2", "isolation_alarm"),
    ]
    assert troubles(lines, UNTIL) == [
        Trouble("hg", LEAK, at(10), at(40), 30.0), Trouble("hg", LEAK, at(50), None, 250.0),
    ]  # fmt: skip


def test_every_site_has_its_own_troubles() -> None:
    lines = [
        record(0, "timeline", "started", site=""),
        record(10, "site", "down", "link", site="a"),
        record(12, "site", "down", "link", site="b"),
    ]
    assert [trouble.site for trouble in troubles(lines, UNTIL)] == ["a", "b"]
