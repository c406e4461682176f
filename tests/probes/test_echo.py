"""Requests as they stand on the wire, and the figures of their replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.echo import MESSAGE, Requests
from probes.echo_figures import EchoFigures, jitter_s

MS = 1_000_000


@given(
    st.binary(min_size=16, max_size=16), st.integers(0, 0xFFFF), st.integers(0, 2**64 - 1),
    st.sampled_from([8, 128]),
)  # fmt: skip
def test_the_checksum_is_that_of_rfc_1071(
    cookie: bytes, echo_id: int, serial: int, kind: int
) -> None:
    message = Requests(cookie).write(kind, echo_id, serial)
    total = sum(int.from_bytes(message[at : at + 2], "big") for at in range(0, len(message), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    assert total == 0xFFFF  # a receiver that sums a correct message finds all ones
    assert MESSAGE.unpack(message)[3:] == (echo_id, serial & 0xFFFF, cookie, serial)


def test_no_reply_has_no_times_and_one_reply_no_jitter() -> None:
    assert EchoFigures(3).rtt_mean_s is None
    assert EchoFigures(3).loss_ratio == 1
    assert EchoFigures(0).loss_ratio is None
    assert EchoFigures(1, (5 * MS,)).jitter_s is None


def test_jitter_of_a_short_run_is_the_mean_difference() -> None:
    assert jitter_s([10 * MS, 40 * MS, 10 * MS, 40 * MS]) == pytest.approx(0.030)
    assert jitter_s([10 * MS, 14 * MS, 12 * MS]) == pytest.approx(0.003)


def test_jitter_of_a_long_run_follows_rfc_3550() -> None:
    steady = [10 * MS, 26 * MS] * 8 + [10 * MS]  # sixteen differences of 16 ms
    assert jitter_s([*steady, 10 * MS]) == pytest.approx(0.016 - 0.016 / 16)


@given(st.lists(st.integers(0, 10**10), min_size=2, max_size=100))
def test_figures_stay_within_what_was_measured(rtts_ns: list[int]) -> None:
    figures = EchoFigures(len(rtts_ns), tuple(rtts_ns))
    assert figures.rtt_min_s is not None
    assert figures.rtt_mean_s is not None
    assert figures.rtt_max_s is not None
    assert figures.jitter_s is not None
    tolerance_s = 1e-12
    assert figures.rtt_min_s <= figures.rtt_mean_s + tolerance_s
    assert figures.rtt_mean_s <= figures.rtt_max_s + tolerance_s
    assert 0 <= figures.jitter_s <= figures.rtt_max_s - figures.rtt_min_s + tolerance_s
