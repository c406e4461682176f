"""What goes wrong on our side is blindness; what was begun is always ended."""

import asyncio
import errno
import os
import resource
import socket
import sys
import threading
import time
from asyncio.subprocess import PIPE
from typing import Any

import pytest

from probes.dial import dial
from probes.failure import Failure
from probes.http import HttpProber
from probes.http_run import HttpRun, Stage
from probes.readiness import Readiness
from probes.reading import Reason
from probes.resolve import Address, Lookup, Resolver
from tests.descriptors import descriptors
from tests.probes.http_servers import Caller, serving, settings

ON_BOTH_LOOPS = True

LOOPBACK = Address(socket.AF_INET, "127.0.0.1")


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


async def test_nobody_listening_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with HttpProber() as prober:
            reading = await prober.fetch(settings(f"http://127.0.0.1:{taken.getsockname()[1]}/"))

    assert reading.reason is Reason.REFUSED
    assert reading.address == "127.0.0.1"
    assert reading.http is not None
    assert reading.http.connect_s is not None
    assert reading.http.processing_s is None


async def test_a_full_backlog_is_a_connect_timeout() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        async with HttpProber() as prober:
            url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
            reading = await prober.fetch(settings(url, timeout=0.3))
        for caller in callers:
            caller.close()

    assert reading.reason is Reason.CONNECT_TIMEOUT, reading
    assert reading.detail == "no TCP connection within 0.3 s"


async def test_no_descriptor_left_is_ours() -> None:
    async with HttpProber() as prober, serving(Caller.answer) as server:
        with descriptors(1):
            reading = await prober.fetch(settings(server.url))

    assert reading.reason is Reason.NO_SOCKET
    assert reading.reason.is_blindness


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENETUNREACH, Reason.SEND_FAILED),
        (errno.EADDRNOTAVAIL, Reason.NO_SOCKET),
        (errno.EPERM, Reason.NO_PERMISSION),
    ],
)
async def test_a_connect_that_our_kernel_refuses_is_ours(
    monkeypatch: pytest.MonkeyPatch, code: int, reason: Reason
) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: code)

    readiness = Readiness()
    with pytest.raises(Failure) as failed:
        await dial(LOOPBACK, 9, readiness)
    readiness.close()

    assert failed.value.reason is reason
    assert failed.value.reason.is_blindness


async def test_a_kernel_that_watches_no_more_sockets_is_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # fs.epoll.max_user_watches

    readiness = Readiness()
    monkeypatch.setattr(readiness, "connecting", refuse)
    before = open_descriptors()
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(Failure) as failed:
            await dial(LOOPBACK, server.getsockname()[1], readiness)
        assert open_descriptors() == before + 1

    assert failed.value.reason.is_blindness


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EHOSTUNREACH, Reason.UNREACHABLE),
        (errno.ENETUNREACH, Reason.UNREACHABLE),
        (errno.ETIMEDOUT, Reason.CONNECT_TIMEOUT),
        (errno.ECONNRESET, Reason.RESET),
    ],
)
async def test_what_the_network_says_after_the_syn_is_theirs(
    monkeypatch: pytest.MonkeyPatch, code: int, reason: Reason
) -> None:
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: errno.EINPROGRESS)
    monkeypatch.setattr(socket.socket, "getsockopt", lambda *_: code)

    readiness = Readiness()
    with pytest.raises(Failure) as failed:
        await dial(LOOPBACK, 9, readiness)
    readiness.close()

    assert failed.value.reason is reason
    assert not failed.value.reason.is_blindness


def no_such_name(*_: object, **__: object) -> list[Any]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def no_resolver(*_: object, **__: object) -> list[Any]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize(
    ("lookup", "reason"),
    [(no_such_name, Reason.RESOLVE_FAILED), (no_resolver, Reason.RESOLVER_UNAVAILABLE)],
)
async def test_a_name_that_is_not_is_told_from_a_resolver_that_is_not(
    lookup: Lookup, reason: Reason
) -> None:
    resolver = Resolver(lookup=lookup)
    async with HttpProber(resolver=resolver) as prober:
        reading = await prober.fetch(settings("http://clinica.example/"))
    resolver.close()

    assert reading.reason is reason
    assert reading.http is not None
    assert reading.http.connect_s is None


async def test_a_resolver_that_hangs_is_ours() -> None:
    answer = threading.Event()

    def hang(*_: object, **__: object) -> list[Any]:
        answer.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "late")

    resolver = Resolver(lookup=hang)
    async with HttpProber(resolver=resolver) as prober:
        reading = await prober.fetch(settings("http://clinica.example/", timeout=0.2))
    answer.set()
    resolver.close()

    assert reading.reason is Reason.RESOLVER_UNAVAILABLE
    assert "0.2 s" in reading.detail


async def test_waiting_for_our_own_connections_is_not_their_slowness() -> None:
    async with HttpProber(max_connections=1) as prober, serving(Caller.stay_silent) as server:
        asked = settings(server.url, timeout=0.3)
        first, second = await asyncio.gather(prober.fetch(asked), prober.fetch(asked))

    assert first.reason is Reason.FIRST_BYTE_TIMEOUT
    assert second.reason is Reason.STALLED


@pytest.mark.heavy
async def test_a_run_that_started_late_does_not_blame_the_server() -> None:
    async def slow(caller: Caller) -> None:
        await caller.request()
        await asyncio.sleep(0.3)
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with HttpProber(max_connections=1) as prober, serving(slow) as server:
        asked = settings(server.url, timeout=0.5)
        first, second = await asyncio.gather(prober.fetch(asked), prober.fetch(asked))

    assert first.success
    assert second.reason is Reason.STALLED
    assert "waiting for a connection of ours" in second.detail


@pytest.mark.heavy
async def test_a_loop_that_stood_still_does_not_blame_the_server() -> None:
    async with HttpProber() as prober, serving(Caller.stay_silent) as server:
        fetching = asyncio.ensure_future(prober.fetch(settings(server.url, timeout=0.2)))
        await asyncio.sleep(0.05)
        time.sleep(0.9)  # noqa: ASYNC251 the fault under test
        reading = await fetching

    assert reading.reason is Reason.STALLED
    assert "late" in reading.detail


async def test_a_cancelled_run_leaves_nothing_open() -> None:
    async with HttpProber() as prober, serving(Caller.stay_silent) as server:
        for scheme in ("http", "https"):
            url = server.url.replace("http", scheme)
            fetching = asyncio.ensure_future(prober.fetch(settings(url)))
            await asyncio.wait_for(server.begun.get(), 5)
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
            await asyncio.wait_for(server.ended.get(), 5)


FLOOD = """
import asyncio

async def flood(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
    try:
        for _ in range(1000):
            writer.write(b"fa00\\r\\n" + b"x" * 64000 + b"\\r\\n")
            await writer.drain()
    except OSError:
        writer.transport.abort()

async def main():
    server = await asyncio.start_server(flood, "127.0.0.1", 0, backlog=600)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.heavy
async def test_500_floods_at_once_cost_little_memory_and_no_descriptor() -> None:
    asyncio.get_running_loop().set_debug(False)  # its stack of every future is megabytes
    flood = await asyncio.create_subprocess_exec(sys.executable, "-c", FLOOD, stdout=PIPE)
    try:
        assert flood.stdout is not None
        port = int(await flood.stdout.readline())
        asked = settings(f"http://127.0.0.1:{port}/", timeout=60.0)
        async with HttpProber(max_connections=100) as prober:
            await prober.fetch(asked)
            descriptors, peak_kb = open_descriptors(), _peak_kb()
            readings = await asyncio.gather(*(prober.fetch(asked) for _ in range(500)))
            await asyncio.sleep(0)

            assert {reading.reason for reading in readings} == {Reason.BODY_TOO_LARGE}
            assert _peak_kb() - peak_kb < 40_000
            assert open_descriptors() <= descriptors
    finally:
        flood.kill()
        await flood.communicate()


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_every_stage_has_its_reason_when_time_runs_out() -> None:
    now_s = 100.0
    expected = {
        Stage.RESOLVE: Reason.RESOLVER_UNAVAILABLE,
        Stage.CONNECT: Reason.CONNECT_TIMEOUT,
        Stage.TLS: Reason.TLS_TIMEOUT,
        Stage.SEND: Reason.FIRST_BYTE_TIMEOUT,
        Stage.PROCESSING: Reason.FIRST_BYTE_TIMEOUT,
        Stage.TRANSFER: Reason.BODY_TIMEOUT,
        Stage.JUDGE: Reason.STALLED,
    }
    for stage, reason in expected.items():
        run = HttpRun(lambda: now_s)
        run.enter(stage)
        assert run.timed_out(5.0).reason is reason
    assert HttpRun(lambda: now_s).timed_out(5.0).reason is Reason.STALLED


@pytest.mark.parametrize(("behind_s", "reason"), [
    (0.4, Reason.CONNECT_TIMEOUT), (0.6, Reason.STALLED),
])  # fmt: skip
def test_an_answer_that_may_have_waited_for_us_is_not_held_against_them(
    behind_s: float, reason: Reason
) -> None:
    run = HttpRun(lambda: 100.0)
    run.enter(Stage.CONNECT)
    assert run.timed_out(5.0, behind_s).reason is reason
