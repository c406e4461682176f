"""Python's cycle collector, set as the daemon sets it (monitor/commands/run.py says why)."""

import gc


def spare_the_collector() -> None:
    """Leave out of collections what lives as long as we do, and collect a tenth as often."""
    gc.collect()
    gc.freeze()
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young * 10, middle, old)
