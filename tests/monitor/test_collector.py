"""The cycle collector leaves alone what stays, and still finds what we throw away."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from monitor import collector


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


async def test_what_was_made_until_all_is_settled_is_left_out_of_all_rounds() -> None:
    collector.spare()
    first = gc.get_freeze_count()
    made = [Knot() for _ in range(1000)]
    collector.spare_again(asyncio.get_running_loop(), after_s=0.0)
    await asyncio.sleep(0.01)

    assert gc.get_freeze_count() >= first + len(made)


def test_what_is_thrown_away_later_is_found() -> None:
    collector.spare()
    lost = weakref.ref(Knot())
    for _ in range(3):
        _kept: list[list[int]] = [[] for _ in range(gc.get_threshold()[0] + 1)]

    assert lost() is None
