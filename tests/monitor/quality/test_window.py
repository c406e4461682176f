"""The last five minutes: what they hold, and when they hold enough."""

import pytest

from monitor.quality.window import Window


def watch(window: Window, until_s: float, every_s: float, rtt_s: float | None = 0.04) -> None:
    at_s = 0.0
    while at_s < until_s:
        window.observe(at_s, 1, int(rtt_s is None), rtt_s, None if rtt_s is None else 0.002)
        at_s += every_s


def test_half_of_what_it_could_hold_is_enough() -> None:
    window = Window(300.0, 30.0)
    watch(window, 120.0, 30.0)
    assert window.figures(120.0) is None

    window.observe(120.0, 1, 0, 0.04, 0.002)
    figures = window.figures(120.0)

    assert figures is not None
    assert (figures.sent, figures.lost, figures.rtt_p95_s) == (5, 0, 0.04)


def test_it_forgets_after_five_minutes() -> None:
    window = Window(300.0, 30.0)
    watch(window, 300.0, 30.0, rtt_s=None)
    for run in range(10):
        window.observe(300.0 + 30 * run, 1, 0, 0.04, 0.002)

    figures = window.figures(575.0)

    assert figures is not None
    assert figures.loss_ratio == 0
    assert window.figures(2000.0) is None


def test_however_often_it_is_asked_it_stays_small() -> None:
    window = Window(300.0, 0.25)
    watch(window, 1200.0, 0.25)

    figures = window.figures(1200.0)

    assert figures is not None
    assert len(window.slices) <= 60
    assert figures.sent == pytest.approx(1200, abs=20)


def test_what_doubt_hastens_does_not_count() -> None:
    window = Window(300.0, 30.0)
    watch(window, 300.0, 30.0)
    for second in range(1, 15):
        window.observe(270.0 + second, 1, 1, None, None)

    figures = window.figures(285.0)

    assert figures is not None
    assert figures.lost == 0


def test_a_spike_alone_in_ten_runs_is_not_the_95th_percentile() -> None:
    window = Window(300.0, 30.0)
    watch(window, 270.0, 30.0)
    window.observe(270.0, 1, 0, 0.9, 0.01)

    figures = window.figures(270.0)

    assert figures is not None
    assert figures.rtt_p95_s == 0.04
    assert figures.mos > 4.2


def test_r_is_that_of_the_table() -> None:
    window = Window(300.0, 30.0)
    for run in range(10):
        window.observe(30.0 * run, 100, 2, 0.3, 0.04)

    figures = window.figures(299.0)

    assert figures is not None
    assert figures.r == figures.r_p10 == pytest.approx(69, abs=0.7)
    assert figures.mos == pytest.approx(3.6, abs=0.06)


def test_r_p10_is_that_of_the_worst_tenth() -> None:
    window = Window(300.0, 30.0)
    for run in range(10):
        window.observe(30.0 * run, 10, 0, 0.9 if run % 4 == 0 else 0.04, 0.002)

    figures = window.figures(299.0)

    assert figures is not None
    assert figures.r > 90
    assert figures.r_p10 < 60


def test_silence_has_no_times_and_no_voice() -> None:
    window = Window(300.0, 30.0)
    watch(window, 300.0, 30.0, rtt_s=None)

    figures = window.figures(299.0)

    assert figures is not None
    assert (figures.rtt_p95_s, figures.r_p10, figures.mos, figures.loss_ratio) == (None, 0, 1, 1)


def test_a_slice_weighs_its_packets() -> None:
    window = Window(300.0, 1.0)
    window.observe(0.0, 3, 0, 0.01, 0.001)
    window.observe(1.0, 2, 1, 0.05, 0.003)
    window.observe(2.0, 1, 1, None, None)

    (slice_,) = window.slices

    assert slice_.rtt_s == pytest.approx(0.02)
    assert (slice_.sent, slice_.lost, slice_.jitter_s) == (6, 2, 0.003)
