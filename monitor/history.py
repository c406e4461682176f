"""What the daemon writes down for reports: changes of state, what ended, and when it was awake.

Nothing here is read by a verdict. What happened while the daemon did not run is unknown, so each
life leaves its beginning and, once a minute, its latest instant.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from config.component import Component
from monitor.archive import ASSESSED, GONE, HEARD, Change, milliseconds, stamp
from monitor.events import IncidentEvent, StateEvent
from monitor.journal import Journal
from monitor.past_incident import PastIncident
from monitor.quality.telemedicine import Assessment
from monitor.standing import Standing
from monitor.vocabulary import State
from probes.reading import PowerFigures

BEAT = timedelta(minutes=1)
LONGEST_SILENCE = timedelta(minutes=3)
"""After so long without a beat we were not awake: a paused machine is no witness."""
TIDY = timedelta(days=1)


class History:
    """Of one life of the daemon. `keep` is how long anything is kept."""

    def __init__(self, journal: Journal, keep: timedelta) -> None:
        self.keep = keep
        self._journal = journal
        self._asides: dict[str, str] = {}
        self._began_at: datetime | None = None
        self._seen_at: datetime | None = None
        self._tidied_at: datetime | None = None

    def resume(self, standings: Iterable[Standing], at: datetime) -> None:
        """Go on from what earlier lives wrote down, and add what they did not.

        A journal of a version without history, or one whose disk refused, knows other states.
        """
        known = self._journal.latest_states()
        for standing in standings:
            written = known.pop(standing.key, State.UNKNOWN.value)
            if written != standing.state:
                self._add(standing.key, standing.since or at, at, standing.state, standing.because)
        for key, state in known.items():
            if key.endswith((ASSESSED, HEARD)):
                self._asides[key] = state

    def changed(self, event: StateEvent) -> None:
        """Write down a change of state."""
        self._add(event.key, event.since, event.at, event.state, event.because)

    def assessed(self, component: Component, assessment: Assessment, at: datetime) -> None:
        """Write down what a link is good for, where that is another than before."""
        self._aside(f"{component.key}{ASSESSED}", at, at, assessment.fitness.value)

    def heard(self, component: Component, figures: PowerFigures, at: datetime) -> None:
        """Write down what a power source says where it is news: `on_battery/absent`, `/present`.

        Its state alone does not tell a generator that runs from one at rest.
        """
        unit = figures.state.value if figures.unit else ""
        said = f"{unit}/{figures.mains.value}"
        self._aside(f"{component.key}{HEARD}", figures.measured_at, at, said)

    def gone(self, keys: Iterable[str], at: datetime) -> None:
        """Write down that components left the list: their last state holds no longer."""
        for key in keys:
            self._add(key, at, at, GONE)
            for aside in (f"{key}{ASSESSED}", f"{key}{HEARD}"):
                if self._asides.pop(aside, GONE) != GONE:
                    self._add(aside, at, at, GONE)

    def told(self, event: IncidentEvent) -> None:
        """Keep an incident that is over, longer than those who told of it need it."""
        if event.closed_at is not None:
            body = PastIncident.of(event).model_dump_json()
            self._journal.note("past_incident", event.id, body)

    def beat(self, at: datetime, *, is_last: bool = False) -> None:
        """Say that we are awake; written down once a minute."""
        seen_at = self._seen_at
        if seen_at is not None and at - seen_at > LONGEST_SILENCE:
            seen_at = None  # that was another life
        if seen_at is not None and timedelta() <= at - seen_at < BEAT and not is_last:
            return
        if self._tidied_at is None or at - self._tidied_at >= TIDY:
            self._tidied_at = at
            self._journal.forget_history(at - self.keep)
            self._began_at = seen_at  # a row a day, so that old ones can go
        if seen_at is None or self._began_at is None:
            self._began_at = seen_at or at
        began_at = self._began_at
        self._seen_at = at
        self._journal.note("life", stamp(began_at), f"[{milliseconds(began_at)},{self._until(at)}]")

    def _until(self, at: datetime) -> int:
        """Return the end of this life so far; the clock may have been set back in it."""
        return milliseconds(max(at, self._began_at or at))

    def _aside(self, key: str, since: datetime, at: datetime, said: str) -> None:
        if self._asides.get(key) != said:
            self._asides[key] = said
            self._add(key, since, at, said)

    def _add(self, key: str, since: datetime, at: datetime, state: str, because: str = "") -> None:
        since_ms = milliseconds(min(since, at))
        self._journal.append(Change(key, since_ms, milliseconds(at), str(state), because))
