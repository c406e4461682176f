"""Sockets wake whoever waits for them, and nobody else, on both loops."""

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from probes.readiness import READ, WRITE, Readiness, within

ON_BOTH_LOOPS = True


@pytest_asyncio.fixture
async def readiness() -> AsyncIterator[Readiness]:
    made = Readiness()
    yield made
    made.close()


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


async def connected(readiness: Readiness, ours: socket.socket) -> None:
    assert await readiness.connecting(ours.fileno())


async def turns() -> None:
    """Let the loop see what is ready, and all that follows from it."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_has_come_and_what_comes_wakes(
    readiness: Readiness, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    await connected(readiness, ours)
    waiting = readiness.ready(ours.fileno(), READ)
    await turns()
    assert not waiting.done()

    theirs.send(b"ab")
    assert await waiting
    assert ours.recv(1) == b"a"
    assert await readiness.ready(ours.fileno(), READ)  # the rest, though nothing new came
    assert ours.recv(9) == b"b"
    assert await readiness.ready(ours.fileno(), READ | WRITE)
    with pytest.raises(BlockingIOError):
        ours.recv(9)


async def test_one_event_wakes_once(
    readiness: Readiness, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    await connected(readiness, ours)
    theirs.send(b"a")
    assert await readiness.ready(ours.fileno(), READ)
    theirs.close()
    await turns()  # nobody waits: nothing happens, and the loop does not spin on it

    assert ours.recv(9) == b"a"
    assert await readiness.ready(ours.fileno(), READ)
    assert ours.recv(9) == b""


async def test_an_error_wakes_whoever_waits(readiness: Readiness) -> None:
    with socket.socket() as taken, socket.socket() as calling:
        taken.bind(("127.0.0.1", 0))
        calling.setblocking(False)
        calling.connect_ex(taken.getsockname())

        assert await readiness.connecting(calling.fileno())
        assert calling.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED


async def test_a_reset_wakes_a_reader(readiness: Readiness) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as calling:
        calling.setblocking(False)
        calling.connect_ex(server.getsockname())
        await connected(readiness, calling)
        waiting = readiness.ready(calling.fileno(), READ)
        accepted, _ = server.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        accepted.close()

        assert await waiting
        with pytest.raises(ConnectionResetError):
            calling.recv(9)


async def test_the_next_socket_of_that_number_is_not_woken_for_the_last(
    readiness: Readiness, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    await connected(readiness, ours)
    number = ours.fileno()
    left = readiness.ready(number, READ)
    theirs.send(b"a")  # ready, and not yet seen by the loop
    readiness.forget(number)
    ours.close()

    with contextlib.ExitStack() as stack:
        next_ours, next_theirs = map(stack.enter_context, socket.socketpair())
        assert next_ours.fileno() == number
        assert await readiness.connecting(number)
        waiting = readiness.ready(number, READ)
        await turns()
        assert not waiting.done()
        assert not left.done()
        next_theirs.send(b"b")
        assert await waiting
        assert next_ours.recv(9) == b"b"


async def test_a_forgotten_socket_that_a_child_still_holds_wakes_nobody(
    readiness: Readiness, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    await connected(readiness, ours)
    number = ours.fileno()
    readiness.ready(number, READ)
    held = os.dup(number)  # as between fork and exec
    readiness.forget(number)
    ours.close()

    with contextlib.ExitStack() as stack:
        next_ours, _next_theirs = map(stack.enter_context, socket.socketpair())
        assert next_ours.fileno() == number
        assert await readiness.connecting(number)
        waiting = readiness.ready(number, READ)
        theirs.send(b"a")
        await turns()
        assert not waiting.done()
    os.close(held)


async def test_a_waiter_that_gave_up_disturbs_nobody(
    readiness: Readiness, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    await connected(readiness, ours)
    assert not await within(0.001, readiness.ready(ours.fileno(), READ))
    cancelled = readiness.ready(ours.fileno(), READ)
    cancelled.cancel()
    theirs.send(b"a")
    await turns()

    assert await within(60, readiness.ready(ours.fileno(), READ))


async def test_more_at_once_than_one_turn_takes_are_all_served(readiness: Readiness) -> None:
    with contextlib.ExitStack() as stack:
        pairs = [tuple(map(stack.enter_context, socket.socketpair())) for _ in range(300)]
        for ours, _ in pairs:
            await connected(readiness, ours)
        waiting = [readiness.ready(ours.fileno(), READ) for ours, _ in pairs]
        for _, theirs in pairs:
            theirs.send(b"a")

        assert all(await asyncio.gather(*waiting))


async def test_closed_it_wakes_nobody_and_may_be_used_again(
    readiness: Readiness, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    await connected(readiness, ours)
    waiting = readiness.ready(ours.fileno(), READ)
    readiness.close()
    theirs.send(b"a")
    await turns()

    assert not waiting.done()
    await connected(readiness, ours)


async def test_it_knows_for_how_long_answers_waited_for_their_turn(
    readiness: Readiness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.readiness._AT_ONCE", 2)
    pairs = [socket.socketpair() for _ in range(5)]
    try:
        waiting = [readiness.connecting(ours.fileno()) for ours, _ in pairs]
        await turns()
        assert all(one.done() for one in waiting)
        assert 0 < readiness.behind_s < 1
        behind_s = readiness.behind_s
        lone = readiness.ready(pairs[0][0].fileno(), WRITE)
        assert await lone
        assert readiness.behind_s == behind_s
    finally:
        for one in (end for pair in pairs for end in pair):
            readiness.forget(one.fileno())
            one.close()
