"""Python's cycle collector, set as the daemon sets it (monitor/commands/run.py says why)."""

import gc

_YOUNG = 7_000  # ten times Python's own; set, not multiplied, for a bench comes here many times


def spare_the_collector() -> None:
    """Leave out of collections what lives as long as we do, and collect a tenth as often."""
    gc.collect()
    gc.freeze()
    _, middle, old = gc.get_threshold()
    gc.set_threshold(_YOUNG, middle, old)
