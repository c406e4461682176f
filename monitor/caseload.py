"""The sites at which something may have to be told, and what comes of looking at one."""

from collections.abc import Callable, Iterable
from datetime import datetime

from monitor.diagnosis.diagnose import diagnose
from monitor.duty.duty import Duty
from monitor.duty.generator_tests import GeneratorTests
from monitor.events import AnyEvent, StateEvent
from monitor.holdings import Holdings
from monitor.incidents import Incidents
from monitor.sight.sight import Sight
from monitor.site_state import state_of_site
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.topology.node_incidents import NodeIncidents
from monitor.vocabulary import State

SITES_A_LOOK = 20
"""How many restless sites one turn looks at: some 5 ms. A thousand at once stand still for 250."""

AGAIN_S, CUT_OFF_AGAIN_S = 0.5, 2.0
"""How soon a site is looked at again for what does not press: six parts of it that fall silent one
after the other are six diagnoses, and of a thousand sites at once several seconds of them. Of a
site that is known to be cut off, they are no news at all."""

JUST_S = 0.25
"""A site looked at so shortly before its turn comes waits for the next."""


class Caseload:
    """`restless` are ids of sites of which time alone, or what is known elsewhere, may tell more.

    `_later` are those with news that can wait, and until when. `tell` makes the event of a state.
    """

    def __init__(
        self,
        holdings: Holdings,
        sight: Sight,
        incidents: Incidents,
        duty: Duty,
        tests: GeneratorTests,
        nodes: NodeIncidents,
        tell: Callable[[Standing, State, datetime], StateEvent],
    ) -> None:
        self.restless: set[str] = set()
        self._holdings = holdings
        self._sight = sight
        self._incidents = incidents
        self._duty = duty
        self._tests = tests
        self._nodes = nodes
        self._tell = tell
        self._to_look_at: list[str] = []
        self._later: dict[str, float] = {}

    @property
    def is_behind(self) -> bool:
        """Tell whether the last turn left sites for another."""
        return bool(self._to_look_at)

    def stir(self, sites: Iterable[str]) -> None:
        """Have sites looked at soon, those of them that are (still) watched."""
        self.restless |= self._holdings.views.keys() & set(sites)

    def stir_open(self) -> None:
        """Have each open incident looked at soon: what kept it open may be gone from the list."""
        self.stir(incident.place for incident in self._incidents.open())

    def reload(self) -> None:
        """Let go of sites that are not watched any more."""
        self.restless &= self._holdings.views.keys()
        for gone in self._later.keys() - self._holdings.views.keys():
            del self._later[gone]

    def rest(self) -> None:
        """Look at none for now: while we are blind nothing is to be told of sites."""
        self._to_look_at = []

    def take_turn(self, at_s: float, at: datetime) -> list[AnyEvent]:
        """Look at the next of them; after a mass outage it takes some turns to get round."""
        self.restless.update(site_id for site_id, due_s in self._later.items() if due_s <= at_s)
        waiting = self._to_look_at or list(self.restless)
        self._to_look_at = waiting[SITES_A_LOOK:]
        events: list[AnyEvent] = []
        for site_id in waiting[:SITES_A_LOOK]:
            view = self._holdings.views[site_id] if site_id in self.restless else None
            if view is not None and at_s - view.looked_s >= JUST_S:
                events += self.look(view, at_s, at)
        return events

    def hear_of(
        self, view: SiteView, at_s: float, at: datetime, *, presses: bool
    ) -> list[AnyEvent]:
        """Look at a site of which there is news: now, if it presses or has not just been done.

        Else in a later turn, once for all that comes together.
        """
        if not presses:
            due_s = view.looked_s + (CUT_OFF_AGAIN_S if view.is_cut_off else AGAIN_S)
            if at_s < due_s:
                self._later.setdefault(view.site.id, due_s)
                return []
        return self.look(view, at_s, at)

    def look(self, view: SiteView, at_s: float, at: datetime) -> list[AnyEvent]:
        """Look at a site now: its own state, its findings, its incidents."""
        view.looked_s = at_s
        self._later.pop(view.site.id, None)
        if self._sight.is_blind:
            self.restless.add(view.site.id)  # what follows from this waits until we see again
            return [] if view.is_cut_off else self._of_itself(view, at_s, at)
        view.mains.settle(at_s)
        if self._has_nothing_to_tell(view):
            self.restless.discard(view.site.id)
            return self._of_itself(view, at_s, at)
        findings = self._tests.explained(view, diagnose(view, at_s, at), at)
        failed = self._tests.failed(view, at)
        events: list[AnyEvent] = [*self._nodes.power_lost(view, at_s, at)]
        findings, told = self._nodes.folded(view, findings, at_s)
        findings = self._duty.settled(findings, view.site, at, failed)
        events += self._of_itself(view, at_s, at)
        events += self._incidents.fold(view.site.id, view.site, findings, at, told)
        if any(finding.held for finding in findings) or view.mains.pending:
            self.restless.add(view.site.id)
        else:
            self.restless.discard(view.site.id)
        return events

    def _of_itself(self, view: SiteView, at_s: float, at: datetime) -> list[AnyEvent]:
        """Bring the state of a site in line with its parts; return what is told of that."""
        itself, was = view.itself, view.itself.state
        return [self._tell(itself, was, at)] if state_of_site(view, at_s, at) else []

    def _has_nothing_to_tell(self, view: SiteView) -> bool:
        """Tell whether nothing is wrong at a site, and nothing was: a mere doubt, mostly."""
        site_id = view.site.id
        return not (
            site_id in self._incidents.by_site
            or view.is_troubled
            or view.mains.pending
            or self._tests.concern(site_id)
            or view.dead()
        )
