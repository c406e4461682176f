"""One run of a probe: everything that follows from what it brought back."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from config.component import ComponentKind, Probe
from config.fleet import Fleet
from monitor.events import Acknowledgement, AnyEvent, Evidence, IncidentEvent, StateEvent
from monitor.history import History
from monitor.incident import Incident, place_of
from monitor.journal import Journal
from monitor.ledger import IncidentRecord
from monitor.memory import (
    quality_record,
    recall_quality,
    recall_site,
    recall_standing,
    site_record,
    standing_record,
)
from monitor.ports import Clock, ProbeRun, Telemetry
from monitor.response.acknowledging import acknowledge, let_go
from monitor.scheduler import Next
from monitor.stalls import Stalls
from monitor.standing import Standing
from monitor.vocabulary import Cause, Phase, Priority, State
from monitor.watch import Watch
from probes.reading import Reading, Reason

log = logging.getLogger(__name__)

SAVE_S = 30.0


class Pipeline:
    """Judges, writes down, tells. The registry that exporters look at."""

    def __init__(
        self,
        watch: Watch,
        journal: Journal,
        publish: Callable[[AnyEvent], None],
        observe: Callable[[ProbeRun], None],
        stalls: Stalls,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._watch = watch
        self._journal = journal
        self._publish = publish
        self._observe = observe
        self._stalls = stalls
        self._clock = clock
        self._telemetry = telemetry
        self._history = History(journal, _kept(watch.fleet))
        self._saved_s: dict[str, float] = {}
        self._words: dict[str, object] = {}
        self._logged: dict[str, tuple[Cause, Priority, int]] = {}

    def fleet(self) -> Fleet:
        return self._watch.fleet

    def states(self) -> Iterable[StateEvent]:
        """Return the present state of every component."""
        now = self._clock.now()
        for standing in self._watch.standings():
            yield self._watch.state_event(standing, standing.state, now)

    def incidents(self) -> Sequence[IncidentEvent]:
        """Return open and recently closed incidents, newest first."""
        return self._journal.recent()

    def recall(self, incidents: Iterable[Incident]) -> None:
        """Go on where an earlier life of the daemon stopped."""
        now_s, now = self._clock.monotonic(), self._clock.now()
        standings, sites = self._journal.load_standings(), self._journal.load_sites()
        for standing in self._watch.standings():
            record = standings.get(standing.key)
            if record is not None:
                recall_standing(standing, record, now_s, now)
            if record is not None and record.quality is not None:
                recall_quality(standing, record.quality, now_s, now)
        for view in self._watch.views.values():
            if view.site.id in sites:
                recall_site(view, sites[view.site.id], now_s)
        self._watch.resume([*self._journal.reopenable(), *incidents], now_s, now)
        self._history.resume(self._watch.standings(), now)
        self._forget_gone(set(standings), set(sites))
        unasked = {s.key for s in self._watch.standings() if not s.is_judged}
        self._journal.forget(sorted(unasked & standings.keys()), ())
        self._tell(self._close_orphans())

    def fold(self, probe: Probe, reading: Reading, started_s: float) -> Next:
        """Take what one run brought back, and let everything follow; return what is asked next."""
        at_s, at = self._clock.monotonic(), self._clock.now()
        lasted_s = reading.duration_s
        if not reading.success and self._stalls.may_have_hidden_an_answer(started_s, lasted_s):
            reading = Reading.failed(Reason.STALLED, "our own loop stood still", lasted_s)
        outcome = self._watch.observe(probe, reading, at_s, at, started_s)
        if outcome.component is None:
            return Next()
        self._observe(
            ProbeRun(
                outcome.component,
                probe,
                outcome.reading or reading,
                at,
                self._watch.vantage,
                outcome.assessment,
            )
        )
        if outcome.assessment is not None:
            self._history.assessed(outcome.component, outcome.assessment, at)
        said = (outcome.reading or reading).power
        if said is not None:
            self._history.heard(outcome.component, said, at)
        self._tell(outcome.events)
        if outcome.learned or (reading.power is not None and reading.success):
            self._remember(probe, at_s)
        if outcome.doubt:
            self._keep_doubt(probe.component)
        if reading.power is not None and self._watch.has_news_of_tests(outcome.component.site):
            self._save_site(outcome.component.site)
        return Next(outcome.fast, outcome.hasten)

    def acknowledge(self, number: str, taken: Acknowledgement | None) -> IncidentEvent | None:
        """Let somebody take an open incident on, or let go of it; None if none has this id."""
        at = self._clock.now()
        for incident in self._watch.incidents.open():
            if incident.event.id == number:
                event = let_go(incident, at) if taken is None else acknowledge(incident, taken, at)
                self._tell([event])
                return event
        return None

    def quote(self, number: str, swing: int, line: Evidence) -> None:
        """Add to an incident what was found out beside its finding; nothing if that is over.

        `swing` is how often the incident had been reopened when it was asked for.
        """
        for incident in self._watch.incidents.open():
            event = incident.event
            is_same = event.reopened == swing and event.settling_since is None
            if event.id == number and is_same:
                self._tell([incident.quote(line, self._clock.now())])
                return

    def tick(self) -> bool:
        """Let time do what it may; return whether there is more to do, in another turn."""
        self._history.beat(self._clock.now())
        self._journal.hurry()
        self._tell(self._watch.tick(self._clock.monotonic(), self._clock.now()))
        self._telemetry.blind(is_blind=self._watch.sight.is_blind)
        self._telemetry.was_blind(self._watch.sight.blind_for_s(self._clock.monotonic()))
        return self._watch.is_behind

    def rest(self) -> None:
        """Write down, at the very end, until when we were awake."""
        self._history.beat(self._clock.now(), is_last=True)

    def reload(self, fleet: Fleet) -> None:
        """Take over another fleet; what did not change goes on undisturbed."""
        self._history.keep = _kept(fleet)
        before = {standing.key for standing in self._watch.standings()}
        sites = set(self._watch.views)
        self._tell(self._watch.reload(fleet, self._clock.now()))
        self._forget_gone(before, sites)

    def take_windows(self, fleet: Fleet) -> None:
        """Take over the same fleet under other maintenance windows."""
        self._watch.take_windows(fleet)

    def unsettled(self) -> Iterable[str]:
        """Return the probes to begin with: what was in doubt when an earlier life ended."""
        return self._watch.unsettled(self._clock.monotonic())

    def known(self) -> set[str]:
        """Return the keys of all components now held."""
        return {standing.key for standing in self._watch.standings()}

    def _tell(self, events: Iterable[AnyEvent]) -> None:
        for event in events:
            if isinstance(event, StateEvent):
                self._state_changed(event)
            elif isinstance(event, IncidentEvent):
                self._incident_changed(event)
            self._publish(event)

    def _state_changed(self, event: StateEvent) -> None:
        if event.state is event.previous:
            return  # a mere doubt
        self._history.changed(event)
        standing = self._watch.standing(event.key)
        if standing is None:
            return
        self._save(standing)
        if standing.kind is ComponentKind.POWER:
            self._save_site(event.site)
        first = event.previous is State.UNKNOWN and event.state is State.UP
        unseen = event.state is State.UNKNOWN and self._watch.sight.is_blind
        log.log(
            logging.DEBUG if first or unseen else logging.INFO,  # neither is news of each
            "state component=%s from=%s to=%s because=%s",
            event.key, event.previous, event.state, event.because or "-",
        )  # fmt: skip

    def _incident_changed(self, event: IncidentEvent) -> None:
        incident = self._held(event)
        self._journal.save_incident(incident)
        self._history.told(event)
        self._save_site(event.site.id)
        log.log(
            logging.INFO if self._is_news(event) else logging.DEBUG,
            "incident id=%s phase=%s cause=%s priority=%s site=%s root=%s pages=%d",
            event.id, event.phase, event.cause, event.priority,
            event.site.id or "-", event.root.key, event.pages,
        )  # fmt: skip

    def _is_news(self, event: IncidentEvent) -> bool:
        """Tell whether the shift log should have it: not every further area is a line."""
        if event.phase is Phase.CLOSED:
            self._logged.pop(event.id, None)
            return True
        line = (event.cause, event.priority, event.pages)
        before, self._logged[event.id] = self._logged.get(event.id), line
        return before != line

    def _held(self, event: IncidentEvent) -> IncidentRecord:
        incident = self._watch.incidents.held(place_of(event), event.id)
        if incident is not None:
            return IncidentRecord.of(incident)
        areas = frozenset(area.key for area in event.critical_areas)
        return IncidentRecord(key="", event=event, paged_priority=event.priority, paged_areas=areas)

    def _remember(self, probe: Probe, at_s: float) -> None:
        """Write down what a path teaches now and again, and at once what power says anew.

        A generator that runs is as well as one at rest: its state does not tell.
        """
        standing = self._watch.standing(probe.component)
        if standing is None:
            return
        says_another = self._words.get(standing.key) != _word(standing)
        if says_another or at_s - self._saved_s.get(probe.component, -SAVE_S) >= SAVE_S:
            self._saved_s[probe.component] = at_s
            self._save(standing, may_wait=not says_another)
        if says_another:
            self._save_site(standing.component.site)

    def _keep_doubt(self, component: str) -> None:
        standing = self._watch.standing(component)
        if standing is not None:
            self._save(standing)

    def _save(self, standing: Standing, *, may_wait: bool = False) -> None:
        self._words[standing.key] = _word(standing)
        now_s, now = self._clock.monotonic(), self._clock.now()
        record = standing_record(standing, now_s, now, quality_record(standing, now_s, now))
        self._journal.save_standing(standing.key, record, may_wait=may_wait)

    def _save_site(self, site_id: str) -> None:
        if site_id in self._watch.views:
            self._journal.save_site(site_id, site_record(self._watch.views[site_id]))

    def _forget_gone(self, standings: set[str], sites: set[str]) -> None:
        gone = standings - self.known()
        self._journal.forget(sorted(gone), sorted(sites - self._watch.views.keys()))
        self._history.gone(sorted(gone), self._clock.now())
        for key in gone:
            self._saved_s.pop(key, None)
            self._words.pop(key, None)

    def _close_orphans(self) -> list[AnyEvent]:
        """Close the incidents of sites that were retired while we were away."""
        at: datetime = self._clock.now()
        gone = [
            place
            for place in self._watch.incidents.by_site
            if place and not self._watch.watches(place)
        ]
        return [event for site in gone for event in self._watch.incidents.close_site(site, at)]


def _kept(fleet: Fleet) -> timedelta:
    return timedelta(seconds=fleet.settings.history.keep)


def _word(standing: Standing) -> object:
    """Return what a power source says of itself, figures that drift left out."""
    figures = standing.figures
    return figures and (figures.mains, figures.state, figures.battery)
