"""Stories of single runs: packets in, readings out."""

import asyncio
import errno
import os

import pytest

from probes.echo import MESSAGE
from probes.icmp_ring import SIZE
from probes.reading import Reading, Reason
from tests.descriptors import descriptors
from tests.probes.conftest import MakeBench
from tests.probes.echo_fakes import SHARED_ID, TARGET, Bench, asked, settle


async def test_a_reply_is_a_success_timed_by_the_kernels_stamp(raw: Bench) -> None:
    run = await raw.start()
    raw.port.answer(after_s=0.007)
    raw.clock.leap(0.3)  # the time until we look does not count
    reading = await raw.end(run)
    assert reading.success
    assert reading.address == TARGET
    assert reading.echo is not None
    assert (reading.echo.sent, reading.echo.received, reading.echo.loss_ratio) == (1, 1, 0)
    assert reading.echo.rtt_last_s == pytest.approx(0.007)
    assert reading.duration_s == pytest.approx(0.3)


async def test_silence_is_no_reply_at_the_timeout_and_not_before(raw: Bench) -> None:
    run = await raw.start(timeout="1s")
    raw.clock.advance(0.985)
    await raw.turn()
    assert not run.done()
    raw.clock.advance(0.02)
    reading = await raw.end(run)
    assert reading.reason is Reason.NO_REPLY
    assert reading.detail == "no reply to 1 packet within 1 s"
    assert reading.echo is not None
    assert reading.echo.loss_ratio == 1


async def test_some_replies_make_a_success_with_the_loss_in_its_figures(raw: Bench) -> None:
    run = await raw.start(packets=4, spacing="200ms", timeout="1s")
    raw.port.answer(0, after_s=0.010)
    raw.clock.advance(0.7)
    await raw.turn()
    raw.port.answer(3, after_s=0.030)
    await raw.turn()
    raw.clock.advance(1.1)
    reading = await raw.end(run)
    assert reading.success
    assert reading.echo is not None
    assert (reading.echo.sent, reading.echo.received) == (4, 2)
    assert reading.echo.loss_ratio == 0.5
    assert reading.echo.rtt_min_s == pytest.approx(0.010)


async def test_figures_of_several_replies(raw: Bench) -> None:
    run = await raw.start(packets=3, spacing="100ms")
    for rtt_s in (0.010, 0.014, 0.012):
        raw.port.answer(after_s=rtt_s)
        raw.clock.advance(0.1)
    echo = (await raw.end(run)).echo
    assert echo is not None
    assert echo.rtt_min_s == pytest.approx(0.010)
    assert echo.rtt_max_s == pytest.approx(0.014)
    assert echo.rtt_mean_s == pytest.approx(0.012)
    assert echo.rtt_last_s == pytest.approx(0.012)
    assert echo.jitter_s == pytest.approx(0.003)


async def test_spacing_counts_from_the_start_of_the_packet_before(raw: Bench) -> None:
    run = await raw.start(packets=3, spacing="100ms")
    sent_after_s: list[float] = []
    for step in range(25):
        if len(raw.port.sent) > len(sent_after_s):
            sent_after_s.append(step / 100)
        raw.clock.advance(0.01)
    assert sent_after_s == [0, 0.1, 0.2]  # though nobody has answered the first
    run.cancel()


async def test_each_packet_has_its_own_timeout(raw: Bench) -> None:
    run = await raw.start(packets=2, spacing="900ms", timeout="1s")
    raw.clock.advance(1.5)
    raw.port.answer(1, after_s=0.1)
    raw.clock.advance(0.1)
    reading = await raw.end(run)
    assert reading.echo is not None
    assert (reading.echo.sent, reading.echo.received) == (2, 1)


async def test_runs_do_not_take_each_others_replies(raw: Bench) -> None:
    one = await raw.start(target="127.64.0.1")
    two = await raw.start(target="127.64.0.2")
    raw.port.answer(1, source="127.64.0.2")
    assert (await raw.end(two)).address == "127.64.0.2"
    assert not one.done()
    raw.port.answer(0)
    assert (await raw.end(one)).success


async def test_ipv6_has_its_own_types_and_socket(raw: Bench) -> None:
    run = await raw.start(target="::1")
    port = raw.kernel.port(10)
    assert port.sent[0][0][0] == 128
    assert port.sent[0][1] == ("::1", 0, 0, 0)
    port.answer(source="::1")
    assert (await raw.end(run)).success


# -- a fresh identifier on doubt


async def test_fresh_ids_on_a_raw_socket_differ_from_the_shared_one_and_each_other(
    raw: Bench,
) -> None:
    seen = []
    for _ in range(5):
        run = await raw.start(fresh_id=True)
        seen.append(MESSAGE.unpack(raw.port.sent[-1][0])[3])
        raw.port.answer()
        assert (await raw.end(run)).success
    assert len(set(seen)) == 5
    assert SHARED_ID not in seen
    assert all(SHARED_ID < echo_id < SHARED_ID + 1024 for echo_id in seen)


async def test_a_fresh_id_on_a_ping_socket_is_a_new_socket_closed_after_the_run(
    dgram: Bench,
) -> None:
    shared = dgram.port
    run = await dgram.start(fresh_id=True)
    fresh = dgram.port
    assert fresh is not shared
    assert not shared.sent
    fresh.answer()
    assert (await dgram.end(run)).success
    assert not fresh.is_open
    assert shared.is_open


async def test_those_in_doubt_at_once_share_a_fresh_socket_until_the_last_of_them_ends(
    dgram: Bench,
) -> None:
    opened = len(dgram.kernel.ports)
    first = await dgram.start(fresh_id=True)
    fresh = dgram.port
    second = await dgram.start(fresh_id=True)
    assert len(dgram.kernel.ports) == opened + 1
    assert len(fresh.sent) == 2
    fresh.answer(0)
    assert (await dgram.end(first)).success
    assert fresh.is_open
    fresh.answer(1)
    assert (await dgram.end(second)).success
    assert not fresh.is_open


async def test_who_is_in_doubt_again_later_gets_another_socket(dgram: Bench) -> None:
    first = await dgram.start(fresh_id=True)
    before = dgram.port
    dgram.clock.advance(0.2)
    second = await dgram.start(fresh_id=True)
    assert dgram.port is not before
    for port, run in ((before, first), (dgram.port, second)):
        port.answer()
        assert (await dgram.end(run)).success
        assert not port.is_open


async def test_a_cancelled_run_leaves_no_socket_and_ignores_its_reply(dgram: Bench) -> None:
    run = await dgram.start(fresh_id=True)
    fresh = dgram.port
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dgram.end(run)
    assert not fresh.is_open
    dgram.clock.advance(2)  # nor does its packet's end disturb anybody


async def test_no_further_packets_leave_after_cancellation(raw: Bench) -> None:
    run = await raw.start(packets=10)
    run.cancel()
    await raw.turn()
    raw.clock.advance(5)
    assert len(raw.port.sent) == 1


async def test_a_run_cancelled_before_its_turn_sends_nothing(dgram: Bench) -> None:
    ping = dgram.engine.ping(asked(packets=3), fresh_id=True)
    run = asyncio.get_running_loop().create_task(ping, name="ping")
    await settle()
    run.cancel()
    await settle()
    dgram.clock.advance(2)
    assert dgram.sent == 0
    assert len(dgram.kernel.ports) == 2  # no socket was opened for it either


# -- the sequence number wraps


async def test_the_sequence_wraps_and_old_replies_do_not_count_for_new_packets(
    raw: Bench,
) -> None:
    first = await raw.start()
    old = raw.port.reply_to()
    raw.port.answer()
    await raw.end(first)
    raw.engine._ring._last += SIZE - 1  # as many packets later
    run = await raw.start()
    assert MESSAGE.unpack(raw.port.sent[-1][0])[4] == MESSAGE.unpack(old)[4]
    raw.port.arrive(old)
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {"duplicate": 1}
    raw.port.answer()
    assert (await raw.end(run)).success


async def test_more_packets_than_sequence_numbers_wait_for_their_turn(raw: Bench) -> None:
    run = await raw.start()
    ring = raw.engine._ring
    ours = ring.flights[0]
    ring.flights[:] = [ours] * SIZE
    ring.waiting = SIZE
    waiting = await raw.start(target="127.64.0.2")
    assert raw.sent == 1
    ring.flights[1:] = [None] * (SIZE - 1)
    ring.waiting = 1
    await raw.turn()
    assert raw.sent == 2
    raw.port.answer(0)
    raw.port.answer(1, source="127.64.0.2")
    assert (await raw.end(run)).success
    assert (await raw.end(waiting)).success


# -- opening and closing


async def test_closing_ends_what_is_pending_and_what_comes_after(raw: Bench) -> None:
    runs = [await raw.start(), await raw.start(target="::1", packets=5)]
    raw.engine.close()
    for run in runs:
        assert (await raw.end(run)).reason is Reason.NO_SOCKET
    assert (await raw.end(await raw.start())).detail == "the ICMP engine was closed"
    assert not any(port.is_open for port in raw.kernel.ports)


async def test_without_permission_the_reading_says_what_to_set(make_bench: MakeBench) -> None:
    denied = make_bench(refuses=errno.EPERM)
    reading = await denied.end(await denied.start())
    assert reading.reason is Reason.NO_PERMISSION
    assert "net.ipv4.ping_group_range" in reading.detail
    assert "CAP_NET_RAW" in reading.detail
    assert "ping_group_range" in denied.engine.describe()
    assert not denied.engine.may_ping


async def test_a_permission_granted_later_needs_no_restart(make_bench: MakeBench) -> None:
    denied = make_bench(refuses=errno.EACCES)
    assert (await denied.end(await denied.start())).reason is Reason.NO_PERMISSION
    denied.kernel.refuses = None
    assert (
        await denied.end(await denied.start())
    ).reason is Reason.NO_PERMISSION  # asked once a second
    denied.clock.advance(1)
    run = await denied.start()
    denied.port.answer()
    assert (await denied.end(run)).success


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.EAFNOSUPPORT])
async def test_no_socket_is_not_no_permission(make_bench: MakeBench, code: int) -> None:
    reading = await (await make_bench(refuses=code).start())
    assert reading.reason is Reason.NO_SOCKET


async def test_a_mass_outage_without_descriptors_for_fresh_ids_is_not_blindness(
    dgram: Bench,
) -> None:
    shared = dgram.port
    dgram.kernel.refuses = errno.EMFILE
    run = await dgram.start(fresh_id=True)
    assert len(shared.sent) == 1  # rather under the old identifier than not at all
    dgram.clock.advance(2)
    assert (await dgram.end(run)).reason is Reason.NO_REPLY
    assert shared.is_open


async def test_a_fresh_id_does_not_take_the_last_descriptors(dgram: Bench) -> None:
    shared = dgram.port
    lowest_free = os.dup(shared.fileno())  # what other tests gave back may lie below ours
    os.close(lowest_free)
    with descriptors(lowest_free + 4):
        run = await dgram.start(fresh_id=True)
    assert len(shared.sent) == 1
    assert not dgram.port.is_open  # the fresh one was given back
    shared.answer()
    assert (await dgram.end(run)).success


async def test_a_socket_that_fails_ends_its_runs_and_is_opened_again(raw: Bench) -> None:
    broken = raw.port
    run = await raw.start()
    broken.fail(errno.EBADF)
    assert (await raw.end(run)).reason is Reason.NO_SOCKET
    assert not broken.is_open
    raw.clock.advance(1)
    run = await raw.start()
    assert raw.port is not broken
    raw.port.answer()
    assert (await raw.end(run)).success


async def test_describe_names_sockets_and_buffers(raw: Bench, dgram: Bench) -> None:
    assert raw.engine.describe() == (
        "IPv4: raw socket, receive buffer 212992 bytes; "
        "IPv6: raw socket, receive buffer 212992 bytes"
    )
    assert dgram.engine.describe().startswith("IPv4: ping socket")


async def test_a_burst_is_read_before_it_overflows_the_buffer(raw: Bench) -> None:
    raw.port.answers_itself = True
    readings: list[Reading] = []
    for n in range(1000):
        settings = asked(target=f"127.64.{n // 250}.{n % 250 + 1}")
        raw.engine.echo(settings).ask(False, readings.append)
    raw.clock.advance(0.05)
    assert [reading.success for reading in readings] == [True] * 1000
    assert raw.port.dropped == 0
