"""What tests of probes may use."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Literal, NoReturn, Protocol

import pytest
import pytest_asyncio
import uvloop

from probes.icmp_opening import Wish, open_echo_socket
from probes.icmp_outlet import Outlet
from probes.resolve import Resolver
from tests.probes.authority import CA
from tests.probes.echo_fakes import Bench, bench


def not_possible(missing: str) -> NoReturn:
    """Skip loudly, or fail where CI promised it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{missing}: NOT TESTED")
    pytest.skip(f"{missing}: NOT TESTED")


class MakeBench(Protocol):
    def __call__(
        self,
        mode: Literal["dgram", "raw"] = "raw",
        *,
        refuses: int | None = None,
        resolver: Resolver | None = None,
        max_packets_per_second: int = 1_000_000,
    ) -> Bench: ...


@pytest_asyncio.fixture
async def make_bench() -> AsyncIterator[MakeBench]:
    """Make engines on fake kernels, and close them afterwards."""
    made: list[Bench] = []

    def make(
        mode: Literal["dgram", "raw"] = "raw",
        *,
        refuses: int | None = None,
        resolver: Resolver | None = None,
        max_packets_per_second: int = 1_000_000,
    ) -> Bench:
        made.append(
            bench(
                mode,
                refuses=refuses,
                resolver=resolver,
                max_packets_per_second=max_packets_per_second,
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.engine.close()


@pytest_asyncio.fixture
async def raw(make_bench: MakeBench) -> Bench:
    return make_bench("raw")


@pytest_asyncio.fixture
async def dgram(make_bench: MakeBench) -> Bench:
    return make_bench("dgram")


@pytest.fixture
def icmp_permitted() -> None:
    """Let a test ask real addresses of this machine."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            open_echo_socket(Wish(Outlet(family), "auto", first_id=0)).close()
        except OSError as error:
            not_possible(f"ICMP sockets are not permitted here ({error})")


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    """Return where the certificate of our authority is, for a probe that trusts it."""
    path = tmp_path / "ca.pem"
    CA.cert_pem.write_to_path(path)
    return str(path)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run modules that say `ON_BOTH_LOOPS` on the daemon's loop and on that of the commands.

    Heavy tests run on the daemon's alone.
    """
    if not isinstance(item, pytest.Function) or not getattr(item.module, "ON_BOTH_LOOPS", False):
        return {"asyncio": asyncio.new_event_loop}
    if item.get_closest_marker("heavy") is not None:
        return {"uvloop": uvloop.new_event_loop}
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
