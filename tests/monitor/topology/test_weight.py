"""What silence and answers weigh, link by link and together."""

import math

import pytest

from monitor.judge.null import Null
from monitor.topology.row import ANSWERED_NATS, Row
from monitor.topology.scales import together
from monitor.topology.weight import weigh

CALM = Null(burst_rate_hz=1e-5, burst_s=5.0, loss_ratio=0.002)
LOSSY = Null(burst_rate_hz=0.01, burst_s=5.0, loss_ratio=0.01)


def row(*sent_s: float, null: Null = CALM, learned: bool = True) -> Row:
    lost = Row("icmp", null, learned)
    for at_s in sent_s:
        lost.lose(at_s)
    return lost


def test_no_link_is_taken_to_lose_less_than_one_in_a_hundred() -> None:
    assert row(0.0).nats == pytest.approx(math.log(0.98 / 0.01))


def test_a_link_that_loses_more_proves_less() -> None:
    share = LOSSY.burst_share * 0.98 + (1 - LOSSY.burst_share) * 0.01
    assert row(0.0, null=LOSSY).nats == pytest.approx(math.log(0.98 / share))


def test_while_a_burst_may_last_a_second_loss_says_little() -> None:
    first, second = row(0.0, null=LOSSY).nats, row(0.0, 1.0, null=LOSSY).nats
    assert 0 < second - first < 0.5


def test_a_row_stands_after_a_second_round_two_seconds_later() -> None:
    assert not row(0.0, 1.0).stands
    assert row(0.0, 1.0, 2.0).stands


def test_one_link_never_proves_that_a_node_fell() -> None:
    assert row(*range(60)).weight < 10.0


def test_bursts_of_an_unknown_link_are_taken_to_last() -> None:
    short = Null(burst_rate_hz=1e-3, burst_s=0.25, loss_ratio=0.01)
    known, unknown = (row(0, 1, null=short, learned=one) for one in (True, False))
    assert unknown.nats < known.nats


def test_answers_since_the_onset_speak_against_it_and_older_ones_do_not() -> None:
    rows = [row(100.0, 102.0), row(101.0, 103.0)]
    both = sum(one.weight for one in rows)

    assert weigh(rows, [90.0, 99.9]).nats == pytest.approx(both)
    weight = weigh(rows, [104.0, 90.0])
    assert weight.nats == pytest.approx(both + ANSWERED_NATS)
    assert (weight.lost, weight.standing, weight.answered) == (2, 2, 1)


def test_the_onset_is_where_the_losses_that_belong_together_begin() -> None:
    """A link that has been losing since before others answered did not fall with the rest."""
    rows = [row(10.0, 12.0), *(row(100.0, 102.0) for _ in range(3))]

    weight = weigh(rows, [50.0] * 12)

    assert (weight.onset_s, weight.lost, weight.answered) == (100.0, 3, 0)


def test_what_was_lost_once_is_a_prospect_and_no_weight() -> None:
    weight = weigh([row(100.0), row(100.5)], [])

    assert weight.nats == 0.0
    assert weight.prospect_nats > 8.0


def test_nodes_that_fall_in_the_same_minute_cost_twelve_nats_each_but_one() -> None:
    assert together([50.0, 40.0, 3.0]) == 78.0
    assert together([]) == 0.0
