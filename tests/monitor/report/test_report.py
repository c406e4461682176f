"""What a report says of a period whose story is known."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.report.blame import Share
from monitor.report.group import Part
from monitor.report.question import Question
from monitor.report.report import FLAPS, Report, report
from monitor.report.tables import TABLES, as_csv, as_json
from monitor.report.tally import Lot
from monitor.report.timeline import Step
from tests.monitor.report.sample import (
    BEGINS,
    ENDS,
    FIRST,
    HOUR,
    MINUTE,
    QUESTION,
    clinic,
    fleet,
    incident,
    record,
    steps,
)

UP = (-100.0, "up")
AN_HOUR_DOWN = (UP, (600.0, "down"), (660.0, "up"))


def told(*changes: tuple[float, str], question: Question = QUESTION, **more: object) -> Report:
    return report(fleet(clinic()), record({"cs": steps(*changes)}, **more), question)


def test_an_hour_without_service_in_two_days() -> None:
    whole = told(*AN_HOUR_DOWN).whole.parts[Part.SITE]
    assert (whole.total.down_ms, whole.total.up_ms) == (HOUR, 47 * HOUR)
    assert whole.total.availability == 47 / 48
    assert (whole.total.mttr_ms, whole.total.mtbf_ms) == (HOUR, 47 * HOUR)


def test_each_outage_names_its_changes_and_its_incident() -> None:
    link = incident("20261104-160000", "link", 600, 660)
    (outage,) = told(*AN_HOUR_DOWN, incidents=(link,)).outages
    assert (outage.began, outage.ended) == (2, 3)
    assert (outage.began_ms, outage.ended_ms) == (BEGINS + 10 * HOUR, BEGINS + 11 * HOUR)
    assert (outage.blame.incident, outage.blame.share) == ("20261104-160000", Share.CFE_INTERNET)


def test_one_outage_does_not_begin_before_the_last_is_over_whatever_a_slow_clock_says() -> None:
    one, two = told(UP, (600, "down"), (660, "up"), (630, "down"), (700, "up")).outages
    assert (one.ended_ms, two.began_ms) == (BEGINS + 11 * HOUR, BEGINS + 11 * HOUR)
    assert (one.down_ms, two.down_ms) == (HOUR, 40 * MINUTE)


def test_opening_hours_count_on_their_own() -> None:
    held = fleet(clinic(hours="weekdays"))
    made = report(held, record({"cs": steps(UP, (420, "down"), (540, "up"))}), QUESTION)
    opened = made.whole.parts[Part.SITE].opened  # 07:00 to 09:00, of which the second is open
    assert opened.down_ms == HOUR
    assert opened.counted_ms == 24 * HOUR
    assert made.outages[0].open_ms == HOUR


def test_an_outage_that_began_before_and_lasts_counts_for_the_period_alone() -> None:
    made = told((-100, "down"))
    (outage,) = made.outages
    assert (outage.began_ms, outage.ended_ms) == (BEGINS - 100 * MINUTE, None)
    assert outage.down_ms == ENDS - BEGINS
    assert made.whole.parts[Part.SITE].total.availability == 0.0


def test_while_the_daemon_was_stopped_nothing_is_known() -> None:
    lives = ((BEGINS - HOUR, BEGINS + 10 * HOUR + 30 * MINUTE), (BEGINS + 20 * HOUR, ENDS))
    made = told(UP, (600, "down"), (1205, "up"), lives=lives)  # down before, up soon after
    tally = made.whole.parts[Part.SITE].total
    assert tally.ms[Lot.STOPPED] == 9 * HOUR + 30 * MINUTE
    assert tally.down_ms == 35 * MINUTE
    assert tally.failures == 1


def test_while_the_daemon_was_blind_nothing_counts() -> None:
    monitor = steps((-100, "up"), (600, "unknown"), (630, "up"), number=100)
    held = record({"monitor": monitor, "cs": steps(*AN_HOUR_DOWN)})
    made = report(fleet(clinic()), held, QUESTION)
    tally = made.whole.parts[Part.SITE].total
    assert (tally.ms[Lot.BLIND], tally.down_ms) == (30 * MINUTE, 30 * MINUTE)


def test_an_outage_that_maintenance_covers_is_shown_and_does_not_count() -> None:
    monitor = steps((-100, "up"), (590, "unknown"), (670, "up"), number=100)
    held = record({"monitor": monitor, "cs": steps(*AN_HOUR_DOWN)})
    made = report(fleet(clinic()), held, QUESTION)
    assert [outage.down_ms for outage in made.outages] == [0]
    assert made.whole.parts[Part.SITE].total.failures == 0
    assert made.whole.parts[Part.SITE].total.mttr_ms is None


def test_the_journal_ends_before_the_period_does() -> None:
    made = told(UP, lives=((BEGINS - HOUR, BEGINS + HOUR),))
    assert not made.is_over
    assert made.whole.parts[Part.SITE].total.ms[Lot.STOPPED] == 47 * HOUR
    assert told(UP).is_over


def test_time_without_service_falls_to_days_and_shares() -> None:
    power = incident("1", "power", 1380, 1500)
    made = told(UP, (1380, "down"), (1500, "up"), incidents=(power,))  # 23:00 to 01:00
    assert [day[Share.CFE_POWER] for day in made.days] == [HOUR, HOUR]
    assert made.whole.shares_ms[Share.CFE_POWER] == 2 * HOUR
    assert made.groups[0].key == "Ensenada"
    assert made.groups[0].shares_ms == made.whole.shares_ms


def test_links_that_flap_and_sites_that_were_worst() -> None:
    swings: list[tuple[float, str]] = []
    for place in range(FLAPS):
        swings += [(100.0 + 10 * place, "down"), (105.0 + 10 * place, "up")]
    held = record({"cs/link/cfe": steps(UP, *swings), "cs": steps(*AN_HOUR_DOWN), "b": steps(UP)})
    made = report(fleet(clinic(), clinic("b")), held, QUESTION)
    assert [row.component.key for row in made.flapping_links(5)] == ["cs/link/cfe"]
    assert [row.component.key for row in made.worst_sites(5)] == ["cs"]
    assert made.providers[0].parts[Part.LINK].total.failures == FLAPS


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({}, ["Ensenada"]),
        ({"state": "BC"}, ["Ensenada"]),
        ({"municipality": "Ensenada"}, ["b", "cs"]),
    ],
)
def test_groups_are_of_the_level_below(asked: dict[str, str], keys: list[str]) -> None:
    question = Question(FIRST, FIRST, **asked)
    made = report(fleet(clinic(), clinic("b")), record({}), question)
    assert [group.key for group in made.groups] == keys


def test_a_country_is_told_by_its_states() -> None:
    made = report(fleet(clinic(), clinic("b", state="OC")), record({}), QUESTION)
    assert (made.level, [group.key for group in made.groups]) == ("state", ["BC", "OC"])


def test_a_provider_is_asked_about_its_own_links() -> None:
    links = [
        {"id": "cfe", "provider": "CFE Internet", "probes": [{"kind": "icmp", "target": "h"}]},
        {"id": "lte", "provider": "Telcel", "probes": [{"kind": "icmp", "target": "i"}]},
    ]
    made = report(fleet(clinic(links=links)), record({}), Question(FIRST, FIRST, provider="Telcel"))
    assert [row.component.key for row in made.rows] == ["cs", "cs/link/lte"]


def test_what_the_list_lacks_is_counted_as_strange() -> None:
    held = record(
        {"gone/link/cfe": steps(UP), "left": steps((-10, "gone")), "monitor/anchor-1": steps(UP)}
    )
    assert report(fleet(clinic()), held, QUESTION).strangers == 1


CHANGES = st.lists(
    st.tuples(
        st.integers(-600, 3200).map(float),
        st.sampled_from(["up", "degraded", "down", "unknown", "gone"]),
    ),
    max_size=15,
)
LIVES = st.lists(st.tuples(st.integers(-100, 3000), st.integers(0, 2000)), max_size=4)


@given(CHANGES, CHANGES, LIVES)
def test_the_figures_add_up_whatever_happened(
    changes: list[tuple[float, str]], sight: list[tuple[float, str]], lives: list[tuple[int, int]]
) -> None:
    awake = tuple((BEGINS + a * MINUTE, BEGINS + (a + b) * MINUTE) for a, b in sorted(lives))
    held = record({"cs": steps(*changes), "monitor": steps(*sight)}, lives=awake)
    made = report(fleet(clinic(hours="weekdays")), held, QUESTION)
    part = made.whole.parts[Part.SITE]
    for tally in (part.total, part.opened):
        assert tally.counted_ms + tally.excluded_ms == (
            ENDS - BEGINS if tally is part.total else 24 * HOUR
        )
        if tally.failures and tally.mtbf_ms is not None and tally.mttr_ms is not None:
            ratio = tally.mtbf_ms / (tally.mtbf_ms + tally.mttr_ms)
            assert ratio == pytest.approx(tally.availability)
    assert sum(outage.down_ms for outage in made.outages) == part.total.down_ms
    assert sum(outage.open_ms for outage in made.outages) == part.opened.down_ms
    for one, after in pairwise(made.outages):
        assert one.ended_ms is not None
        assert one.began_ms < one.ended_ms <= after.began_ms
    assert sum(made.whole.shares_ms.values()) == part.total.down_ms
    assert sum(sum(day.values()) for day in made.days) == part.total.down_ms


def test_the_same_journal_gives_the_same_bytes() -> None:
    one, two = told(*AN_HOUR_DOWN), told(*AN_HOUR_DOWN)
    assert [*as_json(one)] == [*as_json(two)]
    for table in TABLES:
        assert [*as_csv(one, table)] == [*as_csv(two, table)]


def test_the_number_of_a_change_says_where_it_stands_in_the_journal() -> None:
    made = report(
        fleet(clinic()),
        record({"cs": [Step(70, BEGINS, BEGINS, "up"), Step(99, ENDS - HOUR, ENDS, "down")]}),
        QUESTION,
    )
    assert (made.outages[0].began, made.outages[0].ended) == (99, 0)
