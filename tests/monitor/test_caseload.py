"""How often a site is looked at: at once where it presses, once for what falls silent together."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from monitor.caseload import AGAIN_S, Caseload
from monitor.events import AnyEvent, IncidentEvent
from monitor.site_view import SiteView
from monitor.watch import Watch
from probes.echo_figures import EchoFigures
from probes.reading import Reading, Reason
from tests.clock import START
from tests.monitor.test_calm import watch

BEGAN_S, TURN_S, PART_S = 1000.0, 1.0, 0.01
ANSWER = Reading(True, 0.02, echo=EchoFigures(1, (20_000_000,)))
SILENCE = Reading(False, 1.0, Reason.NO_REPLY, echo=EchoFigures(1))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the diagnoses of each site."""
    made: Counter[str] = Counter()
    look = Caseload.look

    def counted(held: Caseload, view: SiteView, at_s: float, at: datetime) -> list[AnyEvent]:
        made[view.site.id] += 1
        return look(held, view, at_s, at)

    monkeypatch.setattr(Caseload, "look", counted)
    return made


def turn(held: Watch, number: int, reading: Reading) -> list[AnyEvent]:
    """Have every part of the hospital say the same within a few hundredths of a second; tick."""
    told: list[AnyEvent] = []
    for place, (key, probe) in enumerate(held.probes().items()):
        passed_s = number * TURN_S + place * PART_S
        at_s, at = BEGAN_S + passed_s, START + timedelta(seconds=passed_s)
        said = reading if key.startswith("hg/") else ANSWER
        told += held.observe(probe, said, at_s, at).events
    ticked_s = (number + 1) * TURN_S - PART_S
    told += held.tick(BEGAN_S + ticked_s, START + timedelta(seconds=ticked_s))
    return told


def outage(held: Watch) -> list[IncidentEvent]:
    """Return what is told of an outage of the whole hospital."""
    for number in range(5):
        turn(held, number, ANSWER)
    told = [event for number in range(5, 25) for event in turn(held, number, SILENCE)]
    return [event for event in told if isinstance(event, IncidentEvent)]


def test_what_falls_silent_together_is_told_alike_by_fewer_looks(
    looks: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = outage(watch())
    few = looks.pop("hg")
    monkeypatch.setattr("monitor.caseload.AGAIN_S", 0.0)
    monkeypatch.setattr("monitor.caseload.CUT_OFF_AGAIN_S", 0.0)
    told_part_by_part = outage(watch())
    assert few < looks["hg"] / 2
    last, last_part_by_part = told[-1], told_part_by_part[-1]
    assert last.root.key == "hg/link/cfe"
    assert (last.cause, last.priority, last.opened_at, last.pages) == (
        last_part_by_part.cause, last_part_by_part.priority,
        last_part_by_part.opened_at, last_part_by_part.pages,
    )  # fmt: skip
    assert {part.key for part in last.touched} == {part.key for part in last_part_by_part.touched}


def test_a_change_that_does_not_press_waits_for_the_next_turn(looks: Counter[str]) -> None:
    held = watch()
    view = held.views["hg"]
    held.caseload.hear_of(view, BEGAN_S, START, presses=False)
    held.caseload.hear_of(view, BEGAN_S + AGAIN_S / 2, START, presses=False)
    held.caseload.take_turn(BEGAN_S + AGAIN_S * 0.9, START)
    assert looks["hg"] == 1
    held.caseload.hear_of(view, BEGAN_S + AGAIN_S * 0.9, START, presses=True)
    assert looks["hg"] == 2
    held.caseload.hear_of(view, BEGAN_S + AGAIN_S, START, presses=False)
    held.caseload.take_turn(BEGAN_S + AGAIN_S * 2, START)
    assert looks["hg"] == 3
    held.caseload.take_turn(BEGAN_S + AGAIN_S * 4, START)
    assert looks["hg"] == 3
