"""The middle of the house: readings in, events out, nothing awaited.

One reading is folded whole and in order: probe event, belief, state, diagnosis, incidents.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from config.component import ComponentKind, Probe
from config.fleet import Fleet
from config.site import PowerSource
from monitor.calm import Calm
from monitor.caseload import Caseload
from monitor.diagnosis.unit_trouble import hear_unit
from monitor.duty.duty import Duty
from monitor.duty.generator_tests import GeneratorTests
from monitor.events import AnyEvent
from monitor.holdings import Holdings
from monitor.incident import Incident
from monitor.incidents import Incidents
from monitor.outcome import Outcome
from monitor.response.rounds import Rounds
from monitor.second_opinion import SecondOpinion
from monitor.sight.sight import Sight, Surroundings
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.state_event import state_event
from monitor.topology.node_incidents import NodeIncidents
from monitor.topology.stagger import phases
from monitor.topology.topology import Topology
from monitor.vocabulary import State
from probes.reading import PowerFigures, Reading, Reason, UnitState


class Watch:
    """Everything we hold about the fleet, and the verdicts on it."""

    def __init__(
        self, fleet: Fleet, around: Surroundings, number: Callable[[datetime], str]
    ) -> None:
        self.vantage = fleet.settings.vantage
        self.state_event = partial(state_event, self.vantage)
        self.incidents = Incidents(self.vantage, number)
        self.sight = Sight(fleet, around, self.incidents, self.state_event)
        self._rounds = Rounds(self.incidents, fleet.settings.response)
        self._tests = GeneratorTests(fleet)
        self._duty = Duty(fleet)
        self.holdings = Holdings(fleet, self.sight)
        self._others = SecondOpinion(self.holdings, self.sight)
        self.topology = Topology(fleet, self.holdings.views, self.holdings.nodes)
        self._nodes = NodeIncidents(self.topology, self.incidents, self._duty)
        self.caseload = Caseload(
            self.holdings, self.sight, self.incidents,
            self._duty, self._tests, self._nodes, self.state_event,
        )  # fmt: skip
        self._calm = Calm(self.holdings, self.sight, self.topology, self.caseload, self._tests)

    @property
    def fleet(self) -> Fleet:
        return self.holdings.fleet

    @property
    def views(self) -> dict[str, SiteView]:
        """Return all sites, by id."""
        return self.holdings.views

    @property
    def is_behind(self) -> bool:
        """Tell whether the last tick left sites for another."""
        return self.caseload.is_behind

    def standings(self) -> Iterator[Standing]:
        """Yield every component we hold, the monitor first."""
        return self.holdings.standings()

    def standing(self, component: str) -> Standing | None:
        """Return what we hold of one component; None if it is not watched (any more)."""
        return self.holdings.standing(component)

    def probes(self) -> dict[str, Probe]:
        """Return every probe to be made, anchors included."""
        return self.holdings.probes

    def phases(self) -> dict[str, float]:
        """Return where in its interval each probe runs, where siblings take turns."""
        return phases(self.topology.groups, self.fleet)

    def watches(self, place: str) -> bool:
        """Tell whether there is (still) such a site, node or region to have incidents of."""
        return place in self.views or self.topology.knows(place)

    def has_news_of_tests(self, site_id: str) -> bool:
        """Tell, once, that what a generator test has shown at a site is to be written down."""
        return site_id in self.views and self._tests.has_news(self.views[site_id])

    def observe(
        self, probe: Probe, reading: Reading, at_s: float, at: datetime,
        asked_s: float | None = None,
    ) -> Outcome:  # fmt: skip
        """Fold one run in. Belief tells of `asked_s`."""
        standing = self.holdings.standing(probe.component)
        if standing is None or probe not in standing.component.probes:
            return Outcome(None, [])
        may_blind = self.sight.blindness.hear(probe, reading, at_s)
        if standing.component.kind is ComponentKind.MONITOR:
            return self._observe_anchor(standing, probe, reading, at_s, at)
        if reading.success and self._calm.covers(standing, reading):
            return self._go_on(standing, probe, reading, at_s, at)
        is_of_sight = may_blind or not self.sight.blindness.is_at_peace
        events = self._look(at_s, at) if is_of_sight else []
        return self._follow(standing, probe, reading, at_s, at, asked_s, events)

    def _go_on(
        self, standing: Standing, probe: Probe, reading: Reading, at_s: float, at: datetime
    ) -> Outcome:
        """Take one more answer of a calm component: `_follow`, where there is nothing to follow."""
        events: list[AnyEvent] = []
        was, link = standing.state, standing.link
        if standing.go_on(probe, reading, at_s, at):
            events.append(self.state_event(standing, was, at))
            events += self._look_at_site(standing, at_s, at, presses=True)
        if link is None:
            return Outcome(standing.component, events, reading=reading)
        assessment = standing.assess(probe, at_s, is_blind=False)
        kept = link.is_to_be_kept(at_s)
        return Outcome(
            standing.component, events, learned=kept, assessment=assessment, reading=reading
        )

    def _follow(
        self, standing: Standing, probe: Probe, reading: Reading, at_s: float, at: datetime,
        asked_s: float | None, events: list[AnyEvent],
    ) -> Outcome:  # fmt: skip
        """Fold one run in, with all that may follow from it, after what is told of our sight."""
        reading = self.sight.as_it_counts(reading)
        if reading.reason is Reason.BLIND:
            standing.exclude()
        was_suspect, was, said = standing.suspect, standing.state, standing.figures
        was_mute = standing.kind is ComponentKind.LINK and standing.is_mute
        judge = standing.beliefs[probe.key].judge
        learned_s = judge.learned_s
        changed = self._fold(standing, probe, reading, at_s, at, asked_s)
        siblings = self.topology.observe(standing, probe, reading, at_s, at)
        if self.topology.is_due(at_s):
            events += self._nodes.settle(at_s, at)
        if changed:
            events.append(self.state_event(standing, was, at))
        if changed or self._is_to_be_looked_at(standing, reading):
            presses = changed and _presses(standing, reading)
            events += self._look_at_site(standing, at_s, at, presses=presses)
        in_doubt = standing.suspect and not was_suspect
        # what is first heard, or not heard any more, is no reason to ask others: at the start of
        # a large fleet that would be several questions per component, all at once
        moved = standing.state is not was and State.DOWN in (standing.state, was)
        asks = in_doubt or moved or _has_come_to_rest(said, standing.figures)
        return Outcome(
            standing.component,
            events,
            fast=self._others.is_wanted_of(standing, probe, at_s),
            hasten=(
                *(self._others.of_others(standing, probe, at_s, moved=moved) if asks else ()),
                *self._others.first_of(siblings),
                *(self._others.held_up_behind(standing) if was_mute and reading.success else ()),
            ),
            learned=judge.learned_s != learned_s
            or (standing.link is not None and standing.link.is_to_be_kept(at_s)),
            doubt=standing.beliefs[probe.key].is_to_be_kept(at_s) and standing.state is was,
            assessment=standing.assess(probe, at_s, is_blind=self.sight.is_blind),
            reading=reading,
        )

    def _is_to_be_looked_at(self, standing: Standing, reading: Reading) -> bool:
        """Tell whether a site may have more to tell, though no state of its parts has changed.

        Of a restless site, what goes on failing says nothing new: the next turn comes round.
        """
        site_id = standing.component.site
        if site_id in self.caseload.restless:
            return reading.success
        return (
            reading.power is not None
            and site_id in self.views
            and (self.views[site_id].is_troubled)
        )

    def _look_at_site(
        self, standing: Standing, at_s: float, at: datetime, *, presses: bool
    ) -> list[AnyEvent]:
        view = self.views.get(standing.component.site)
        return [] if view is None else self.caseload.hear_of(view, at_s, at, presses=presses)

    def tick(self, at_s: float, at: datetime) -> list[AnyEvent]:
        """Let time do what it may: confirm a loss of mains, end a wait. About once a second.

        After a mass outage it takes some turns to get round: call again while `is_behind`.
        """
        self.sight.tick(at_s)
        events = [*self._look(at_s, at), *self.sight.notice(at_s, at)]
        events += self._rounds.make(at, is_blind=self.sight.is_blind)
        if self.sight.is_blind:
            self.caseload.rest()
            return events
        if self._duty.has_turned(at) | self._tests.has_turned(at):
            self.caseload.stir_open()
        events += self._nodes.tick(at_s, at)
        self.caseload.stir(self._nodes.take_unsettled())
        return events + self.caseload.take_turn(at_s, at)

    def reload(self, fleet: Fleet, at: datetime) -> list[AnyEvent]:
        """Take over another fleet. What did not change keeps its state; what left is closed."""
        gone = [site_id for site_id in self.views if site_id not in fleet.sites_by_id]
        before, sites = self.probes(), self.fleet.sites_by_id
        self._take_rules(fleet)
        self._rounds.reload(fleet.settings.response)
        held = self.holdings.reload(fleet)
        fallen = self.topology.reload(fleet, self.views, self.holdings.nodes)
        for retired in before.keys() - self.probes().keys():
            self.sight.blindness.unmade.forget(retired)
        self.caseload.reload()
        self.caseload.stir(site.id for site in fleet.sites if sites.get(site.id) != site)
        self.caseload.stir_open()
        events: list[AnyEvent] = [
            self.state_event(standing, held[standing.key].state, at)
            for standing in self.standings()
            if standing.key in held and standing.state is not held[standing.key].state
        ]
        return events + [
            event for place in (*gone, *fallen) for event in self.incidents.close_site(place, at)
        ]

    def unsettled(self, at_s: float) -> Iterator[str]:
        """Yield whom to ask first: what an earlier life of the daemon was about to prove."""
        for standing in self.standings():
            for probe in standing.component.probes:
                if standing.beliefs[probe.key].is_unsettled:
                    yield probe.key
                    yield from self._others.of_others(standing, probe, at_s, moved=False)

    def take_windows(self, fleet: Fleet) -> None:
        """Take over the same fleet under other maintenance windows."""
        self.holdings.fleet = fleet
        self._take_rules(fleet)
        self.caseload.stir_open()

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
                self.sight.resume(incident, at_s)
        self.caseload.stir_open()
        self.holdings.hear_who_is_left()
        self.caseload.stir(site_id for site_id, view in self.views.items() if view.is_troubled)

    def _take_rules(self, fleet: Fleet) -> None:
        self._duty.reload(fleet)
        self._tests.reload(fleet)

    def _fold(
        self, standing: Standing, probe: Probe, reading: Reading, at_s: float, at: datetime,
        asked_s: float | None,
    ) -> bool:  # fmt: skip
        before = standing.figures
        changed = standing.observe(probe, reading, at_s, at, asked_s)
        view = self.views.get(standing.component.site)
        after = standing.figures
        if view is not None and reading.success and reading.power is not None and after is not None:
            self._hear_power(view, _source(view, standing), before, after, at_s)
        return changed

    def _hear_power(
        self,
        view: SiteView,
        source: PowerSource,
        before: PowerFigures | None,
        after: PowerFigures,
        at_s: float,
    ) -> None:
        view.chronicle.note_power(before, after, source)
        if self._tests.observe(view, before, after, source):
            self.caseload.stir([view.site.id])
        absent = view.mains_absent()
        if absent is not None:
            view.mains.observe(absent=absent, at_s=at_s, at=after.measured_at)
        if view.battery_is_low:
            view.mains.confirm(at_s)
        if hear_unit(view, source, after):
            self.caseload.stir([view.site.id])

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
        is_first = self.sight.blindness.itself.since is None
        events, is_back = self.sight.look(at_s, at)
        if is_back:
            self.topology.reset()
        if is_back and not is_first:
            self._see_again(at_s)
        return [*events]

    def _see_again(self, at_s: float) -> None:
        """Have everything confirmed anew: what was counted before may have been our own doing.

        Not at the start of a life: an earlier one saw what it wrote down.
        """
        for view in self.views.values():
            view.mains.confirm_anew(at_s)
            for unit in view.units.values():
                unit.confirm_anew()
            for standing in view.standings.values():
                standing.exclude()
                for belief in standing.beliefs.values():
                    belief.forget_doubt()


def _has_come_to_rest(before: PowerFigures | None, after: PowerFigures | None) -> bool:
    """Tell whether a generator has stopped: who else reports on the mains knows whether it may."""
    if before is None or after is None or before is after:
        return False
    return before.state is UnitState.RUNNING and after.state is not UnitState.RUNNING


def _presses(standing: Standing, reading: Reading) -> bool:
    """Tell whether a change may be what people are called for, or why: a link's, or word of power.

    What lies behind a link falls silent with it, part by part, and tells little more.
    """
    if standing.kind is ComponentKind.POWER:
        return reading.success
    return standing.kind is ComponentKind.LINK


def _source(view: SiteView, standing: Standing) -> PowerSource:
    return next(source for source in view.site.power if source.id == standing.component.id)
