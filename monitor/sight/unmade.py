"""Which probes could not be made when they were last due, and whether that is so of one kind.

What a probe needs of this machine is a matter of its kind: a kernel may refuse the ICMP socket and
serve TCP, or descriptors may run out for what connects while the ICMP socket has long been open.
"""

from collections import Counter
from dataclasses import dataclass, field

from probes.reading import Reason

_IN_VAIN_RUNS = 3
"""So many in vain, with most probes of their kind unmade, are no accident."""


@dataclass(slots=True)
class Unmade:
    """`kinds` are those of all probes that were due, `reasons` why the last run of some told
    nothing; by the key of the probe.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)
    _missing: Counter[str] = field(default_factory=Counter)
    _in_vain: dict[str, int] = field(default_factory=dict)

    @property
    def are_most(self) -> bool:
        """Tell whether more probes could not be made than could."""
        return 2 * len(self.reasons) > len(self.kinds)

    def note(self, probe: str, kind: str, reason: Reason | None) -> bool:
        """Take one run; return whether it could not be made."""
        if probe not in self.kinds:
            self.kinds[probe] = kind
            self._asked[kind] += 1
        is_missing = reason is not None and reason.is_blindness
        if reason is not None and is_missing:
            self._missing[kind] += probe not in self.reasons
            self.reasons[probe] = reason
        elif self.reasons.pop(probe, None) is not None:
            self._missing[kind] -= 1
        if is_missing or kind in self._in_vain:
            self._count(kind, is_missing=is_missing)
        return is_missing

    def forget(self, probe: str) -> None:
        """Drop a probe that is no longer made."""
        kind = self.kinds.pop(probe, None)
        if kind is None:
            return
        self._asked[kind] -= 1
        self._missing[kind] -= self.reasons.pop(probe, None) is not None
        self._count(kind, is_missing=False)

    def lost_kinds(self) -> dict[str, str]:
        """Return the kinds of probe that we cannot make, each with the reasons in words."""
        return {
            kind: self._words(kind)
            for kind, runs in sorted(self._in_vain.items())
            if runs >= _IN_VAIN_RUNS
        }

    def words(self) -> str:
        """Return why probes could not be made."""
        return ", ".join(sorted(set(self.reasons.values())))

    def _words(self, kind: str) -> str:
        found = {why for probe, why in self.reasons.items() if self.kinds[probe] == kind}
        return ", ".join(sorted(found))

    def _count(self, kind: str, *, is_missing: bool) -> None:
        if 2 * self._missing[kind] > self._asked[kind]:
            self._in_vain[kind] = self._in_vain.get(kind, 0) + is_missing
        else:
            self._in_vain.pop(kind, None)
