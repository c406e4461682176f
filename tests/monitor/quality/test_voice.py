"""R and MOS: the table of science.md C, and the bounds of the recommendations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.quality.voice import R_MOST, mos_of, mouth_to_ear_s, r_of

DELAYS_S = st.floats(0, 10)
LOSSES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("rtt_ms", "jitter_ms", "loss_percent", "r", "mos"),
    [
        (40, 5, 0.1, 92, 4.4),
        (120, 20, 1, 87, 4.2),
        (200, 30, 2, 78, 4.0),
        (300, 40, 2, 69, 3.6),
        (650, 30, 1, 52, 2.7),
        (80, 10, 5, 75, 3.8),
        (120, 30, 10, 63, 3.2),
    ],
)
def test_the_published_table(
    rtt_ms: float, jitter_ms: float, loss_percent: float, r: float, mos: float
) -> None:
    delay_s = mouth_to_ear_s(rtt_ms / 1000, jitter_ms / 1000)
    found = r_of(delay_s, loss_percent / 100)

    assert found == pytest.approx(r, abs=0.7)
    assert mos_of(found) == pytest.approx(mos, abs=0.06)


@given(DELAYS_S, DELAYS_S, LOSSES, LOSSES)
def test_more_delay_or_loss_is_never_better(
    delay_s: float, more_s: float, loss: float, more: float
) -> None:
    worse = r_of(delay_s + more_s, min(1.0, loss + more))

    assert 0 <= worse <= r_of(delay_s, loss) <= R_MOST
    assert 1 <= mos_of(worse) <= mos_of(r_of(delay_s, loss)) <= 4.5


def test_the_scale_ends_where_the_recommendation_says() -> None:
    assert mos_of(0) == 1.0
    assert mos_of(100) == mos_of(120) == 4.5
    assert r_of(0.0, 0.0) == R_MOST
    assert mos_of(R_MOST) == pytest.approx(4.41, abs=0.01)
