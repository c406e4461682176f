"""TCP handshakes with real servers on this machine."""

import asyncio
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.probe import TcpSettings
from probes.local_error import explain_open, explain_send
from probes.places import Places
from probes.readiness import Readiness
from probes.reading import Reason
from probes.resolve import Resolver
from probes.tcp import TcpQuestion, connect
from tests.descriptors import descriptors

ON_BOTH_LOOPS = True


def settings(listener: socket.socket, timeout: str = "3s", **changed: str) -> TcpSettings:
    host, port = listener.getsockname()[:2]
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return TcpSettings.model_validate({"target": target, "timeout": timeout} | changed)


def listen(host: str = "127.0.0.1", backlog: int = 16) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    listener.bind((host, 0))
    listener.listen(backlog)
    return listener


def open_files() -> set[str]:
    return set(os.listdir("/proc/self/fd"))  # noqa: PTH208


def known_to_kernel(client: tuple[str, int], server: tuple[str, int]) -> bool:
    ends = [f"0100007F:{port:04X}" for _, port in (client, server)]
    return " ".join(ends) in Path("/proc/net/tcp").read_text()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with listen() as opened:
        yield opened


@pytest.fixture
def full_listener() -> Iterator[socket.socket]:
    """A server that answers no further SYN: its queue of one is full."""
    with listen(backlog=0) as opened, socket.create_connection(opened.getsockname()):
        yield opened


@pytest.mark.parametrize("host", ["127.0.0.1", "127.64.0.5", "::1"])
async def test_a_handshake_is_a_success_with_its_time(host: str) -> None:
    with listen(host) as opened:
        reading = await connect(settings(opened))
    assert reading.success
    assert reading.address == host
    assert 0 < reading.duration_s < 1


async def test_nothing_is_sent_and_nothing_is_left_behind(listener: socket.socket) -> None:
    before = open_files()
    assert (await connect(settings(listener))).success
    assert open_files() <= before
    accepted, client = listener.accept()
    with accepted, pytest.raises(ConnectionResetError):
        accepted.recv(100)
    assert not known_to_kernel(client, listener.getsockname())  # not even in TIME_WAIT


async def test_a_closed_port_refuses() -> None:
    with listen() as opened:
        closed = settings(opened)
    reading = await connect(closed)
    assert reading.reason is Reason.REFUSED
    assert reading.address == "127.0.0.1"


async def test_a_connection_reset_before_we_look_is_a_reset(listener: socket.socket) -> None:
    def slam() -> None:
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()

    loop = asyncio.get_running_loop()
    loop.add_reader(listener.fileno(), slam)
    reading = await connect(settings(listener))
    loop.remove_reader(listener.fileno())
    assert reading.reason is Reason.RESET


async def test_a_server_that_hangs_up_politely_has_shaken_hands(listener: socket.socket) -> None:
    def hang_up() -> None:
        listener.accept()[0].close()

    loop = asyncio.get_running_loop()
    loop.add_reader(listener.fileno(), hang_up)
    reading = await connect(settings(listener))
    loop.remove_reader(listener.fileno())
    assert reading.success


@pytest.mark.heavy
async def test_an_unanswered_syn_is_a_connect_timeout(full_listener: socket.socket) -> None:
    reading = await connect(settings(full_listener, "600ms"))
    assert reading.reason is Reason.CONNECT_TIMEOUT
    assert reading.detail == "no answer to SYN within 0.6 s"
    assert reading.duration_s >= 0.6


async def test_silence_through_a_stall_of_the_loop_is_ours(full_listener: socket.socket) -> None:
    asyncio.get_running_loop().call_later(0.01, time.sleep, 0.15)
    reading = await connect(settings(full_listener, "50ms"))
    assert reading.reason is Reason.STALLED


async def test_a_handshake_during_a_stall_counts_and_keeps_its_true_time(
    listener: socket.socket,
) -> None:
    asyncio.get_running_loop().call_soon(time.sleep, 0.15)
    reading = await connect(settings(listener, "50ms"))
    assert reading.success
    assert reading.duration_s < 0.05


async def test_without_file_descriptors_it_is_our_failure(listener: socket.socket) -> None:
    asked = settings(listener)
    assert (await connect(asked)).success  # what Python loads for the first address, it has now
    with descriptors(0):
        reading = await connect(asked)
    assert reading.reason is Reason.NO_SOCKET
    assert "EMFILE" in reading.detail


async def test_waiting_for_a_place_is_our_blindness_and_gives_it_back(
    listener: socket.socket, full_listener: socket.socket
) -> None:
    resolver, places, readiness = Resolver(), Places(1), Readiness()
    taking = TcpQuestion(settings(full_listener), resolver, places, readiness)
    waiting = TcpQuestion(settings(listener, "50ms"), resolver, places, readiness)

    taken = asyncio.ensure_future(taking.ask())
    await asyncio.sleep(0)
    blind = await waiting.ask()
    taken.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taken
    seeing = await waiting.ask()
    readiness.close()

    assert (blind.reason, seeing.success) == (Reason.STALLED, True)
    assert blind.detail == "no free connection of ours within 0.05 s"


async def test_cancellation_closes_the_socket(full_listener: socket.socket) -> None:
    before = open_files()
    run = asyncio.ensure_future(connect(settings(full_listener)))
    await asyncio.sleep(0)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert open_files() <= before


async def test_a_name_is_resolved_first(listener: socket.socket) -> None:
    def lookup(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host != "clinic.example":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, None, 0, "", ("127.0.0.1", 0))]

    resolver = Resolver(lookup=lookup)  # type: ignore[arg-type]
    port = listener.getsockname()[1]
    reading = await connect(TcpSettings(target=f"clinic.example:{port}"), resolver=resolver)
    assert reading.success
    assert reading.address == "127.0.0.1"
    reading = await connect(TcpSettings(target=f"other.example:{port}"), resolver=resolver)
    assert reading.reason is Reason.RESOLVE_FAILED
    resolver.close()


async def test_a_name_without_a_shared_resolver(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    reading = await connect(TcpSettings(target=f"localhost:{port}", family="ipv4"))
    assert reading.success


async def test_a_family_the_target_does_not_have(listener: socket.socket) -> None:
    reading = await connect(settings(listener, family="ipv6"))
    assert reading.reason is Reason.RESOLVE_FAILED


@pytest.mark.parametrize(
    ("error", "opening", "sending"),
    [
        (PermissionError(1, "x"), Reason.NO_PERMISSION, Reason.NO_PERMISSION),
        (OSError(24, "x"), Reason.NO_SOCKET, Reason.NO_SOCKET),
        (OSError(99, "x"), Reason.NO_SOCKET, Reason.NO_SOCKET),  # no port left
        (OSError(101, "x"), Reason.NO_SOCKET, Reason.SEND_FAILED),
        (OSError(105, "x"), Reason.NO_SOCKET, Reason.SEND_FAILED),
        (OSError("no number"), Reason.NO_SOCKET, Reason.SEND_FAILED),
    ],
)
def test_what_our_own_kernel_refuses(error: OSError, opening: Reason, sending: Reason) -> None:
    assert explain_open(error)[0] is opening
    assert explain_send(error)[0] is sending
