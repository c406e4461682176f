"""Which links are losing probes now, and below which groups."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.topology.group import Groups
from monitor.topology.row import Row


@dataclass(slots=True)
class Losing:
    """A row per link from its first lost probe until its next answer."""

    groups: Groups
    rows: dict[str, Row] = field(default_factory=dict)
    _below: dict[str, dict[str, None]] = field(default_factory=dict)

    def below(self, group: str) -> Iterator[str]:
        """Yield the links below a group that are losing, in the order in which they began."""
        yield from self._below.get(group, ())

    def count(self, group: str) -> int:
        return len(self._below.get(group, ()))

    def begin(self, link: str, row: Row) -> None:
        self.rows[link] = row
        for key in self.groups.of[link]:
            self._below.setdefault(key, {})[link] = None

    def end(self, link: str) -> list[str]:
        """Forget a row, if there is one; return the groups below which nobody is losing now."""
        if self.rows.pop(link, None) is None:
            return []
        idle = []
        for key in self.groups.of.get(link, ()):
            self._below[key].pop(link, None)
            if not self._below[key]:
                del self._below[key]
                idle.append(key)
        return idle

    def clear(self) -> None:
        self.rows.clear()
        self._below.clear()

    def reload(self, groups: Groups) -> None:
        """Go on with the links that are still in some group."""
        rows, self.groups = self.rows, groups
        self.rows, self._below = {}, {}
        for link, row in rows.items():
            if link in groups.of:
                self.begin(link, row)
