"""The middle of the house: readings in, events out, nothing awaited.

One reading is folded whole and in order: probe event, belief, state, diagnosis, incidents.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from config.component import Component, ComponentKind, Probe
from config.fleet import Fleet
from config.site import PowerSource
from monitor.blindness import Blindness
from monitor.carry_over import attend, carry_over
from monitor.diagnose import diagnose
from monitor.diagnose_power import awaits_generator
from monitor.duty import Duty
from monitor.events import AnyEvent, StateEvent
from monitor.generator_tests import GeneratorTests
from monitor.incident import Incident
from monitor.incidents import Incidents
from monitor.mains_watch import MainsWatch
from monitor.quality.telemedicine import Assessment
from monitor.response.rounds import Rounds
from monitor.second_opinion import others_at_the_site
from monitor.sight import Sight, Surroundings
from monitor.site_state import state_of_site
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.topology.node_incidents import NodeIncidents
from monitor.topology.stagger import phases
from monitor.topology.topology import Topology
from monitor.vocabulary import State
from probes.reading import Reading, Reason

SITES_A_LOOK = 50
"""How many restless sites one tick looks at: some 5 ms. A thousand at once stand still for 180."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reading led to. `hasten` are probes whose fresh answer is wanted at once.

    `learned` means that a path has shown more of its habit, or shown it for long enough.
    `assessment` is what a link is good for in telemedicine, where that is told again.
    `reading` is what the run is worth: less than it seemed while we were blind.
    `component` is None when the probe was retired or changed while it was under way.
    """

    component: Component | None
    events: list[AnyEvent]
    fast: bool = False
    hasten: tuple[str, ...] = ()
    learned: bool = False
    assessment: Assessment | None = None
    reading: Reading | None = None


class Watch:
    """Everything we hold about the fleet, and the verdicts on it."""

    def __init__(
        self, fleet: Fleet, around: Surroundings, number: Callable[[datetime], str]
    ) -> None:
        self.fleet = fleet
        self.vantage = fleet.settings.vantage
        self.incidents = Incidents(self.vantage, number)
        self._rounds = Rounds(self.incidents, fleet.settings.response)
        self._tests = GeneratorTests(fleet)
        self._duty = Duty(fleet)
        self.sight = Sight(fleet, around, self.incidents, self.state_event)
        self.views: dict[str, SiteView] = {}
        self.nodes: dict[str, Standing] = {}
        self._probes: dict[str, Probe] = {}
        self._restless: set[str] = set()
        self._to_look_at: list[str] = []
        self._adopt(fleet, {})
        self.topology = Topology(fleet, self.views, self.nodes)
        self._nodes = NodeIncidents(self.topology, self.incidents, self._duty)

    @property
    def blindness(self) -> Blindness:
        return self.sight.blindness

    def standings(self) -> Iterator[Standing]:
        """Yield every component we hold, the monitor first."""
        yield from self.sight.standings()
        yield from self.nodes.values()
        for view in self.views.values():
            yield from view.standings.values()

    def probes(self) -> dict[str, Probe]:
        """Return every probe to be made, anchors included."""
        return self._probes

    def phases(self) -> dict[str, float]:
        """Return where in its interval each probe runs, where siblings take turns."""
        return phases(self.topology.groups, self.fleet)

    def watches(self, place: str) -> bool:
        """Tell whether there is (still) such a site, node or region to have incidents of."""
        return place in self.views or self.topology.knows(place)

    def standing(self, component: str) -> Standing | None:
        """Return what we hold of one component; None if it is not watched (any more)."""
        view = self.views.get(component.partition("/")[0])
        if view is not None and component in view.standings:
            return view.standings[component]
        return self.sight.anchor(component) or self.nodes.get(component)

    def observe(self, probe: Probe, reading: Reading, at_s: float, at: datetime) -> Outcome:
        """Fold one run in."""
        standing = self.standing(probe.component)
        if standing is None or probe not in standing.component.probes:
            return Outcome(None, [])
        self.blindness.hear(probe, reading, at_s)
        if standing.kind is ComponentKind.MONITOR:
            return self._observe_anchor(standing, probe, reading, at_s, at)
        is_news = not reading.success or self.blindness.restless or self.blindness.itself.is_new
        events = self._look(at_s, at) if is_news else []
        reading = self.sight.as_it_counts(reading)
        if reading.reason is Reason.BLIND:
            standing.exclude()
        was_suspect, was = standing.suspect, standing.state
        judge = standing.beliefs[probe.key].judge
        learned_s = judge.learned_s
        changed = self._fold(standing, probe, reading, at_s, at)
        siblings = self.topology.observe(standing, probe, reading, at_s, at)
        if self.topology.is_restless:
            events += self._nodes.settle(at_s, at)
        if changed:
            events.append(self.state_event(standing, was, at))
        if standing.component.site in self.views:
            view = self.views[standing.component.site]
            news = reading.power is not None and view.is_troubled
            if changed or news or view.site.id in self._restless:
                events += self._diagnose(view, at_s, at)
        in_doubt = standing.suspect and not was_suspect
        # what is first heard, or not heard any more, is no reason to ask others: at the start of
        # a large fleet that would be several questions per component, all at once
        moved = standing.state is not was and State.DOWN in (standing.state, was)
        return Outcome(
            standing.component,
            events,
            fast=self._is_wanted_soon(standing, probe, at_s),
            hasten=(
                *(self._hasten(standing, probe, at_s, moved=moved) if in_doubt or moved else ()),
                *self._first_probes(siblings),
            ),
            learned=judge.learned_s != learned_s
            or (standing.link is not None and standing.link.is_to_be_kept(at_s)),
            assessment=standing.assess(probe, at_s, is_blind=self.sight.is_blind),
            reading=reading,
        )

    def _is_wanted_soon(self, standing: Standing, probe: Probe, at_s: float) -> bool:
        if self.sight.is_blind:
            return self.blindness.wants(probe.key)
        return standing.beliefs[probe.key].wants_more or self._power_in_doubt(standing, at_s)

    def _hasten(
        self, standing: Standing, probe: Probe, at_s: float, *, moved: bool
    ) -> tuple[str, ...]:
        """Return whose fresh answer is wanted: others at the site, and who tells whether we see."""
        view = self.views.get(standing.component.site)
        if view is None:
            return ()
        lost_s = standing.beliefs[probe.key].last_failure_asked_s
        others = others_at_the_site(view, standing, moved=moved)
        return (*others, *self.sight.ask(view.site.id, lost_s, at_s, self._is_known_down))

    def _is_known_down(self, site_id: str) -> bool:
        return self.views[site_id].itself.state is State.DOWN

    def tick(self, at_s: float, at: datetime) -> list[AnyEvent]:
        """Let time do what it may: confirm a loss of mains, end a wait. About once a second.

        After a mass outage it takes some turns to get round: call again while `is_behind`.
        """
        self.sight.tick(at_s)
        events = [*self._look(at_s, at), *self.sight.notice(at_s, at)]
        events += self._rounds.make(at, is_blind=self.sight.is_blind)
        if self.sight.is_blind:
            self._to_look_at = []
            return events
        if self._duty.has_turned(at) | self._tests.has_turned(at):
            self._look_at_open_incidents()
        events += self._nodes.tick(at_s, at)
        self._restless |= self._nodes.take_unsettled() & self.views.keys()
        waiting = self._to_look_at or list(self._restless)
        self._to_look_at = waiting[SITES_A_LOOK:]
        for site_id in waiting[:SITES_A_LOOK]:
            if site_id in self._restless:
                events += self._diagnose(self.views[site_id], at_s, at)
        return events

    @property
    def is_behind(self) -> bool:
        """Tell whether the last tick left sites for another."""
        return bool(self._to_look_at)

    def has_news_of_tests(self, site_id: str) -> bool:
        """Tell, once, that what a generator test has shown at a site is to be written down."""
        return site_id in self.views and self._tests.has_news(self.views[site_id])

    def reload(self, fleet: Fleet, at: datetime) -> list[AnyEvent]:
        """Take over another fleet. What did not change keeps its state; what left is closed."""
        held = {standing.key: standing for standing in self.standings()}
        gone = [site_id for site_id in self.views if site_id not in fleet.sites_by_id]
        before, sites = self._probes, self.fleet.sites_by_id
        self.fleet = fleet
        self._duty.reload(fleet)
        self._tests.reload(fleet)
        self._rounds.reload(fleet.settings.response)
        self._adopt(fleet, held)
        fallen = self.topology.reload(fleet, self.views, self.nodes)
        for retired in before.keys() - self._probes.keys():
            self.blindness.forget(retired)
        self._restless &= self.views.keys()
        self._restless |= {site.id for site in fleet.sites if sites.get(site.id) != site}
        self._look_at_open_incidents()
        self._hear_who_is_left()
        events: list[AnyEvent] = [
            self.state_event(standing, held[standing.key].state, at)
            for standing in self.standings()
            if standing.key in held and standing.state is not held[standing.key].state
        ]
        return events + [
            event for place in (*gone, *fallen) for event in self.incidents.close_site(place, at)
        ]

    def take_windows(self, fleet: Fleet) -> None:
        """Take over the same fleet under other maintenance windows."""
        self.fleet = fleet
        self._duty.reload(fleet)
        self._tests.reload(fleet)
        self._look_at_open_incidents()

    def resume(self, incidents: Iterable[Incident], at_s: float, at: datetime) -> None:
        """Go on with what an earlier life of the daemon had opened, or was about to."""
        self._rounds.resume(at)
        for incident in incidents:
            self.incidents.adopt(incident)
            if incident.is_over:
                continue
            if incident.event.root.kind is ComponentKind.NODE:
                self._nodes.resume(incident, at_s)
            elif not incident.place:
                self.blindness.resume(incident.event)
        self._look_at_open_incidents()
        self._hear_who_is_left()
        self._restless |= {site_id for site_id, view in self.views.items() if view.is_troubled}

    def _look_at_open_incidents(self) -> None:
        """Have each open incident looked at soon: what kept it open may be gone from the list."""
        self._restless |= {incident.place for incident in self.incidents.open()} & self.views.keys()

    def _hear_who_is_left(self) -> None:
        """Let go of a loss of mains where no source is left that ever reported on them."""
        for view in self.views.values():
            if view.last_power_at() is None:
                view.mains.forget()

    def state_event(self, standing: Standing, was: State, at: datetime) -> StateEvent:
        """Return how the world is told of a component's state."""
        component = standing.component
        return StateEvent(
            vantage=self.vantage,
            at=at,
            site=component.site,
            component=component.path,
            key=component.key,
            kind=component.kind,
            name=component.name,
            criticality=component.criticality,
            previous=was,
            state=standing.state,
            suspect=standing.suspect,
            since=standing.since or at,
            because=standing.because,
            backup=standing.backup,
        )

    def _adopt(self, fleet: Fleet, held: dict[str, Standing]) -> None:
        views, self.views = self.views, {}
        self.nodes = {}
        for component in fleet.components.values():
            standing = carry_over(component, held.get(component.key))
            if component.kind is ComponentKind.NODE:
                self.nodes[component.key] = standing
                continue
            if component.kind is ComponentKind.SITE:
                self.views[component.site] = self._view(fleet, component, views)
            attend(fleet, standing)
            self.views[component.site].standings[component.key] = standing
        self.sight.adopt(fleet)
        self._probes = {
            probe.key: probe for standing in self.standings() for probe in standing.component.probes
        }

    def _view(self, fleet: Fleet, component: Component, before: dict[str, SiteView]) -> SiteView:
        site, rules = fleet.sites_by_id[component.site], fleet.settings.power
        old = before.get(component.site)
        view = SiteView(site, {}, rules, MainsWatch(rules.confirm))
        if old is not None:
            view.mains, view.chronicle = old.mains, old.chronicle
            view.mains.confirm_s = rules.confirm
        return view

    def _fold(
        self, standing: Standing, probe: Probe, reading: Reading, at_s: float, at: datetime
    ) -> bool:
        before = standing.figures
        changed = standing.observe(probe, reading, at_s, at)
        view = self.views.get(standing.component.site)
        after = standing.figures
        if view is None or not reading.success or reading.power is None or after is None:
            return changed
        source = _source(view, standing)
        view.chronicle.note_power(before, after, source)
        if self._tests.observe(view, before, after, source):
            self._restless.add(view.site.id)
        absent = view.mains_absent()
        if absent is not None:
            view.mains.observe(absent=absent, at_s=at_s, at=after.measured_at)
        if view.battery_is_low:
            view.mains.confirm(at_s)
        return changed

    def _diagnose(self, view: SiteView, at_s: float, at: datetime) -> list[AnyEvent]:
        itself, was = view.itself, view.itself.state
        if self.sight.is_blind:
            self._restless.add(view.site.id)  # what follows from this waits until we see again
            is_told = not view.is_cut_off and state_of_site(view, at_s, at)
            return [self.state_event(itself, was, at)] if is_told else []
        view.mains.settle(at_s)
        findings = self._tests.explained(view, diagnose(view, at_s, at), at)
        failed = self._tests.failed(view, at)
        events: list[AnyEvent] = [*self._nodes.power_lost(view, at_s, at)]
        findings, told = self._nodes.folded(view, findings, at_s)
        findings = self._duty.settled(findings, view.site, at, failed)
        if state_of_site(view, at_s, at):
            events.append(self.state_event(itself, was, at))
        events += self.incidents.fold(view.site.id, view.site, findings, at, told)
        if any(finding.held for finding in findings) or view.mains.pending:
            self._restless.add(view.site.id)
        else:
            self._restless.discard(view.site.id)
        return events

    def _observe_anchor(
        self,
        standing: Standing,
        probe: Probe,
        reading: Reading,
        at_s: float,
        at: datetime,
    ) -> Outcome:
        was = standing.state
        events: list[AnyEvent] = []
        if standing.observe(probe, reading, at_s, at):
            events.append(self.state_event(standing, was, at))
        events += self._look(at_s, at)
        return Outcome(
            standing.component, events, fast=standing.suspect or standing.state is State.DOWN
        )

    def _look(self, at_s: float, at: datetime) -> list[AnyEvent]:
        """Settle whether we can see. What follows from time alone is told by `tick`."""
        events, is_back = self.sight.look(at_s, at)
        if is_back:
            self._see_again(at_s)
        return [*events]

    def _see_again(self, at_s: float) -> None:
        """Have everything confirmed anew: what was counted before may have been our own doing."""
        self.topology.reset()
        for view in self.views.values():
            view.mains.confirm_anew(at_s)
            for standing in view.standings.values():
                standing.exclude()
                for belief in standing.beliefs.values():
                    belief.forget_doubt()

    def _first_probes(self, components: Iterable[str]) -> Iterator[str]:
        for component in components:
            standing = self.standing(component)
            if standing is not None and standing.component.probes:
                yield standing.component.probes[0].key

    def _power_in_doubt(self, standing: Standing, at_s: float) -> bool:
        view = self.views.get(standing.component.site)
        if standing.kind is not ComponentKind.POWER or view is None:
            return False
        return view.mains.pending or awaits_generator(view, at_s)


def _source(view: SiteView, standing: Standing) -> PowerSource:
    return next(source for source in view.site.power if source.id == standing.component.id)
