"""All of it together, run by run, and across a restart."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from config.quality import QualityRules
from config.site import Medium
from config.telemedicine import TelemedicineRules
from monitor.quality.link_quality import Change, LinkQuality, Quality, QualityRecord
from monitor.quality.loss_rise import LossHabit
from monitor.quality.turn import Turn
from probes.echo_figures import EchoFigures

JSON = TypeAdapter(QualityRecord)
MS = 1_000_000


def link(every_s: float = 30.0) -> LinkQuality:
    return LinkQuality.of(QualityRules(), every_s, LossHabit(0.01), Medium.LTE, TelemedicineRules())


def echo(*rtts_ms: float, sent: int | None = None) -> EchoFigures:
    rtts_ns = tuple(round(rtt_ms * MS) for rtt_ms in rtts_ms)
    return EchoFigures(len(rtts_ns) if sent is None else sent, rtts_ns)


def play(quality: LinkQuality, runs: list[EchoFigures], at_s: float = 0.0) -> list[Change]:
    return [
        change
        for run, figures in enumerate(runs)
        for change in quality.observe(at_s + 30.0 * run, figures)
    ]


def around(middle_ms: float, runs: int, spread_ms: float = 3.0) -> list[EchoFigures]:
    chance = random.Random(4)
    return [echo(abs(chance.gauss(middle_ms, spread_ms)) + 1) for _ in range(runs)]


def test_a_longer_way_is_told_with_its_size() -> None:
    quality = link()
    assert play(quality, around(42, 300)) == []

    (change,) = play(quality, around(180, 60), at_s=9000.0)
    (impairment,) = quality.impairments()

    assert (change.quality, change.turn) == (Quality.DELAY, Turn.WORSENED)
    assert impairment.quality is Quality.DELAY
    assert impairment.value == pytest.approx(0.18, rel=0.1)
    assert impairment.usual == pytest.approx(0.043, rel=0.1)
    assert quality.is_degraded


def test_trembling_is_told_though_the_delay_is_as_ever() -> None:
    quality = link()
    play(quality, around(60, 300))

    changes = play(quality, around(60, 90, spread_ms=25), at_s=9000.0)

    assert [(change.quality, change.turn) for change in changes] == [
        (Quality.JITTER, Turn.WORSENED)
    ]


def test_loss_is_told_and_what_is_excluded_is_not() -> None:
    lossy = [echo(sent=1), *[echo(42)] * 4] * 20
    counted, excluded = link(), link()

    (change,) = play(counted, lossy)

    assert (change.quality, change.turn) == (Quality.LOSS, Turn.WORSENED)
    for run, figures in enumerate(lossy):
        assert excluded.observe(30.0 * run, figures, counts=False) == ()
    assert not excluded.is_degraded


def test_what_was_unanswered_before_an_outage_belongs_to_it() -> None:
    quality = link()
    for begin in range(20):
        at_s = begin * 300.0
        for second in range(3):
            quality.observe(at_s + second, echo(sent=1))
        quality.observe(at_s + 3, echo(sent=1), counts=False)
        assert quality.observe(at_s + 30, echo(42)) == ()
    assert quality.impairments() == ()


def test_what_is_excluded_still_counts_for_telemedicine() -> None:
    quality = link()
    for run in range(10):
        quality.observe(30.0 * run, echo(sent=1), counts=False)

    assert quality.telemedicine is not None
    figures = quality.telemedicine.window.figures(299.0)
    assert figures is not None
    assert figures.loss_ratio == 1


def test_nobody_need_ask_for_telemedicine() -> None:
    quality = LinkQuality.of(QualityRules(), 30.0, LossHabit(0.01))
    quality.observe(0.0, echo(42))

    assert quality.record(0.0).telemedicine is None


def test_another_habit_of_loss_is_taken_over() -> None:
    quality = link()
    quality.adopt(LossHabit(0.2))

    assert play(quality, [echo(sent=1), *[echo(42)] * 4] * 20) == []


RUNS = st.lists(
    st.one_of(
        st.just(echo(sent=1)),
        st.just(echo()),
        st.sampled_from([echo(40), echo(41), echo(90), echo(400), echo(40, 43, 41, sent=5)]),
    ),
    max_size=60,
)


@given(before=RUNS, after=RUNS, excluded=st.booleans(), away_s=st.integers(0, 9000))
def test_a_restart_changes_nothing(
    before: list[EchoFigures], after: list[EchoFigures], *, excluded: bool, away_s: int
) -> None:
    """The second life has another monotonic clock: it began `away_s` earlier."""
    first, second = link(), link()
    play(first, [*around(42, 150), *before, *around(160, 8)])
    if excluded:
        first.exclude()
    now_s = 30.0 * (150 + len(before) + 8)

    written = JSON.dump_json(first.record(now_s))
    second.restore(JSON.validate_json(written), now_s + away_s)

    assert JSON.dump_json(second.record(now_s + away_s)) == written
    for run, figures in enumerate([*after, *around(160, 30)]):
        at_s = now_s + 30.0 * run
        changes = first.observe(at_s, figures)
        assert second.observe(at_s + away_s, figures) == changes
        assert first.telemedicine is not None
        assert second.telemedicine is not None
        told = first.telemedicine.assess(at_s)
        again = second.telemedicine.assess(at_s + away_s)
        assert replace(again, since_s=again.since_s - away_s) == told


def test_what_is_written_down_is_small() -> None:
    quality = link(every_s=1.0)
    for run in range(4000):
        quality.observe(float(run), echo(42.123456 + run % 7))

    assert len(JSON.dump_json(quality.record(4000.0))) < 8000
