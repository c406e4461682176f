"""What one reading led to."""

from typing import NamedTuple

from config.component import Component
from monitor.events import AnyEvent
from monitor.quality.telemedicine import Assessment
from probes.reading import Reading


class Outcome(NamedTuple):
    """Of one run, as light as it can be. `hasten` are probes whose fresh answer is wanted at once.

    `learned` means that a path has shown more of its habit, or shown it for long enough.
    `doubt` means that a doubt has grown so far, or that it is over, that it is to be written down.
    `assessment` is what a link is good for in telemedicine, where that is told again.
    `reading` is what the run is worth: less than it seemed while we were blind.
    `component` is None when the probe was retired or changed while it was under way.
    """

    component: Component | None
    events: list[AnyEvent]
    fast: bool = False
    hasten: tuple[str, ...] = ()
    learned: bool = False
    doubt: bool = False
    assessment: Assessment | None = None
    reading: Reading | None = None
