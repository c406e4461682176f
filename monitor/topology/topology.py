"""Which nodes have fallen. Readings of links come in, outages of what they share come out.

An answer in the steady state costs two look-ups. From the first loss on, siblings are asked; what
follows is weighed as far as at least three are silent at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import exp

from config.component import ComponentKind, Probe
from config.fleet import Fleet
from monitor.site_view import SiteView
from monitor.standing import ANSWERING, Standing
from monitor.topology.feeders import feeder_fallen
from monitor.topology.group import Group, Groups, node_key
from monitor.topology.inquiry import Inquiry
from monitor.topology.losing import Losing
from monitor.topology.outage import Outage, Outages
from monitor.topology.row import Row
from monitor.topology.scales import LEAST_SILENT, Scales
from monitor.topology.weight import Weight
from monitor.vocabulary import Cause, State
from probes.reading import Reading

_PENDING_S, _HOLD_S = 3.5, 8.0
"""How long what a link suffers waits for its siblings, and at most if its node may be falling."""
_SURE_NATS = 24.0
"""How much surer the fall of a node makes that of a child, at most: more decides nothing."""
_LONG = timedelta(minutes=5)
"""A link that was down for longer when it is lost again (after a restart) did not fall just now."""
_MOST_OF = 0.6
"""Who is left of a fall is told as one again if it is most of what is below another node."""


class Topology:
    """`views` are all sites by id, `nodes` the standings of nodes by key: those of the watch.

    `took` names the outages of nodes below that have become part of one above them.
    """

    def __init__(
        self, fleet: Fleet, views: Mapping[str, SiteView], nodes: Mapping[str, Standing]
    ) -> None:
        self.outages = Outages()
        self.took: dict[str, tuple[str, ...]] = {}
        self._losing = Losing(Groups())
        self._take(fleet, views, nodes)

    def is_due(self, at_s: float) -> bool:
        """Tell whether a reading has come in that may have felled a node: then `settle`."""
        return self._scales.is_due(at_s)

    def is_calm(self, component: str) -> bool:
        """Tell whether an answer of a component means nothing here: it is in no trouble."""
        return (
            component not in self._losing.rows
            and not self._scales.restless
            and self.outages.of(component) is None
        )

    def observe(
        self, standing: Standing, probe: Probe, reading: Reading, at_s: float, at: datetime
    ) -> tuple[str, ...]:
        """Fold one run in; return the components whose fresh answer is wanted at once."""
        if standing.kind is not ComponentKind.LINK:
            return self._of_power(standing, reading, at_s)
        if reading.success:
            return self._answered(standing, at_s)
        if reading.reason is not None and reading.reason.is_blindness:
            return ()
        if standing.key not in self._losing.rows and _has_long_been_down(standing, at):
            return ()
        return self._lost(standing, probe, at_s - reading.duration_s, at_s)

    def settle(self, at_s: float, at: datetime) -> list[str]:
        """Weigh what has changed; return the keys of the nodes that have just fallen."""
        fell = []
        for key, weight in self._scales.fallen(at_s):
            self._fall(key, weight, at_s, at)
            fell.append(key)
        return fell

    def settle_power(self, feeder: str, at_s: float, at: datetime) -> list[str]:
        """Look at a feeder before what a site on it suffers is told; return it if it fell."""
        key = node_key(feeder)
        sites = self.groups.feeders[key]
        outage = self.outages.by_key.get(key)
        fresh = None
        if outage is None:
            budget = self.fleet.settings.topology.false_incidents
            fresh = outage = feeder_fallen(key, sites, self.views, budget, at_s, at)
        if outage is None:
            return []
        absent = [site for site in sites if site in self.views and self.views[site].mains.absent]
        joining = [one for one in absent if one not in outage.members and outage.admits(at_s)]
        self.outages.begin(outage, joining, at_s)
        return [key] if fresh is not None else []

    def tick(self, at_s: float, at: datetime) -> tuple[list[str], list[str]]:
        """Let time do what it may; return the nodes that fell, and those that are over."""
        fell = self.settle(at_s, at)
        for key in self.groups.feeders:
            fell += self.settle_power(key.removeprefix(f"{ComponentKind.NODE}/"), at_s, at)
        over = [key for key, outage in self.outages.by_key.items() if outage.is_over(at_s)]
        for key in over:
            fell += self._end(key, at_s)
        return fell, over

    def is_pending(self, link: str, at_s: float) -> bool:
        """Tell whether to wait: for siblings that are asked, or a node that may be falling."""
        row = self._losing.rows.get(link)
        if row is None or at_s - row.began_s >= _HOLD_S:
            return False
        groups = [key for key in self.groups.of[link] if self._scales.can_fall(key)]
        is_asked = bool(groups) and at_s - row.began_s < _PENDING_S
        return is_asked or any(self._scales.may_fall(key) for key in groups)

    def reset(self) -> None:
        """Know of no losses: what was lost while we could not see proves nothing."""
        self._losing.clear()
        self._scales.reset()

    def reload(
        self, fleet: Fleet, views: Mapping[str, SiteView], nodes: Mapping[str, Standing]
    ) -> list[str]:
        """Take over another fleet; return the outages that it knows nothing of."""
        self._take(fleet, views, nodes)
        return self.outages.keep(self._children)

    def resume(
        self, key: str, cause: Cause, sites: Iterable[str], since: datetime, at_s: float
    ) -> None:
        """Take up an outage that was told of `sites`, if there is (still) such a node.

        If none of them hangs on it now, it is over at the next tick.
        """
        told = frozenset(sites)
        members = [one for one in self._children(key) if one.partition("/")[0] in told]
        if self.knows(key):
            self.outages.begin(Outage(key, cause, since, at_s, at_s), members, at_s)

    def knows(self, key: str) -> bool:
        """Tell whether there is such a node or region."""
        return key in self.groups.by_key or key in self.groups.feeders

    def sites_of(self, outage: Outage) -> list[SiteView]:
        """Return the sites that an outage touches, in the order in which they joined."""
        return [self.views[name] for name in outage.sites if name in self.views]

    def group_of(self, key: str) -> Group:
        """Return what an outage is of. A feeder has sites for children."""
        known = self.groups.by_key.get(key)
        return known or Group(self.fleet.components[key], self.groups.feeders[key])

    def _take(
        self, fleet: Fleet, views: Mapping[str, SiteView], nodes: Mapping[str, Standing]
    ) -> None:
        self.fleet, self.views, self.nodes = fleet, views, nodes
        self.groups = Groups.within(fleet)
        self._inquiry = Inquiry(self.groups)
        self._losing.reload(self.groups)
        budget = fleet.settings.topology.false_incidents
        self._scales = Scales(self.groups, budget, views, nodes, self._losing, self.outages)

    def _children(self, key: str) -> tuple[str, ...]:
        group = self.groups.by_key.get(key)
        return group.children if group is not None else self.groups.feeders.get(key, ())

    def _answered(self, standing: Standing, at_s: float) -> tuple[str, ...]:
        link = standing.key
        if link in self._losing.rows:
            self._scales.forget(self._losing.end(link))
        outage = self.outages.of(link)
        if outage is None:
            return ()
        if standing.state in ANSWERING and not standing.suspect:
            self.outages.leave(outage, link)
        return self._inquiry.of_members(outage, at_s)

    def _lost(
        self, standing: Standing, probe: Probe, sent_s: float, at_s: float
    ) -> tuple[str, ...]:
        link = standing.key
        groups = self.groups.of.get(link)
        if groups is None:
            return ()
        row = self._losing.rows.get(link)
        is_first = row is None
        if row is None:
            habit = standing.beliefs[probe.key].judge.habit
            row = Row(probe.key, habit.null, habit.is_learned)
            self._losing.begin(link, row)
        elif row.probe != probe.key:
            return ()
        row.lose(sent_s)
        self._scales.stir(groups)
        self._join_what_fell(link, row, at_s)
        wanted = self._inquiry.of_first_loss(link, at_s) if is_first else ()
        early = [key for key in groups if self._scales.may_fall(key)]
        return (*wanted, *self._inquiry.of_all(early, self._losing.rows, at_s))

    def _of_power(self, standing: Standing, reading: Reading, at_s: float) -> tuple[str, ...]:
        """Ask the neighbours on a feeder when a site loses its mains; let those back go."""
        view = self.views.get(standing.component.site)
        if reading.power is None or view is None or view.site.feeder is None:
            return ()
        outage = self.outages.of(view.site.id)
        if outage is not None and not (view.mains.absent or view.mains.lost):
            self.outages.leave(outage, view.site.id)
        if not view.mains.absent or view.mains.changed_s != at_s:
            return ()
        sites = self.groups.feeders[node_key(view.site.feeder)]
        return self._inquiry.of_neighbours(view.site.feeder, sites, self.views, at_s)

    def _fall(self, key: str, weight: Weight, at_s: float, at: datetime) -> None:
        since = at - timedelta(seconds=max(0.0, at_s - weight.onset_s))
        members = [
            link
            for link in self._losing.below(key)
            if self._losing.rows[link].began_s >= weight.onset_s
            and self._scales.is_news(link, at_s)
            and self._scales.is_free(link, key)
        ]
        outage = Outage(key, Cause.NODE, since, weight.onset_s, at_s, weight)
        self.took[key] = tuple(
            one
            for one in self.outages.by_key
            if one in self.groups.by_key and key in self.groups.above(one)
        )
        for one in self.took[key]:
            outage.since = min(outage.since, self.outages.by_key[one].since)
            members = [*self.outages.end(one), *members]
        self.outages.begin(outage, members, at_s)
        for link in members:
            self._support(link, weight)

    def _join_what_fell(self, link: str, row: Row, at_s: float) -> None:
        if not self.outages.by_key or not row.stands or self.outages.of(link) is not None:
            return
        for key in reversed(self.groups.of[link]):
            outage = self.outages.by_key.get(key)
            if outage is not None and outage.admits(at_s) and self._scales.is_news(link, at_s):
                self.outages.join(outage, link, at_s)
                self._support(link, outage.weight)
                return

    def _support(self, link: str, weight: Weight | None) -> None:
        """Let the judge of a link know that its node has fallen."""
        view = self.views.get(link.partition("/")[0])
        if weight is None or view is None:
            return
        for belief in view.standings[link].beliefs.values():
            if belief.judge.in_doubt and not belief.judge.corroborated:
                belief.judge.support(exp(min(weight.nats, _SURE_NATS)))

    def _end(self, key: str, at_s: float) -> list[str]:
        """Forget an outage; what is still silent is told by itself, or by a node below."""
        ended = self.outages.by_key[key]
        left = frozenset(self.outages.end(key))
        fell = []
        for below in self.groups.below.get(key, ()):
            children = self.groups.by_key[below].children
            part = [link for link in children if link in left]
            if len(part) >= max(LEAST_SILENT, _MOST_OF * len(children)):
                rest = Outage(below, ended.cause, ended.since, ended.onset_s, at_s)
                self.outages.begin(rest, part, at_s)
                fell.append(below)
        return fell


def _has_long_been_down(standing: Standing, at: datetime) -> bool:
    """Tell whether its silence is no news: after a restart, what was down already is lost anew."""
    since = standing.since
    return standing.state is State.DOWN and since is not None and at - since > _LONG
