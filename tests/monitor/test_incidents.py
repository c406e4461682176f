"""Findings come in, incidents open, change, merge and close."""

import itertools
from collections.abc import Iterable
from datetime import datetime

from config.site import Site
from monitor.diagnosis.finding import Finding
from monitor.events import IncidentEvent
from monitor.incidents import Incidents
from monitor.standing import Standing
from monitor.vocabulary import Cause, Confidence, Phase, Priority, State
from tests.clock import START
from tests.monitor.story import fleet, hospital

SITE: Site = hospital()
PARTS = {key: Standing.of(part) for key, part in fleet(SITE).components.items()}


def finding(key: str, *names: str, **more: object) -> Finding:
    """A finding about the link, or about the parts named."""
    parts = tuple(PARTS[f"hg/{name}"] for name in names or ("link/cfe",))
    given: dict[str, object] = {
        "cause": Cause.LINK,
        "confidence": Confidence.HIGH,
        "priority": Priority.P2,
        "root": parts[0],
        "touched": parts,
        "since": START,
    }
    return Finding(key=key, **(given | more))  # type: ignore[arg-type]


class Desk:
    """Where findings about one site arrive, minute by minute."""

    def __init__(self) -> None:
        count = itertools.count(1)
        self.incidents = Incidents("noc", lambda at: f"{at:%Y%m%d}-{next(count):04d}")
        self.told: list[IncidentEvent] = []

    def hears(self, *findings: Finding, at: datetime = START) -> list[tuple[str, Phase]]:
        events = self.incidents.fold("hg", SITE, findings, at)
        self.told += events
        return [(event.id[-1], event.phase) for event in events]

    def open(self) -> dict[str, str]:
        return {incident.key: incident.event.id[-1] for incident in self.incidents.open()}


def desk(*findings: Finding) -> Desk:
    one = Desk()
    one.hears(*findings)
    return one


def test_a_finding_opens_an_incident_and_its_absence_closes_it() -> None:
    one = Desk()
    assert one.hears(finding("link")) == [("1", Phase.OPENED)]
    assert one.hears(finding("link")) == []
    assert one.hears() == [("1", Phase.CLOSED)]
    assert one.open() == {}
    assert one.incidents.by_site == {}


def test_a_held_finding_opens_nothing_and_keeps_what_is_open_untouched() -> None:
    one = Desk()
    assert one.hears(finding("link", held=True)) == []
    one.hears(finding("link"))
    assert one.hears(finding("link", held=True, priority=Priority.P1)) == []
    assert one.open() == {"link": "1"}
    assert one.hears() == [("1", Phase.CLOSED)]


def test_a_better_explanation_goes_on_with_the_same_incident() -> None:
    one = desk(finding("link"))
    power = finding("power", cause=Cause.POWER, takes_over=("link", "area_network"))
    assert one.hears(power) == [("1", Phase.UPDATED)]
    assert one.open() == {"power": "1"}
    assert one.told[-1].pages == 1


def test_its_own_incident_comes_before_one_to_take_over() -> None:
    one = desk(finding("power"), finding("link"))
    power = finding("power", takes_over=("link",))
    assert one.hears(power) == [("2", Phase.CLOSED)]
    assert one.open() == {"power": "1"}


def test_what_another_finding_still_speaks_for_is_not_taken_over() -> None:
    one = desk(finding("link/cfe"))
    cut_off = finding("link", takes_over=("link/cfe",))
    assert one.hears(cut_off, finding("link/cfe")) == [("2", Phase.OPENED)]


def test_whatever_the_order_findings_find_the_same_incidents() -> None:
    for order in itertools.permutations(range(3)):
        one = desk(finding("link/cfe"), finding("service/ece"))
        three = (
            finding("power", takes_over=("link", "link/cfe")),
            finding("service/ece"),
            finding("power/ups"),
        )
        one.hears(*(three[place] for place in order))
        assert one.open() == {"power": "1", "service/ece": "2", "power/ups": "3"}


def test_a_held_finding_may_keep_what_it_would_take_over() -> None:
    one = desk(finding("link"))
    assert one.hears(finding("power", held=True, takes_over=("link",))) == []
    assert one.open() == {"link": "1"}
    assert one.hears(finding("link")) == []
    assert one.open() == {"link": "1"}


def test_sites_do_not_touch_each_other() -> None:
    one = desk(finding("link"))
    assert one.incidents.fold("other", None, (), START) == []
    assert one.incidents.close_site("other", START) == []
    assert one.open() == {"link": "1"}


def test_a_retired_site_closes_all_it_had_once() -> None:
    one = desk(finding("link"), finding("service/ece"))
    assert [event.phase for event in one.incidents.close_site("hg", START)] == [Phase.CLOSED] * 2
    assert one.incidents.close_site("hg", START) == []


def test_an_incident_of_an_earlier_life_goes_on_under_its_number() -> None:
    before, after = desk(finding("link")), Desk()
    for incident in before.incidents.open():
        after.incidents.adopt(incident)
    assert after.hears(finding("link")) == []
    assert after.hears() == [("1", Phase.CLOSED)]


def ids(events: Iterable[IncidentEvent]) -> list[str]:
    return [event.id for event in events]


def test_every_new_incident_has_a_new_number() -> None:
    one = Desk()
    for _ in range(5):
        one.hears(finding("link"))
        one.hears()
    opened = [event for event in one.told if event.phase is Phase.OPENED]
    assert len(set(ids(opened))) == 5
    assert PARTS["hg/link/cfe"].state is State.UNKNOWN  # nothing here changes what is known


def test_what_cannot_be_seen_behind_a_finding_stays_open() -> None:
    one = desk(finding("service/ece"), finding("service/web"))
    cut_off = finding("link", keeps=("service/ece",))
    assert one.hears(cut_off) == [("3", Phase.OPENED), ("2", Phase.CLOSED)]
    assert one.hears(finding("service/ece")) == [("3", Phase.CLOSED)]
    assert one.open() == {"service/ece": "1"}
