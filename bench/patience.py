"""Waiting for something to become true, for so long."""

import time
from collections.abc import Callable
from typing import TypeVar

_LOOK_S = 0.1
_Found = TypeVar("_Found")


def wait_for(
    look: Callable[[], _Found | None], timeout_s: float, every_s: float = _LOOK_S
) -> _Found:
    """Return what `look` finds as soon as it finds it.

    Raises:
        TimeoutError: it found nothing in time.

    """
    until_s = time.monotonic() + timeout_s
    while (found := look()) is None:
        if time.monotonic() >= until_s:
            raise TimeoutError(f"nothing within {timeout_s:g} s")
        time.sleep(every_s)
    return found
