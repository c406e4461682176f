"""Where a table starts, and what to say when no header is found."""

from collections.abc import Sequence
from pathlib import Path

from config.clues.error import RegistryError

HEADER_LINES = 20
"""Titles above the header are allowed; beyond this line there is no header to be found."""

_COLUMNS_SHOWN = 40


def no_header(path: Path, widest: Sequence[str], where: str = "") -> RegistryError:
    """Return the error for a table without the two columns that every site needs."""
    shown = [f"`{cell.strip()[:60]}`" for cell in widest if cell.strip()][:_COLUMNS_SHOWN]
    found = f"the columns found are {', '.join(shown)}" if shown else "no columns were found"
    return RegistryError(
        path,
        f"no header with CLUES and NOMBRE DE LA UNIDAD in the first {HEADER_LINES} lines{where}",
        f"{found}; name these two columns in the header",
    )
