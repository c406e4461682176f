"""The engine on the real kernel: loopback addresses, with whatever sockets are permitted here."""

import asyncio
import os
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from config.probe import IcmpSettings
from config.settings import IcmpEngineSettings
from probes.echo import ICMP, Requests
from probes.icmp import IcmpEngine
from probes.icmp_opening import Mode, Wish, open_echo_socket
from probes.icmp_outlet import Outlet
from probes.icmp_ports import Lease
from probes.icmp_socket import EchoSocket
from probes.reading import Reading, Reason
from tests.probes.conftest import not_possible

TARGETS = 5_000


@dataclass
class Told:
    ignored: Counter[str] = field(default_factory=Counter)
    dropped: list[int] = field(default_factory=list)

    def engine(self, **options: object) -> IcmpEngine:
        return IcmpEngine.open(
            on_ignored=lambda why, count: self.ignored.update({why: count}),
            on_dropped=self.dropped.append,
            **options,  # type: ignore[arg-type]
        )


@pytest.fixture
def told() -> Told:
    return Told()


@pytest_asyncio.fixture
async def engine(icmp_permitted: None, told: Told) -> AsyncIterator[IcmpEngine]:
    opened = told.engine()
    yield opened
    opened.close()


def raw_socket() -> socket.socket:
    try:
        return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    except PermissionError:
        not_possible("raw sockets are not permitted here")


@pytest.mark.parametrize("target", ["127.0.0.1", "127.64.9.9", "::1"])
@pytest.mark.parametrize("fresh_id", [False, True])
async def test_this_machine_answers(engine: IcmpEngine, target: str, *, fresh_id: bool) -> None:
    settings = IcmpSettings(target=target, packets=3, spacing=0.01)
    reading = await engine.ping(settings, fresh_id=fresh_id)
    assert reading.success
    assert reading.address == target
    assert reading.echo is not None
    assert (reading.echo.sent, reading.echo.received) == (3, 3)
    assert reading.echo.rtt_max_s is not None
    assert 0 < reading.echo.rtt_max_s < reading.duration_s
    assert reading.echo.jitter_s is not None


@pytest.mark.parametrize("mode", ["auto", "raw"])
@pytest.mark.parametrize("target", ["127.0.0.1", "::1"])
async def test_replies_of_different_sizes_come_whole(told: Told, mode: Mode, target: str) -> None:
    raw_socket().close()
    engine = told.engine(mode=mode)
    sizes = (24, 300, 65_000, 1_472)
    runs = (engine.ping(IcmpSettings(target=target, size=size)) for size in sizes)
    assert all(reading.success for reading in await asyncio.gather(*runs))
    assert not told.ignored
    engine.close()


@pytest.mark.heavy
@pytest.mark.parametrize("transmit_stamps", [False, True])
async def test_five_thousand_targets_at_once_without_loss(
    icmp_permitted: None, told: Told, *, transmit_stamps: bool
) -> None:
    asyncio.get_running_loop().set_debug(False)  # which would spend seconds on tracebacks
    engine = told.engine(settings=IcmpEngineSettings(transmit_stamps=transmit_stamps))
    targets = [f"127.64.{n // 250}.{n % 250 + 1}" for n in range(TARGETS)]
    readings: list[Reading] = []
    all_came = asyncio.Event()

    def answer(reading: Reading) -> None:
        readings.append(reading)
        if len(readings) == TARGETS:
            all_came.set()

    for target in targets:
        engine.echo(IcmpSettings(target=target, timeout=5.0)).ask(False, answer)
    await all_came.wait()
    engine.close()
    assert sorted(reading.address for reading in readings) == sorted(targets)
    assert sum(reading.success for reading in readings) == TARGETS
    assert not told.dropped
    assert not told.ignored


async def test_a_busy_loop_does_not_stretch_the_round_trip(engine: IcmpEngine) -> None:
    run = asyncio.ensure_future(engine.ping(IcmpSettings(target="127.0.0.1")))
    while not engine._ring.waiting:  # noqa: ASYNC110 - it leaves at once, its reply is read later
        await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - that is the point
    reading = await run
    assert reading.duration_s > 0.2
    assert reading.echo is not None
    assert reading.echo.rtt_last_s is not None
    assert reading.echo.rtt_last_s < 0.1


async def test_a_run_leaves_no_socket_open(engine: IcmpEngine) -> None:
    before = open_files()
    settings = IcmpSettings(target="127.0.0.1")
    await asyncio.gather(*(engine.ping(settings, fresh_id=True) for _ in range(20)))
    assert open_files() <= before


async def test_a_raw_socket_never_sees_foreign_messages(told: Told) -> None:
    with raw_socket() as other:
        engine = told.engine(mode="raw")
        shared = shared_socket(engine)
        foreign = Requests(bytes(16))
        for echo_id in range(0, 0x10000, 64):
            if not shared.echo_id <= echo_id < shared.echo_id + 1024:
                other.sendto(foreign.write(ICMP.request, echo_id, 1), ("127.0.0.1", 0))
        assert shared.receive(100) == ([], [])
        # a foreign ping with an identifier of our block passes, and the cookie gives it away
        other.sendto(foreign.write(ICMP.request, shared.echo_id, 2), ("127.0.0.1", 0))
        assert (await engine.ping(IcmpSettings(target="127.0.0.1"))).success
        assert told.ignored == {"cookie": 1}
        engine.close()


async def test_an_overflowing_buffer_is_counted_and_blames_nobody(
    icmp_permitted: None, told: Told
) -> None:
    def open_small(wish: Wish) -> EchoSocket:
        port = open_echo_socket(wish)
        port._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        return port

    engine = told.engine(opener=open_small)
    runs = [engine.ping(IcmpSettings(target=f"127.64.0.{n}", timeout=0.05)) for n in range(1, 60)]
    readings = await asyncio.gather(*runs)
    unseen = [reading for reading in readings if not reading.success]
    assert unseen
    assert {reading.reason for reading in unseen} == {Reason.STALLED}
    assert sum(told.dropped) >= len(unseen)
    engine.close()


async def test_the_receive_buffer_is_enlarged_and_read_back(engine: IcmpEngine) -> None:
    default = int(Path("/proc/sys/net/core/rmem_default").read_text())
    shared = shared_socket(engine)
    assert shared.receive_buffer_bytes > default
    assert f"receive buffer {shared.receive_buffer_bytes} bytes" in engine.describe()


def open_files() -> set[str]:
    return set(os.listdir("/proc/self/fd"))  # noqa: PTH208


def shared_socket(engine: IcmpEngine) -> EchoSocket:
    lease = engine._ports.shared(Outlet(socket.AF_INET))
    assert isinstance(lease, Lease)
    assert isinstance(lease.port, EchoSocket)
    return lease.port
