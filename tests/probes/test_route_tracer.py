"""Routes traced beside the loop: resolved, bounded, and gone when nobody wants them any more."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config.probe import AnyProbe, HttpSettings, IcmpSettings, PowerSettings, TcpSettings
from probes.resolve import Resolver
from probes.route import MAX_HOPS, Hop, NotPermittedError, TraceError, trace
from probes.route_tracer import TRACE_S, Route, RouteTracer, host_of

Trace = Callable[[str, str | None], Iterator[Hop]]
ROUTER, TARGET = Hop(1, "10.0.0.1", 0.001), Hop(2, "10.9.9.9", 0.002)
ASKED = IcmpSettings(target="10.9.9.9")


@contextmanager
def tracer(
    trace: Trace,
    lookup: Callable[..., Any] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[RouteTracer]:
    resolver = Resolver() if lookup is None else Resolver(lookup=lookup)
    one = RouteTracer(resolver, trace, monotonic)
    yield one
    one.close()
    resolver.close()


class Traced:
    """Remembers what was traced, and in which thread."""

    def __init__(self, *hops: Hop) -> None:
        self.hops = hops
        self.asked: list[tuple[str, str | None]] = []
        self.threads: set[str] = set()

    def __call__(self, target: str, source: str | None) -> Iterator[Hop]:
        self.asked.append((target, source))
        self.threads.add(threading.current_thread().name.partition("_")[0])
        yield from self.hops


async def test_it_traces_in_a_thread_of_its_own() -> None:
    traced = Traced(ROUTER, TARGET)
    with tracer(traced) as one:
        route = await one.trace(IcmpSettings(target="10.9.9.9", source="10.0.0.5"))
    assert route == Route("10.9.9.9", (ROUTER, TARGET))
    assert (traced.asked, traced.threads) == ([("10.9.9.9", "10.0.0.5")], {"route"})


async def test_a_name_is_asked_of_the_resolver_of_all_probes() -> None:
    def lookup(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 2, 0, "", ("10.9.9.9", 0))]

    traced = Traced(TARGET)
    with tracer(traced, lookup) as one:
        await one.trace(HttpSettings(url="https://ece.example.mx/health"))
    assert traced.asked == [("10.9.9.9", None)]


async def test_a_name_without_an_address_is_no_route() -> None:
    def lookup(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        raise OSError(0, "name server gone")

    traced = Traced()
    with tracer(traced, lookup) as one:
        with pytest.raises(TraceError, match="name server gone"):
            await one.trace(TcpSettings(target="ece.example.mx:443"))
        with pytest.raises(TraceError, match="names no host"):
            await one.trace(HttpSettings(url="http://:80/"))
    assert traced.asked == []


@pytest.mark.parametrize("target", ["127.0.0.1", "127.64.0.9", "::1"])
async def test_what_lives_on_this_machine_has_no_route(target: str) -> None:
    traced = Traced(ROUTER)
    with tracer(traced) as one:
        assert await one.trace(IcmpSettings(target=target)) is None
    assert traced.asked == []


async def test_one_that_takes_too_long_ends_where_it_is() -> None:
    now_s = 0.0

    def monotonic() -> float:
        return now_s

    def slow(_target: str, _source: str | None) -> Iterator[Hop]:
        nonlocal now_s
        for distance in range(1, MAX_HOPS + 1):
            now_s += TRACE_S / 3
            yield Hop(distance, f"10.0.0.{distance}", 1.0)

    with tracer(slow, monotonic=monotonic) as one:
        route = await one.trace(ASKED)
    assert route is not None
    assert [hop.distance for hop in route.hops] == [1, 2, 3]


async def test_closing_ends_it_at_the_router_that_it_waits_for() -> None:
    loop = asyncio.get_running_loop()
    begun, answer, ended = asyncio.Event(), threading.Event(), threading.Event()

    def waiting(_target: str, _source: str | None) -> Iterator[Hop]:
        try:
            loop.call_soon_threadsafe(begun.set)
            answer.wait(10)
            yield ROUTER
            yield TARGET
        finally:
            ended.set()

    one = RouteTracer(Resolver(), waiting)
    under_way = asyncio.ensure_future(one.trace(ASKED))
    await begun.wait()
    one.close()  # does not wait for it
    answer.set()
    route = await under_way
    assert route == Route("10.9.9.9", (ROUTER,))
    assert ended.wait(10)


async def test_who_gives_up_waiting_does_not_have_to_wait_for_the_thread() -> None:
    loop = asyncio.get_running_loop()
    begun, answer = asyncio.Event(), threading.Event()

    def waiting(_target: str, _source: str | None) -> Iterator[Hop]:
        loop.call_soon_threadsafe(begun.set)
        answer.wait(10)
        yield ROUTER

    with tracer(waiting) as one:
        under_way = asyncio.ensure_future(one.trace(ASKED))
        await begun.wait()
        under_way.cancel()
        with pytest.raises(asyncio.CancelledError):
            await under_way
        answer.set()


async def test_a_bug_of_ours_is_a_trace_that_failed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)

    def broken(_target: str, _source: str | None) -> Iterator[Hop]:
        raise KeyError("hop")
        yield ROUTER

    with tracer(broken) as one, pytest.raises(TraceError, match="KeyError"):
        await one.trace(ASKED)
    assert caplog.messages == ["trace failed target=10.9.9.9"]


async def test_that_it_is_not_permitted_is_said_as_such() -> None:
    def refused(_target: str, _source: str | None) -> Iterator[Hop]:
        raise NotPermittedError("a trace needs CAP_NET_RAW")
        yield ROUTER

    with tracer(refused) as one, pytest.raises(NotPermittedError):
        await one.trace(ASKED)


async def test_a_thread_really_traces_over_the_loopback() -> None:
    def at_home(_target: str, source: str | None) -> Iterator[Hop]:
        yield from trace("127.0.0.1", source)

    with tracer(at_home) as one:
        try:
            route = await one.trace(ASKED)
        except NotPermittedError:
            pytest.skip("no raw socket here: NOT TESTED")
    assert route is not None
    assert route.last is not None
    assert route.last.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("hops", "last", "reaches"),
    [
        ((), None, False),
        ((Hop(1, None, None),), None, False),
        ((ROUTER, Hop(2, None, None)), ROUTER, False),
        ((ROUTER, TARGET), TARGET, True),
    ],
)
def test_a_route_ends_with_the_last_that_answered(
    hops: tuple[Hop, ...], last: Hop | None, reaches: bool
) -> None:
    route = Route("10.9.9.9", hops)
    assert (route.last, route.reaches) == (last, reaches)


@pytest.mark.parametrize(
    ("asked", "host"),
    [
        (IcmpSettings(target="10.9.9.9"), "10.9.9.9"),
        (TcpSettings(target="10.9.9.9:443"), "10.9.9.9"),
        (TcpSettings(target="[2001:db8::1]:443"), "2001:db8::1"),
        (HttpSettings(url="https://ece.example.mx:8443/health?x=1"), "ece.example.mx"),
        (PowerSettings(url="http://[2001:db8::1]/power"), "2001:db8::1"),
        (HttpSettings(url="http://[2001:db8::1/"), ""),
    ],
)
def test_the_host_is_that_of_the_question(asked: AnyProbe, host: str) -> None:
    assert host_of(asked) == host
