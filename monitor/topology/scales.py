"""Which groups weigh enough to have fallen, and which of several that could explain it has."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, log

from monitor.judge.null import YEAR_S
from monitor.site_view import SiteView
from monitor.standing import Standing
from monitor.topology.group import Group, Groups
from monitor.topology.losing import Losing
from monitor.topology.outage import Outages
from monitor.topology.weight import Weight, weigh
from monitor.vocabulary import State

LEAST_SILENT = 3
"""Two links that fall together are two links."""
_SECOND_ROUND = 8
"""Half of those silent have lost a second probe 2 s later, or so many: the first to be asked alone
may be a blip of ours."""
EARLY_NATS = 8.0
"""From here on all children are asked, and what one of them suffers waits for the rest."""
_WINDOW_S = 60.0
"""A row that began earlier is no news, and says nothing of what falls now."""
_HEARD_S = 6.0
"""How long a verdict waits until half of the children have been heard."""
_ABOVE_S = 3.0
"""How long the verdict on a node waits for that on one above it that looks likelier."""
_ANOTHER_NATS = 12.0
"""The price of one more node that falls in the same minute by itself."""
_PROBE_DOWN_NATS, _PROBE_LOST_NATS, _PROBE_ANSWERS_NATS = 20.0, 3.0, -1.2
"""What a node's own probe adds when it is down, has just been lost, or answers."""
_LOOK_S_PER_CHILD = 0.001
"""A group of a thousand is weighed once a second, one of ten whenever a reading comes in."""
_FALLEN_LOOK_S = 1.0


@dataclass(slots=True)
class Scales:
    """`views` are all sites by id, `nodes` the standings of nodes by key."""

    groups: Groups
    false_incidents: float
    views: Mapping[str, SiteView]
    nodes: Mapping[str, Standing]
    losing: Losing
    outages: Outages
    restless: dict[str, None] = field(default_factory=dict)
    _looked_s: dict[str, float] = field(default_factory=dict)
    _ready_s: dict[str, float] = field(default_factory=dict)
    _prospects: dict[str, float] = field(default_factory=dict)
    _due_s: float = inf

    def stir(self, keys: Iterable[str]) -> None:
        """Have groups weighed again, for a child of them has just lost a probe."""
        for key in keys:
            if key in self.restless:
                continue
            if self.losing.count(key) >= LEAST_SILENT or self.probe_fails(key):
                self.restless[key] = None
                self._due_s = min(self._due_s, self._next_s(key))

    def is_due(self, at_s: float) -> bool:
        """Tell whether any group is to be weighed now: asked whenever a reading comes in."""
        return at_s >= self._due_s

    def forget(self, keys: Iterable[str]) -> None:
        """Let go of groups below which nobody is losing."""
        for key in keys:
            for kept in (self._prospects, self.restless, self._ready_s):
                kept.pop(key, None)

    def reset(self) -> None:
        for kept in (self._prospects, self.restless, self._ready_s):
            kept.clear()
        self._due_s = inf

    def may_fall(self, key: str) -> bool:
        """Tell whether a group has come so far that all of its children are to be asked."""
        return self._prospects.get(key, 0.0) >= EARLY_NATS

    def can_fall(self, key: str) -> bool:
        """Tell whether a group is large enough, or has a probe of its own, to be judged at all."""
        node = self.nodes.get(key)
        has_probe = node is not None and bool(node.beliefs)
        return has_probe or len(self.groups.by_key[key].children) >= LEAST_SILENT

    def fallen(self, at_s: float) -> Iterator[tuple[str, Weight]]:
        """Yield the groups that have fallen, the largest first: take each before the next."""
        weights = dict(self._weighed(at_s))
        ready = [key for key in weights if self._is_ready(key, weights, at_s)]
        for key in ready:
            self._ready_s.setdefault(key, at_s)
        ready.sort(key=lambda key: (len(self.groups.by_key[key].children), weights[key].nats))
        for key in reversed(ready):
            is_free = any(self.is_free(child, key) for child in self.losing.below(key))
            if is_free and not self._waits(key, weights, at_s):
                yield key, weights[key]

    def is_news(self, link: str, at_s: float) -> bool:
        """Tell whether its row began lately, and its site has power as far as we know."""
        view = self.views.get(link.partition("/")[0])
        has_power = view is None or not (view.mains.absent or view.mains.lost)
        return has_power and at_s - self.losing.rows[link].began_s <= _WINDOW_S

    def is_free(self, link: str, key: str) -> bool:
        """Tell whether a link may count for a group: no other outage explains it already."""
        outage = self.outages.of(link)
        if outage is None or outage.key not in self.groups.by_key:
            return True
        return key == outage.key or key in self.groups.above(outage.key)

    def probe_fails(self, key: str) -> bool:
        node = self.nodes.get(key)
        return node is not None and any(belief.failures for belief in node.beliefs.values())

    def _probe_fell(self, key: str, onset_s: float) -> bool:
        """Tell whether its own probe fails since then: one that failed long before is no news."""
        return self.probe_fails(key) and self.nodes[key].first_failure_s >= onset_s - _WINDOW_S

    def _weighed(self, at_s: float) -> Iterator[tuple[str, Weight]]:
        """Yield what the groups weigh that have changed, and whatever these are compared with."""
        due = [key for key in self.restless if at_s >= self._next_s(key)]
        for key in {*due, *(below for one in due for below in self.groups.below[one])}:
            if self.losing.count(key):
                weight = self._weigh(key, at_s)
                self._prospects[key] = weight.prospect_nats
                if weight.prospect_nats < EARLY_NATS:
                    self.restless.pop(key, None)  # until another is lost
                yield key, weight
        for key in due:
            self._looked_s[key] = at_s
        self._due_s = min(map(self._next_s, self.restless), default=inf)

    def _next_s(self, key: str) -> float:
        """Return when a group is to be weighed again; one that has fallen is not in a hurry."""
        looked_s = self._looked_s.get(key, -inf)
        if key in self.outages.by_key:
            return looked_s + _FALLEN_LOOK_S
        return looked_s + len(self.groups.by_key[key].children) * _LOOK_S_PER_CHILD

    def _weigh(self, key: str, at_s: float) -> Weight:
        group = self.groups.by_key[key]
        rows = [
            self.losing.rows[link]
            for link in self.losing.below(key)
            if self.is_news(link, at_s) and self.is_free(link, key)
        ]
        if not rows:
            return Weight()
        weight = weigh(rows, self._answers(group))
        below = self.groups.all_below(key)
        return weight.having(sum(self._of_probe(one, weight.onset_s) for one in (key, *below)))

    def _answers(self, group: Group) -> Iterator[float]:
        """Yield when each child that loses nothing was last asked and answered."""
        for link in group.children:
            view = self.views.get(link.partition("/")[0])
            if link not in self.losing.rows and view is not None:
                belief = next(iter(view.standings[link].beliefs.values()))
                yield belief.judge.answered_s

    def _of_probe(self, key: str, onset_s: float) -> float:
        """Return what a node's own probe tells, of it and of all that it hangs on."""
        node = self.nodes.get(key)
        if node is None or not node.beliefs:
            return 0.0
        if self.probe_fails(key):
            if not self._probe_fell(key, onset_s):
                return 0.0
            return _PROBE_DOWN_NATS if node.state is State.DOWN else _PROBE_LOST_NATS
        answered_s = max(belief.judge.answered_s for belief in node.beliefs.values())
        return _PROBE_ANSWERS_NATS if answered_s >= onset_s else 0.0

    def _is_ready(self, key: str, weights: Mapping[str, Weight], at_s: float) -> bool:
        group, weight = self.groups.by_key[key], weights[key]
        if key in self.outages.by_key or weight.nats < self._needed(group):
            return False
        if weight.standing < LEAST_SILENT and not self._probe_fell(key, weight.onset_s):
            return False
        if weight.standing < min(weight.lost / 2, _SECOND_ROUND):
            return False
        heard = weight.lost + weight.answered
        if 2 * heard < len(group.children) and at_s - weight.onset_s < _HEARD_S:
            return False
        rivals = [weights[below].nats for below in self.groups.below[key] if below in weights]
        return weight.nats - group.height_nats >= together(rivals)

    def _needed(self, group: Group) -> float:
        """Return the log of the odds, in seconds, that pay for the budget of false incidents."""
        return log(YEAR_S / self.false_incidents) + group.guess_nats

    def _waits(self, key: str, weights: Mapping[str, Weight], at_s: float) -> bool:
        """Tell whether a node above it looks likelier, and may be about to fall."""
        if at_s - self._ready_s[key] >= _ABOVE_S:
            return False
        likely = weights[key].prospect_nats
        return any(
            above in weights
            and above not in self.outages.by_key
            and weights[above].prospect_nats - self.groups.by_key[above].height_nats > likely
            for above in self.groups.above(key)
        )


def together(nats: Iterable[float]) -> float:
    """Return what several nodes explain that fall by themselves in the same minute.

    >>> together([50.0, 40.0, 3.0])
    78.0
    """
    falls = [one for one in nats if one > _ANOTHER_NATS]
    return sum(falls) - _ANOTHER_NATS * max(0, len(falls) - 1)
