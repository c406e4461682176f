"""What tests of probes may use."""

import os
import socket
from collections.abc import AsyncIterator
from typing import Literal, NoReturn, Protocol

import pytest
import pytest_asyncio

from probes.icmp_socket import open_echo_socket
from probes.resolve import Resolver
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
    ) -> Bench:
        made.append(bench(mode, refuses=refuses, resolver=resolver))
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
            open_echo_socket(family, "auto").close()
        except OSError as error:
            not_possible(f"ICMP sockets are not permitted here ({error})")
