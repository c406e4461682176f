"""Python's cycle collector, kept from standing still over what lives as long as we do.

With 3,180 sites each of its full rounds takes 0.7 s, and without this it makes one every 1.5 s.
What it finds is next to nothing: counting references frees nearly all that we throw away.
"""

import asyncio
import gc

SETTLED_S = 45.0
"""By then most of what a watch keeps of its sites was made: each was asked, and answered."""
_THRESHOLDS = 2_000, 10, 35
"""As many full rounds for each new object as with ten times Python's 700, 10, 10; but the two
smaller kinds of round, of which many fall into a mass outage, are short: 5 ms and 40 ms."""


def spare() -> None:
    """Leave out of all rounds what exists now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


def spare_again(loop: asyncio.AbstractEventLoop, after_s: float = SETTLED_S) -> None:
    """Leave out, some time from now, what was made meanwhile: only the young of it are searched."""
    loop.call_later(after_s, _spare_what_was_made)


def _spare_what_was_made() -> None:
    gc.collect(1)
    gc.freeze()
