"""Which values of one column are wanted: terms as people type them against what the file has.

A term is resolved when the whole file has been seen: a value that is exactly the term wins over
values that only contain it, because `INSTITUTO MEXICANO DEL SEGURO SOCIAL` is an institution and
also the beginning of another one's name. A term that fits nothing stops the import.
"""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from config.clues.error import RegistryError
from config.clues.folding import fold

ALL = frozenset({"ALL", "TODOS", "TODAS", "*"})
"""Terms that stand for every value."""

Value = tuple[str, ...]
"""A name, then its short forms, which a term must match as a whole (such as the letters IMB)."""

_MAX_VALUES = 5_000  # a catalogue has tens of each; more means that the columns have shifted
_SHOWN = 40


class Wanted:
    """The terms for one column. `kind` is how people call it: state, institution, status."""

    def __init__(self, path: Path, kind: str, terms: Collection[str]) -> None:
        self._path = path
        self._kind = kind
        everything = any(term.strip().upper() in ALL for term in terms)
        self._terms = {} if everything else {fold(term): term for term in terms}
        self._seen: Counter[Value] = Counter()
        self._exact: dict[str, set[Value]] = {term: set() for term in self._terms}
        self._containing: dict[str, set[Value]] = {term: set() for term in self._terms}
        self._candidates: set[Value] = set()
        self.left_out = 0
        if "" in self._terms:
            raise RegistryError(path, f"an empty {kind} to look for", f"write a {kind}, or `all`")

    def admits(self, value: Value) -> bool:
        """Note the value of one row; tell whether some term may want it."""
        if value not in self._seen:
            self._match(value)
        self._seen[value] += 1
        if not self._terms or value in self._candidates:
            return True
        self.left_out += 1
        return False

    def chosen(self) -> frozenset[Value]:
        """Return the wanted values among those seen.

        Raises:
            RegistryError: a term fits none of them; the message lists them with their counts.

        """
        if not self._terms:
            return frozenset(self._seen)
        wanted: set[Value] = set()
        for term, written in self._terms.items():
            found = self._exact[term] or self._containing[term]
            if not found:
                raise self._nothing_is(written)
            wanted |= found
        return frozenset(wanted)

    def _match(self, value: Value) -> None:
        if len(self._seen) >= _MAX_VALUES:
            fix = "look whether the columns of the file have shifted"
            raise RegistryError(self._path, f"over {_MAX_VALUES} values of {self._kind}", fix)
        folded = [fold(name) for name in value]
        for term in self._terms:
            if term in folded:
                self._exact[term].add(value)
            elif term in folded[0]:
                self._containing[term].add(value)
            else:
                continue
            self._candidates.add(value)

    def _nothing_is(self, written: str) -> RegistryError:
        counts: Counter[str] = Counter()
        for value, count in self._seen.items():
            counts[value[0][:80] or "none"] += count
        shown = [f"{name} ({count})" for name, count in counts.most_common(_SHOWN)]
        more = f" and {len(counts) - len(shown)} more" if len(counts) > len(shown) else ""
        problem = f"no row has the {self._kind} `{written}`"
        there = ", ".join(shown) + more if shown else "no rows at all"
        return RegistryError(self._path, problem, f"there are: {there}")
