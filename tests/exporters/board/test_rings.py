"""The last day of each link: what is measured, what is not held against it, what it costs."""

import sys
from datetime import timedelta

from aiohttp.test_utils import TestClient, TestServer

from exporters.board.rings import SLOT_S, SLOTS, Ring, Rings, Slot
from exporters.board.spark import spark_of
from monitor.ports import ProbeRun
from monitor.vocabulary import Cause
from probes.echo_figures import EchoFigures
from probes.reading import Reading, Reason
from tests.exporters.board.served import Served, text_of
from tests.exporters.incident import closed, opened
from tests.exporters.watched import AT, echo, fleet, ran

LINK = "cs-maneadero/link/cfe"
AT_S = AT.timestamp()


def answered(rtt_s: float = 0.02) -> Reading:
    return Reading(True, rtt_s, echo=echo(1, 1, rtt_s))


LOST = Reading(False, 1.0, Reason.NO_REPLY, echo=EchoFigures(1))


def ring(*readings: Reading, apart_s: float = 30.0) -> Ring:
    told = Ring("probe", "icmp")
    for place, reading in enumerate(readings):
        told.observe(reading, AT_S + place * apart_s, 30.0)
    return told


def last(told: Ring, slots_later: int = 0) -> list[Slot]:
    return list(told.slots(AT_S + slots_later * SLOT_S))


def pinged(at_s: float = 0.0, reason: Reason | None = None) -> ProbeRun:
    run = ran(LINK, "icmp", reason, echo=echo(1, 0 if reason else 1))
    return run._replace(at=AT + timedelta(seconds=at_s))


def test_a_slot_is_the_mean_of_its_answers_and_the_share_that_was_lost() -> None:
    told = ring(answered(0.010), LOST, answered(0.030), answered(0.020))
    assert last(told)[-1] == Slot(0.020, 0.25)
    assert last(told)[:-1] == [Slot(None, None)] * (SLOTS - 1)


def test_slots_move_on_and_what_nobody_measured_stays_empty() -> None:
    told = ring(answered(0.010))
    told.observe(LOST, AT_S + 3 * SLOT_S, 30.0)
    assert last(told, 3)[-4:] == [
        Slot(0.010, 0.0),
        Slot(None, None),
        Slot(None, None),
        Slot(None, 1),
    ]


def test_after_a_day_nothing_of_before_is_left() -> None:
    told = ring(answered(0.010))
    assert set(last(told, SLOTS)) == {Slot(None, None)}
    told.observe(answered(0.020), AT_S + SLOTS * SLOT_S, 30.0)
    assert [slot for slot in last(told, SLOTS) if slot.took_s] == [Slot(0.020, 0.0)]


def test_the_oldest_slot_is_written_over_by_the_newest() -> None:
    told = Ring("probe", "icmp")
    for place in range(SLOTS + 5):
        told.observe(answered(0.001 * (place + 1)), AT_S + place * SLOT_S, 30.0)
    found = [slot.took_s for slot in last(told, SLOTS + 4)]
    assert found[0] == 0.006
    assert found == sorted(filter(None, found))


def test_a_little_loss_is_never_rounded_to_none() -> None:
    told = Ring("probe", "icmp")
    told.observe(Reading(True, 0.1, echo=EchoFigures(1000, (20_000_000,) * 999)), AT_S, 30.0)
    told.observe(answered(), AT_S + SLOT_S, 30.0)
    assert last(told, 1)[-2].loss_ratio == 0.005


def test_runs_that_doubt_hastens_do_not_count() -> None:
    told = ring(answered(), LOST, LOST, LOST, apart_s=1.0)
    assert last(told)[-1].loss_ratio == 0


def test_our_own_failures_are_not_held_against_a_link() -> None:
    told = ring(answered(), Reading.failed(Reason.SEND_FAILED, "no buffer"))
    assert last(told)[-1] == Slot(0.02, 0.0)


def test_while_we_are_blind_no_run_says_anything() -> None:
    served = Served()
    blind = opened("B", cause=Cause.MONITOR_BLIND)
    served.board.observe(pinged())
    served.board.offer(blind)
    served.board.observe(pinged(30, Reason.NO_REPLY))
    served.board.offer(closed(blind))
    served.board.observe(pinged(60))
    told = served.board.rings.of(LINK)
    assert told is not None
    assert last(told)[-1].loss_ratio == 0


def test_the_first_ping_of_a_link_speaks_for_it_and_no_other_probe() -> None:
    watched, rings = fleet(), Rings()
    component = watched.components[LINK]
    for probe in reversed(component.probes):
        run = ran(LINK, "http")._replace(component=component, probe=probe)
        rings.observe(run)
    told = rings.of(LINK)
    assert told is not None
    assert (told.probe, told.kind) == (f"{LINK}#icmp", "icmp")


def test_what_leaves_the_list_is_forgotten() -> None:
    rings = Rings()
    rings.observe(pinged())
    rings.reload(fleet())
    assert len(rings) == 1
    rings.reload(fleet({"id": "other", "name": "Otra"}))
    assert len(rings) == 0


def test_a_link_costs_little_more_than_a_kilobyte() -> None:
    told = ring(answered())
    parts = [getattr(told, name) for name in Ring.__slots__]
    own = sys.getsizeof(told) + sum(sys.getsizeof(part) for part in parts if part is not told.probe)
    assert own < 1600


def test_a_sparkline_breaks_where_nothing_answered() -> None:
    told = ring(answered(0.010))
    told.observe(LOST, AT_S + SLOT_S, 30.0)
    told.observe(answered(0.020), AT_S + 2 * SLOT_S, 30.0)
    drawn = spark_of("cfe", told, AT_S + 2 * SLOT_S)
    assert drawn is not None
    assert [path.count("M") for path in drawn.paths] == [1, 1]
    assert [(loss.x, loss.height) for loss in drawn.losses] == [(SLOTS - 2, 40)]
    assert (drawn.least_s, drawn.most_s, drawn.now_s) == (0.010, 0.020, 0.020)


async def test_the_page_of_a_site_shows_them_in_words_too() -> None:
    served = Served()
    for place in (3, 2, 1, 0):
        served.board.observe(pinged(-30.0 * place, Reason.NO_REPLY if place == 1 else None))
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/sites/cs-maneadero?lang=en")
    assert "Since the start: answers in 20 ms–20 ms, now 20 ms · mean loss" in text
    assert 'class="spark"' in text


async def test_after_a_start_the_page_says_since_when_it_draws_and_shades_what_was_before() -> None:
    served = Served()
    served.board.observe(pinged(-3600.0))
    served.board.observe(pinged())
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/sites/cs-maneadero?lang=en")
        spanish = await text_of(web, "/sites/cs-maneadero?lang=es")
    an_hour_ago = (AT - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert f'drawn since <time datetime="{an_hour_ago}"' in text
    assert f'<rect class="before" x="0" y="0" width="{SLOTS - 1 - 3600 // SLOT_S}"' in text
    assert "se dibuja desde <time" in spanish


async def test_a_day_after_the_start_all_of_the_day_is_drawn() -> None:
    served = Served()
    served.board.observe(pinged(-SLOTS * SLOT_S))
    served.board.observe(pinged())
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/sites/cs-maneadero?lang=en")
    assert "drawn since" not in text
    assert 'class="before"' not in text
    assert "Last 24 h: answers in" in text


def test_a_reload_does_not_make_it_younger_and_an_empty_board_has_no_beginning() -> None:
    rings = Rings()
    assert rings.began(AT) is None
    rings.observe(pinged())
    rings.reload(fleet({"id": "other", "name": "Otra"}))
    rings.reload(fleet())
    rings.observe(pinged(600))
    assert rings.began(AT + timedelta(seconds=600)) == AT
