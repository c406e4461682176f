"""Which rows of the registry become sites: state, then institution, then status."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from config.clues.columns import Columns
from config.clues.entry import Entry
from config.clues.error import RegistryError
from config.clues.report import Finding
from config.clues.row import Row
from config.clues.wanted import ALL, Value, Wanted
from config.state import STATES, state_code


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that the filters may want, with what it gave. No entry: it is to be skipped.

    `institution` is None for a row whose CLUES cannot be trusted to tell it.
    """

    institution: Value | None
    status: Value
    entry: Entry | None
    findings: tuple[Finding, ...]


class Filters:
    """Each sees only what the one before let through, so that its message lists what is left."""

    def __init__(
        self,
        path: Path,
        columns: Columns,
        states: Collection[str],
        institutions: Collection[str],
        statuses: Collection[str],
    ) -> None:
        self._states = Wanted(path, "state", _state_codes(path, states))
        self._institutions = Wanted(path, "institution", institutions)
        self._statuses = Wanted(path, "status", statuses if columns.has("status") else ())

    def admit(self, row: Row, state: str | None) -> bool:
        """Tell whether the row may be wanted. What it does not tell does not count against it."""
        institution = institution_of(row)
        return (
            (state is None or self._states.admits((state,)))
            and (institution is None or self._institutions.admits(institution))
            and self._statuses.admits(status_of(row))
        )

    def settle(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """Yield what is wanted, now that all values of the file are known.

        Raises:
            RegistryError: a filter fits no row.

        """
        self._states.chosen()
        institutions, statuses = self._institutions.chosen(), self._statuses.chosen()
        for candidate in candidates:
            if candidate.institution is not None and candidate.institution not in institutions:
                self._institutions.left_out += 1
            elif candidate.status not in statuses:
                self._statuses.left_out += 1
            else:
                yield candidate

    @property
    def left_out(self) -> dict[str, int]:
        """Return how many rows each filter kept from becoming sites."""
        return {
            "state": self._states.left_out,
            "institution": self._institutions.left_out,
            "status": self._statuses.left_out,
        }


def institution_of(row: Row) -> Value | None:
    """Return the institution's name, then its short forms: the key and the letters of the CLUES."""
    if not row.key_is_well_formed:
        return None
    letters = row.key[2:5]
    return (row.institution or row.institution_key or letters, row.institution_key, letters)


def status_of(row: Row) -> Value:
    return (row.status,)


def _state_codes(path: Path, written: Collection[str]) -> list[str]:
    """Return letters for letters, INEGI numbers or names; `all` as it is."""
    codes = []
    for term in written:
        code = term if term.strip().upper() in ALL else state_code(term)
        if code is None:
            names = [*STATES, *(state.name for state in STATES.values())]
            close = get_close_matches(term, names, n=1)
            meant = f"did you mean {close[0]}?" if close else f"the states are {', '.join(STATES)}"
            raise RegistryError(path, f"`{term}` is no Mexican state", meant)
        codes.append(code)
    return codes
