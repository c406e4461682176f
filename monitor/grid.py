"""A fixed grid of instants per probe, with a phase from its key.

Counted in whole milliseconds, so nothing drifts and no instant comes twice. The phase is a
hash: the same spread after every restart, and no two runs of the fleet in lockstep.
"""

from hashlib import blake2b


def phase_ms(key: str, interval_ms: int) -> int:
    """Return where in its interval a probe runs, 0 <= phase < interval."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % interval_ms


def next_instant_ms(after_ms: int, interval_ms: int, phase: int) -> int:
    """Return the first grid instant later than `after_ms`.

    >>> next_instant_ms(10_000, 5_000, 1_200)
    11200
    """
    return (after_ms - phase) // interval_ms * interval_ms + phase + interval_ms
