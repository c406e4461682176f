"""The links are what their names say: as lossy, and as bursty."""

from random import Random

import pytest

from bench.judgement.link_model import MODELS, Link, LinkModel

DAY_S = 86_400.0


def test_there_are_thirty_models_with_names_of_their_own() -> None:
    assert len({model.name for model in MODELS}) == 30


@pytest.mark.parametrize("model", [one for one in MODELS if one.loss_ratio >= 0.05], ids=str)
def test_a_link_loses_what_it_says(model: LinkModel) -> None:
    link = Link(model, Random(7))
    asked = 20_000
    lost = sum(link.is_lost(30.0 * turn) for turn in range(asked))
    assert lost / asked == pytest.approx(model.loss_ratio, rel=0.15)


@pytest.mark.parametrize("model", MODELS[::7], ids=str)
def test_calm_that_is_skipped_is_calm(model: LinkModel) -> None:
    """The next lost probe comes as late on average as asking one by one would find it."""
    skipping, asking = Link(model, Random(1)), Link(model, Random(2))
    seen, at_s = 0, 0.0
    while (at_s := skipping.next_lost(at_s, 30.0) + 30.0) < 120 * DAY_S:
        seen += 1
    counted = sum(asking.is_lost(30.0 * turn) for turn in range(int(120 * DAY_S / 30)))
    assert seen == pytest.approx(counted, rel=0.2, abs=30)


def test_the_first_burst_can_be_given() -> None:
    link = Link(LinkModel("bursts", 0.001, 5.0), Random(3))
    link.begin_with(100.0, 7.0)
    assert [link.is_lost(at_s) for at_s in (99.0, 100.0, 106.9)] == [False, True, True]


def test_one_burst_in_ten_of_a_heavy_tail_is_long() -> None:
    assert LinkModel("heavy tail", 0.01, 5.0).lengths == ((0.9, 2.5), (0.1, 27.5))
    assert sum(share * mean_s for share, mean_s in MODELS[-1].lengths) == pytest.approx(5.0)
