"""One row of the registry: its cells by meaning, still as text."""

import re
from dataclasses import dataclass

CLUES_PATTERN = re.compile(r"[A-Z]{2}[A-Z]{3}[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Row:
    """Empty text where the cell is empty; None or empty where the file has no such column."""

    line: int
    clues: str
    name: str
    institution: str = ""
    institution_key: str = ""
    state: str = ""
    state_number: str = ""
    municipality: str = ""
    locality: str = ""
    establishment: str = ""
    typology: str = ""
    level: str = ""
    latitude: str | None = None
    longitude: str | None = None
    status: str = ""

    @property
    def key(self) -> str:
        """Return the CLUES in capitals and without spaces, well formed or not."""
        return self.clues.replace(" ", "").upper()

    @property
    def key_is_well_formed(self) -> bool:
        return CLUES_PATTERN.fullmatch(self.key) is not None


def clues_within(text: str) -> str:
    """Return the first CLUES in a text that could not be read as a row; empty if none."""
    found = CLUES_PATTERN.search(text.upper())
    return found[0] if found else ""
