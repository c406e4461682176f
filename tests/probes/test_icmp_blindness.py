"""Our own failures: a packet that did not leave or that we may have missed is never a loss."""

import errno

import pytest

from probes.reading import Reason
from tests.probes.echo_fakes import Bench


async def test_a_reply_read_late_but_stamped_in_time_counts(raw: Bench) -> None:
    run = await raw.start(timeout="1s")
    raw.port.answer(after_s=0.02)
    raw.clock.leap(7)  # the loop stood still; the tick finds the reply in the buffer
    reading = await raw.end(run)
    assert reading.success
    assert reading.echo is not None
    assert reading.echo.rtt_last_s == pytest.approx(0.02)


async def test_silence_through_a_stall_is_ours(raw: Bench) -> None:
    run = await raw.start(timeout="1s")
    raw.clock.leap(1.6)
    reading = await raw.end(run)
    assert reading.reason is Reason.STALLED
    assert "stood still" in reading.detail
    assert reading.echo is not None
    assert reading.echo.loss_ratio is None  # nothing is known


async def test_a_short_lateness_excuses_nobody(raw: Bench) -> None:
    run = await raw.start(timeout="1s")
    raw.clock.leap(1.4)
    assert (await raw.end(run)).reason is Reason.NO_REPLY


async def test_one_packet_truly_lost_outweighs_one_unseen(raw: Bench) -> None:
    run = await raw.start(packets=2, spacing="1500ms", timeout="1s")
    raw.clock.advance(1.6)
    raw.clock.leap(3)
    reading = await raw.end(run)
    assert reading.reason is Reason.NO_REPLY
    assert reading.echo is not None
    assert (reading.echo.sent, reading.echo.received) == (1, 0)


async def test_what_our_full_buffer_turned_away_is_counted_and_not_booked_as_lost(
    raw: Bench,
) -> None:
    silent = await raw.start(target="127.64.0.1")
    answered = await raw.start(target="127.64.0.2", packets=2, spacing="10ms")
    raw.clock.advance(0.02)
    raw.port.answer(1, source="127.64.0.2")
    raw.port.dropped += 3
    raw.clock.advance(1.1)
    assert raw.dropped == [3]
    reading = await raw.end(silent)
    assert reading.reason is Reason.STALLED
    assert "buffer" in reading.detail
    echo = (await raw.end(answered)).echo
    assert echo is not None
    assert (echo.sent, echo.received) == (1, 1)


async def test_an_old_overflow_does_not_excuse_later_silence(raw: Bench) -> None:
    early = await raw.start()
    raw.port.dropped += 1
    raw.clock.advance(1.1)
    await raw.end(early)
    late = await raw.start()
    raw.clock.advance(1.1)
    assert (await raw.end(late)).reason is Reason.NO_REPLY
    assert raw.dropped == [1]


@pytest.mark.parametrize("by_s", [3600.0, -3600.0, 0.5, -0.004])
async def test_a_clock_set_under_way_does_not_bend_the_round_trip(raw: Bench, by_s: float) -> None:
    run = await raw.start()
    raw.clock.set_wall_clock(by_s)
    raw.clock.advance(0.012)
    raw.port.answer(after_s=0)
    echo = (await raw.end(run)).echo
    assert echo is not None
    assert echo.rtt_last_s == pytest.approx(0.012)


@pytest.mark.parametrize("by_s", [3600.0, 0.004, -0.004])
async def test_a_stamp_made_before_the_clock_was_set_is_not_believed(
    raw: Bench, by_s: float
) -> None:
    run = await raw.start()
    raw.port.answer(after_s=0.003)
    raw.clock.advance(0.004)
    raw.clock.set_wall_clock(by_s)
    raw.clock.advance(0.006)  # read at the tick
    echo = (await raw.end(run)).echo
    assert echo is not None
    assert echo.rtt_last_s == pytest.approx(0.010)  # an upper bound


async def test_a_reply_buried_under_others_is_found_before_its_packet_expires(raw: Bench) -> None:
    raw.port.capacity = 10_000
    run = await raw.start(timeout="1s")
    for _ in range(3000):
        raw.port.arrive(raw.port.reply_to(cookie=bytes(16)))
    raw.port.answer(after_s=0.02)
    raw.clock.leap(1.1)
    assert (await raw.end(run)).success


async def test_a_reply_without_a_stamp_is_timed_by_our_own_clock(raw: Bench) -> None:
    run = await raw.start()
    raw.clock.advance(0.012)
    raw.port.answer(stamp=False)
    echo = (await raw.end(run)).echo
    assert echo is not None
    assert echo.rtt_last_s == pytest.approx(0.02)  # until the tick that read it


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EPERM, Reason.NO_PERMISSION),
        (errno.EACCES, Reason.NO_PERMISSION),
        (errno.ENETUNREACH, Reason.SEND_FAILED),
        (errno.EHOSTUNREACH, Reason.SEND_FAILED),
        (errno.ENETDOWN, Reason.SEND_FAILED),
        (errno.EINVAL, Reason.SEND_FAILED),
        (errno.EMSGSIZE, Reason.SEND_FAILED),
        (errno.ENOMEM, Reason.NO_SOCKET),
    ],
)
async def test_what_could_not_be_sent_is_ours(raw: Bench, code: int, reason: Reason) -> None:
    raw.port.send_errors.append(code)
    reading = await raw.end(await raw.start(packets=5))
    assert reading.reason is reason
    assert reason.is_blindness
    assert errno.errorcode[code] in reading.detail
    assert reading.echo is not None
    assert reading.echo.loss_ratio is None
    raw.clock.advance(3)
    assert not raw.port.sent


@pytest.mark.parametrize("code", [errno.ENOBUFS, errno.EAGAIN])
async def test_a_full_queue_is_tried_once_more_and_then_given_up(raw: Bench, code: int) -> None:
    raw.port.send_errors.append(code)
    run = await raw.start()
    raw.clock.advance(0.02)
    raw.port.answer()
    assert (await raw.end(run)).success
    raw.port.send_errors.extend([code, code])
    run = await raw.start()
    raw.clock.advance(0.02)
    assert (await raw.end(run)).reason is Reason.SEND_FAILED


async def test_what_was_sent_before_the_failure_still_speaks(raw: Bench) -> None:
    raw.port.send_errors.extend([0, errno.ENETUNREACH])
    run = await raw.start(packets=3, spacing="100ms")
    raw.clock.advance(0.2)
    await raw.turn()
    assert not run.done()
    raw.port.answer(0, after_s=0)
    reading = await raw.end(run)
    assert reading.success
    assert reading.echo is not None
    assert reading.echo.sent == 1


async def test_a_broken_socket_on_sending_is_given_up(raw: Bench) -> None:
    waiting = await raw.start()
    raw.port.send_errors.append(errno.EBADF)
    assert (await raw.end(await raw.start())).reason is Reason.NO_SOCKET
    assert (await raw.end(waiting)).reason is Reason.NO_SOCKET
