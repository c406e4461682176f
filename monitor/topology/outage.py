"""One fall of a node while it lasts: who is in it, who is back, and when it is over."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.topology.weight import Weight
from monitor.vocabulary import Cause

JOINS_S = 900.0
"""Who fails later than this after the last to join has troubles of its own."""
LEFT_BEHIND_S = 60.0
"""How long the last few may stay silent after the node is back, until they are told of."""
_LEFT_BEHIND = 0.2


@dataclass(slots=True)
class Outage:
    """`members` are keys of links, or ids of sites where it is about power; in order of joining."""

    key: str
    cause: Cause
    since: datetime
    onset_s: float
    joined_s: float
    weight: Weight | None = None
    members: dict[str, None] = field(default_factory=dict)
    peak: int = 0
    few_since_s: float | None = None
    told: tuple[object, ...] = ()
    told_s: float = 0.0

    @property
    def sites(self) -> list[str]:
        """Return the ids of the sites that it touches, in the order in which they joined."""
        return list(dict.fromkeys(member.partition("/")[0] for member in self.members))

    def join(self, member: str, at_s: float) -> None:
        self.members[member] = None
        self.joined_s = max(self.joined_s, at_s)
        self.peak = max(self.peak, len(self.members))

    def leave(self, member: str) -> None:
        self.members.pop(member, None)

    def admits(self, at_s: float) -> bool:
        """Tell whether who fails now still belongs to it."""
        return at_s - self.joined_s <= JOINS_S

    def is_over(self, at_s: float) -> bool:
        """Tell whether the node is back: nobody is left, or but a few for some time."""
        if len(self.members) > max(1, int(self.peak * _LEFT_BEHIND)):
            self.few_since_s = None
            return False
        if self.few_since_s is None:
            self.few_since_s = at_s
        return not self.members or at_s - self.few_since_s >= LEFT_BEHIND_S


@dataclass(slots=True)
class Outages:
    """All that last. `unsettled` are ids of sites whose findings may be another now."""

    by_key: dict[str, Outage] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)
    _of: dict[str, str] = field(default_factory=dict)

    def of(self, member: str) -> Outage | None:
        """Return the outage that a link, or a site without mains, is in."""
        key = self._of.get(member)
        return self.by_key.get(key) if key is not None else None

    def begin(self, outage: Outage, members: Iterable[str], at_s: float) -> None:
        self.by_key[outage.key] = outage
        for member in members:
            self.join(outage, member, at_s)

    def join(self, outage: Outage, member: str, at_s: float) -> None:
        outage.join(member, at_s)
        self._of[member] = outage.key
        self.unsettled.add(member.partition("/")[0])

    def leave(self, outage: Outage, member: str) -> None:
        outage.leave(member)
        self._of.pop(member, None)
        self.unsettled.add(member.partition("/")[0])

    def end(self, key: str) -> list[str]:
        """Forget an outage; return who was still in it."""
        outage = self.by_key.pop(key)
        left = list(outage.members)
        for member in left:
            self.leave(outage, member)
        return left

    def keep(self, children: Callable[[str], Collection[str]]) -> list[str]:
        """Let members go that are no longer children of theirs; return what ended by that."""
        for outage in self.by_key.values():
            known = frozenset(children(outage.key))
            for member in [one for one in outage.members if one not in known]:
                self.leave(outage, member)
        gone = [key for key, outage in self.by_key.items() if not outage.members]
        for key in gone:
            del self.by_key[key]
        return gone
