"""What comes in and answers nothing: counted by its kind, and never a success."""

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.echo import ICMP, MESSAGE
from probes.icmp_errors import Quote
from probes.reading import Reason
from tests.probes.echo_fakes import SHARED_ID, Bench, bench

CHECKSUM = range(2, 4)  # the kernel's business


@pytest.mark.parametrize(
    ("why", "changed"),
    [
        ("identifier", {"echo_id": SHARED_ID + 1}),
        ("identifier", {"sequence": 4711}),
        ("serial", {"serial": 4711}),
        ("type", {"type": 8}),
        ("type", {"type": 13}),
        ("type", {"code": 1}),
    ],
)
async def test_a_reply_false_in_one_field_is_ignored(
    raw: Bench, why: str, changed: dict[str, int]
) -> None:
    run = await raw.start()
    raw.port.arrive(raw.port.reply_to(-1, **changed))
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {why: 1}
    raw.port.answer()  # and the true one still counts
    assert (await raw.end(run)).success


async def test_a_reply_with_another_cookie_is_ignored(raw: Bench) -> None:
    run = await raw.start()
    raw.port.arrive(raw.port.reply_to(cookie=b"not the cookie.."))
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {"cookie": 1}


async def test_a_reply_from_another_address_is_ignored(raw: Bench) -> None:
    run = await raw.start()
    raw.port.answer(source="127.64.0.99")
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {"source": 1}


@pytest.mark.parametrize("resize", [lambda m: m[:-1], lambda m: m + b"x", lambda m: m[:8]])
async def test_a_reply_of_another_length_is_ignored(raw: Bench, resize: object) -> None:
    assert callable(resize)
    run = await raw.start()
    raw.port.arrive(resize(raw.port.reply_to()))
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {"length": 1}


async def test_a_duplicate_counts_once_for_the_run(raw: Bench) -> None:
    run = await raw.start(packets=2, spacing="100ms")
    for _ in range(3):
        raw.port.answer(0)
    await raw.turn()
    assert not run.done()
    assert raw.ignored == {"duplicate": 2}
    raw.clock.advance(2)
    echo = (await raw.end(run)).echo
    assert echo is not None
    assert (echo.sent, echo.received) == (2, 1)


async def test_a_reply_after_the_end_is_late_and_not_a_duplicate(raw: Bench) -> None:
    run = await raw.start()
    raw.clock.advance(2)
    assert (await raw.end(run)).reason is Reason.NO_REPLY
    raw.port.answer()
    await raw.start()  # while nothing is asked, nothing is read
    assert raw.ignored == {"late": 1}


async def test_a_reply_stamped_after_the_timeout_is_late_however_early_we_read_it(
    raw: Bench,
) -> None:
    run = await raw.start(timeout="995ms")  # the wheel turns at the next 10 ms
    raw.clock.advance(0.999)
    raw.port.answer(after_s=0)
    await raw.turn()
    raw.clock.advance(0.1)
    assert (await raw.end(run)).reason is Reason.NO_REPLY
    assert raw.ignored == {"late": 1}


async def test_an_error_about_somebody_elses_packet_is_ignored(dgram: Bench) -> None:
    run = await dgram.start()
    dgram.port.fault(None)
    await dgram.turn()
    assert not run.done()
    assert dgram.ignored == {"quote": 1}


async def _survives(messages: list[bytes], source: str) -> None:
    tried = bench()
    try:
        run = await tried.start(packets=2)
        for message in messages:
            tried.port.arrive(message, source=source)
        await tried.turn()
        assert not run.done()
        assert tried.ignored.total() == len(messages)
        tried.clock.advance(5)
        assert (await tried.end(run)).reason is Reason.NO_REPLY
    finally:
        tried.engine.close()


@given(st.lists(st.binary(max_size=256), max_size=20), st.sampled_from(["127.64.0.1", "::1", ""]))
@settings(max_examples=60, deadline=None)
def test_arbitrary_bytes_never_raise_and_never_end_a_run(
    messages: list[bytes], source: str
) -> None:
    asyncio.run(_survives(messages, source))


@given(st.integers(0, MESSAGE.size - 1).filter(lambda at: at not in CHECKSUM), st.integers(1, 255))
@settings(max_examples=100, deadline=None)
def test_a_reply_with_any_byte_changed_never_ends_a_run(at: int, by: int) -> None:
    async def story() -> None:
        tried = bench()
        try:
            run = await tried.start()
            message = bytearray(tried.port.reply_to())
            message[at] ^= by
            tried.port.arrive(bytes(message))
            await tried.turn()
            assert not run.done()
            assert tried.ignored.total() == 1
            run.cancel()
        finally:
            tried.engine.close()

    asyncio.run(story())


async def test_every_packet_of_a_flood_of_foreign_messages_is_read_in_bounded_turns(
    raw: Bench,
) -> None:
    raw.port.capacity = 10_000
    run = await raw.start()
    for number in range(3000):
        raw.port.arrive(raw.port.reply_to(cookie=number.to_bytes(16, "big")))
    raw.port.answer()
    for _ in itertools.takewhile(lambda turn: turn < 20 and not run.done(), itertools.count()):
        await asyncio.sleep(0)
    assert (await raw.end(run)).success
    assert raw.ignored == {"cookie": 3000}


async def test_a_quote_for_a_sequence_number_nobody_uses_is_ignored(dgram: Bench) -> None:
    await dgram.start()
    dgram.port.fault(Quote(ICMP, 3, 1, "10.0.0.1", "127.64.0.1", 100, 60_000, None))
    await dgram.turn()
    assert dgram.ignored == {"quote": 1}
