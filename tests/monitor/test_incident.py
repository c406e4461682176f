"""The life of one incident, and how often people are called for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.diagnosis.finding import Finding
from monitor.events import Evidence
from monitor.incident import Incident, site_facts
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Fact, Phase, Priority
from tests.clock import START
from tests.monitor.story import fleet, hospital

SITE = hospital(municipality="Ensenada", phone="646 123 4567")
PARTS = {key: Standing.of(part) for key, part in fleet(SITE).components.items()}
LATER = START + timedelta(minutes=5)


def part(name: str) -> Standing:
    return PARTS[f"hg/{name}"]


def charge(ratio: float, at_s: float = 0.0) -> Evidence:
    at = START + timedelta(seconds=at_s)
    return Evidence(at=at, fact=Fact.CHARGE, subject="ups", figures={"charge_ratio": ratio})


BASE = Finding(
    key="area_network",
    cause=Cause.AREA_NETWORK,
    confidence=Confidence.MEDIUM,
    priority=Priority.P2,
    root=part("area/uci"),
    touched=(part("area/uci"),),
    since=START - timedelta(seconds=4),
)


@pytest.fixture
def incident() -> Incident:
    return Incident.opened("20261121-0001", BASE, SITE, "noc", START)


def test_opening_calls_people_once_and_says_where(incident: Incident) -> None:
    event = incident.event
    assert (event.phase, event.revision, event.pages) == (Phase.OPENED, 1, 1)
    assert event.opened_at == START - timedelta(seconds=4)
    assert (event.site.clues, event.site.state) == ("BCIMB000010", "BC")
    assert (event.site.municipality, event.site.phone) == ("Ensenada", "646 123 4567")


def test_an_incident_never_begins_after_it_is_told() -> None:
    early = replace(BASE, since=START + timedelta(seconds=30))  # a device whose clock runs ahead
    assert Incident.opened("1", early, SITE, "noc", START).event.opened_at == START


def test_the_monitor_itself_has_a_name_and_no_site() -> None:
    assert (site_facts(None).id, site_facts(None).name) == ("", "Guardia")


def test_the_same_finding_again_is_no_news(incident: Incident) -> None:
    assert incident.update(BASE, LATER) is None
    assert incident.event.revision == 1


def test_a_higher_priority_calls_again_a_lower_one_does_not(incident: Incident) -> None:
    worse = incident.update(replace(BASE, priority=Priority.P1), LATER)
    assert worse is not None
    assert (worse.phase, worse.revision, worse.pages) == (Phase.UPDATED, 2, 2)
    better = incident.update(replace(BASE, priority=Priority.P3), LATER)
    assert better is not None
    assert (better.priority, better.pages) == (Priority.P3, 2)
    again = incident.update(replace(BASE, priority=Priority.P1), LATER)
    assert again is not None
    assert again.pages == 2  # they were called with P1 before


def test_a_further_life_area_calls_again_and_its_return_does_not(incident: Incident) -> None:
    both = replace(BASE, touched=(part("area/uci"), part("area/quirofano")))
    assert [event.pages for event in (incident.update(both, LATER),) if event] == [2]
    assert [event.pages for event in (incident.update(BASE, LATER),) if event] == [2]
    assert [event.pages for event in (incident.update(both, LATER),) if event] == [2]


@pytest.mark.parametrize(
    "change",
    [
        {"cause": Cause.POWER},
        {"confidence": Confidence.HIGH},
        {"root": part("link/cfe")},
        {"touched": (part("area/uci"), part("link/cfe"))},
        {"evidence": (Evidence(at=START, fact=Fact.AREA_SILENT, subject="uci"),)},
    ],
    ids=",".join,
)
def test_a_better_explanation_is_news_and_calls_nobody(
    incident: Incident, change: dict[str, object]
) -> None:
    event = incident.update(replace(BASE, **change), LATER)  # type: ignore[arg-type]
    assert event is not None
    assert (event.revision, event.pages) == (2, 1)


def test_a_battery_is_news_by_tens_of_percent(incident: Incident) -> None:
    assert incident.update(replace(BASE, evidence=(charge(0.89),)), LATER) is not None
    assert incident.update(replace(BASE, evidence=(charge(0.81, 60),)), LATER) is None
    assert incident.update(replace(BASE, evidence=(charge(0.79, 120),)), LATER) is not None


def test_it_ends_under_the_highest_priority_that_people_were_called_with(
    incident: Incident,
) -> None:
    incident.update(replace(BASE, priority=Priority.P1), LATER)
    incident.update(replace(BASE, priority=Priority.P3), LATER)
    closed = incident.close(LATER)
    assert (closed.phase, closed.priority, closed.closed_at) == (Phase.CLOSED, Priority.P1, LATER)
    assert closed.opened_at == START - timedelta(seconds=4)
    assert closed.pages == 2
