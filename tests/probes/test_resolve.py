"""Names: asked once, remembered, and told apart when they fail. No test asks a real resolver."""

import asyncio
import errno
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from probes.reading import Reason
from probes.resolve import Address, Family, Resolver, Unresolved, look_up
from tests.clock import FakeClock
from tests.probes.conftest import MakeBench
from tests.probes.echo_fakes import settle

Found = list[tuple[Any, Any, int, str, Any]]


def found(*addresses: str) -> Found:
    return [
        (socket.AF_INET6, None, 0, "", (address, 0, 0, 0))
        if ":" in address
        else (socket.AF_INET, None, 0, "", (address, 0))
        for address in addresses
    ]


class FakeLookup:
    """The system's resolver: answers what it is told, counts, and can be held up."""

    def __init__(self) -> None:
        self.answer: Found | Exception = found("127.64.0.1")
        self.asked: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, host: str, _port: None, **_hints: int) -> Found:
        self.asked.append(host)
        assert self.may_answer.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def lookup() -> FakeLookup:
    return FakeLookup()


@pytest_asyncio.fixture
async def resolver(lookup: FakeLookup, clock: FakeClock) -> AsyncIterator[Resolver]:
    made = Resolver(timeout_s=0.05, keep_s=60, retry_s=5, monotonic=clock.monotonic, lookup=lookup)
    yield made
    lookup.may_answer.set()
    made.close()


@pytest.mark.parametrize(
    ("host", "family", "sockaddr"),
    [
        ("127.64.0.9", "any", ("127.64.0.9", 7)),
        ("::1", "ipv6", ("::1", 7, 0, 0)),
        ("FD00:0::0001", "any", ("fd00::1", 7, 0, 0)),
        ("fe80::1%lo", "any", ("fe80::1", 7, 0, socket.if_nametoindex("lo"))),
    ],
)
async def test_a_literal_asks_nobody(host: str, family: Family, sockaddr: object) -> None:
    address = Resolver().known(host, family)
    assert isinstance(address, Address)
    assert address.sockaddr(7) == sockaddr


@pytest.mark.parametrize(
    ("host", "family"),
    [
        ("127.0.0.1", "ipv6"),
        ("::1", "ipv4"),
        ("224.0.0.1", "any"),
        ("255.255.255.255", "any"),
        ("0.0.0.0", "any"),
        ("::", "any"),
        ("ff02::1", "any"),
        ("fe80::1", "any"),  # no interface
        ("fe80::1%no-such-if", "any"),
        ("1:2:3", "any"),
        ("127.0.0.1%lo", "any"),
    ],
)
async def test_an_address_that_is_not_one_host_is_refused(host: str, family: Family) -> None:
    answer = await Resolver().resolve(host, family)
    assert isinstance(answer, Unresolved)
    assert answer.reason is Reason.RESOLVE_FAILED


async def test_a_name_is_asked_once_and_remembered_for_a_while(
    resolver: Resolver, lookup: FakeLookup, clock: FakeClock
) -> None:
    assert resolver.known("clinic.example", "any") is None
    answers = await asyncio.gather(*(resolver.resolve("clinic.example", "any") for _ in range(5)))
    assert {a.host for a in answers if isinstance(a, Address)} == {"127.64.0.1"}
    clock.skip(59)
    await resolver.resolve("clinic.example", "any")
    assert lookup.asked == ["clinic.example"]
    clock.skip(2)
    lookup.answer = found("127.64.0.2")
    moved = await resolver.resolve("clinic.example", "any")
    assert isinstance(moved, Address)
    assert moved.host == "127.64.0.2"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no such name"), Reason.RESOLVE_FAILED),
        (socket.gaierror(socket.EAI_NODATA, "no address"), Reason.RESOLVE_FAILED),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), Reason.RESOLVER_UNAVAILABLE),
        (socket.gaierror(socket.EAI_FAIL, "failed"), Reason.RESOLVER_UNAVAILABLE),
        (OSError(errno.EMFILE, "too many open files"), Reason.NO_SOCKET),
        (OSError(errno.EIO, "input/output error"), Reason.RESOLVER_UNAVAILABLE),
        (UnicodeError("label too long"), Reason.RESOLVE_FAILED),
    ],
)
async def test_failures_are_told_apart_and_not_repeated_at_once(
    resolver: Resolver, lookup: FakeLookup, clock: FakeClock, error: Exception, reason: Reason
) -> None:
    lookup.answer = error
    for _ in range(2):
        answer = await resolver.resolve("clinic.example", "any")
        assert isinstance(answer, Unresolved)
        assert answer.reason is reason
    assert len(lookup.asked) == 1
    clock.skip(6)
    lookup.answer = found("127.64.0.1")
    assert isinstance(await resolver.resolve("clinic.example", "any"), Address)


async def test_no_address_of_a_known_kind_is_a_failure(
    resolver: Resolver, lookup: FakeLookup
) -> None:
    lookup.answer = []
    answer = await resolver.resolve("clinic.example", "any")
    assert answer == Unresolved(Reason.RESOLVE_FAILED, "clinic.example has no address")


async def test_a_resolver_that_hangs_holds_nobody_up_and_its_answer_is_used_later(
    resolver: Resolver, lookup: FakeLookup
) -> None:
    lookup.may_answer.clear()
    answer = await resolver.resolve("clinic.example", "any")
    assert isinstance(answer, Unresolved)
    assert answer.reason is Reason.RESOLVER_UNAVAILABLE
    assert "within 0.05 s" in answer.detail
    lookup.may_answer.set()
    await asyncio.wait(set(resolver._flights.values()))
    await settle()
    assert isinstance(resolver.known("clinic.example", "any"), Address)
    assert len(lookup.asked) == 1


async def test_the_last_good_address_serves_while_the_resolver_fails(
    resolver: Resolver, lookup: FakeLookup, clock: FakeClock
) -> None:
    await resolver.resolve("clinic.example", "any")
    clock.skip(61)
    lookup.answer = socket.gaierror(socket.EAI_AGAIN, "try again")
    for _ in range(3):
        stale = await resolver.resolve("clinic.example", "any")
        assert isinstance(stale, Address)
        assert stale.host == "127.64.0.1"
        assert stale.note.startswith("last known address")
        clock.skip(6)
    lookup.answer = socket.gaierror(socket.EAI_NONAME, "no such name")
    assert isinstance(await resolver.resolve("clinic.example", "any"), Unresolved)


async def test_the_memory_is_bounded(lookup: FakeLookup) -> None:
    resolver = Resolver(capacity=10, lookup=lookup)
    for number in range(30):
        await resolver.resolve(f"clinic-{number}.example", "any")
        resolver.known(f"127.64.1.{number}", "any")
    assert len(resolver._memories) == 10
    resolver.close()


async def test_closing_ends_who_waits(lookup: FakeLookup) -> None:
    lookup.may_answer.clear()
    resolver = Resolver(timeout_s=10, lookup=lookup)
    names = [f"clinic-{number}.example" for number in range(20)]  # more than there are threads
    waiting = [asyncio.ensure_future(resolver.resolve(name, "any")) for name in names]
    await settle()
    resolver.close()
    queued = await waiting[-1]
    assert isinstance(queued, Unresolved)
    assert queued.reason is Reason.RESOLVER_UNAVAILABLE
    lookup.may_answer.set()
    await asyncio.gather(*waiting)


def test_an_impossible_name_is_no_exception() -> None:
    answer = look_up("a..b", "any")
    assert isinstance(answer, Unresolved)
    assert answer.reason is Reason.RESOLVE_FAILED


# -- as a run sees it


async def test_a_ping_by_name_names_its_address(make_bench: MakeBench, resolver: Resolver) -> None:
    await resolver.resolve("clinic.example", "any")  # its thread keeps no time with the fake clock
    named = make_bench(resolver=resolver)
    run = await named.start(target="clinic.example")
    await named.port.has_sent.wait()
    assert named.port.sent[0][1] == ("127.64.0.1", 0)
    named.port.answer()
    reading = await named.end(run)
    assert reading.success
    assert reading.address == "127.64.0.1"


async def test_a_ping_by_a_stale_address_says_so(
    make_bench: MakeBench, resolver: Resolver, lookup: FakeLookup, clock: FakeClock
) -> None:
    await resolver.resolve("clinic.example", "any")
    clock.skip(61)
    lookup.answer = socket.gaierror(socket.EAI_AGAIN, "try again")
    await resolver.resolve("clinic.example", "any")  # its thread keeps no time with the fake clock
    named = make_bench(resolver=resolver)
    run = await named.start(target="clinic.example")
    await named.port.has_sent.wait()
    named.port.answer()
    reading = await named.end(run)
    assert reading.success
    assert "last known address" in reading.detail


async def test_a_ping_of_no_such_name_fails_without_a_packet(
    make_bench: MakeBench, resolver: Resolver, lookup: FakeLookup
) -> None:
    lookup.answer = socket.gaierror(socket.EAI_NONAME, "no such name")
    named = make_bench(resolver=resolver)
    reading = await (await named.start(target="clinic.example"))
    assert reading.reason is Reason.RESOLVE_FAILED
    assert not named.port.sent


COLD = """
import encodings.idna, resource
from probes.resolve import Unresolved, look_up

limit = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (0, limit[1]))
answer = look_up("localhost", "any")
resource.setrlimit(resource.RLIMIT_NOFILE, limit)
print(answer.reason if isinstance(answer, Unresolved) else answer)
"""


def test_a_c_library_that_could_open_no_file_has_not_said_no_such_name() -> None:
    """It says so in a process that has not looked up a name before: glibc 2.36."""
    told = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
    assert told.stdout == f"{Reason.NO_SOCKET}\n"
