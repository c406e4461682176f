"""A problem of the configuration: where it is, what is wrong, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from config.excerpt import excerpt, printable, without_password
from config.place import Place
from config.tree import Mapping

MOST_PROBLEMS = 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` and `column` count from 1 and are None when the whole file is meant.

    `fix` continues `message` after a comma. `line_text` has passwords masked, control
    characters replaced and very long lines cut around the fault.
    """

    file: str
    line: int | None
    column: int | None
    message: str
    fix: str
    line_text: str | None = None
    caret: str = field(default="", repr=False)
    order: int = field(default=0, repr=False, compare=False)

    def text(self) -> str:
        """Return the form for people: the place, the words, the line, the caret."""
        where = self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"
        said = f"{where}: {self.message}, {self.fix}"
        if not self.line_text:
            return said
        return f"{said}\n{self.line:>5} | {self.line_text}\n{'':>5} | {self.caret}"

    def json(self) -> dict[str, str | int | None]:
        """Return the form for programs."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "fix": self.fix,
            "line_text": self.line_text,
        }


def of_file(file: str, message: str, fix: str, order: int = 0) -> Problem:
    """Return a problem of a whole file."""
    return Problem(printable(file), None, None, printable(message), printable(fix), order=order)


def at_place(place: Place, message: str, fix: str) -> Problem:
    """Return a problem of one place."""
    line_text, caret = excerpt(place)
    return Problem(
        file=printable(place.source.name),
        line=place.line,
        column=place.column,
        message=without_password(printable(message)),
        fix=without_password(printable(fix)),
        line_text=line_text,
        caret=caret,
        order=place.source.order,
    )


class Problems:
    """Collects what is wrong, each thing once, up to `MOST_PROBLEMS`.

    The same fault reached through several sites (in a template) is told once, naming them.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[Place, str, str], list[str]] = {}
        self._whole: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._places or self._whole)

    @property
    def full(self) -> bool:
        return len(self._places) + len(self._whole) >= MOST_PROBLEMS

    def add(self, place: Place, message: str, fix: str, site: str = "") -> None:
        """Add a fault at a place; `site` names whom it concerns where the place does not."""
        told = (place, message, fix)
        if told in self._places or not self.full:
            self._places.setdefault(told, []).append(site)

    def add_file(self, file: str, message: str, fix: str, order: int = 0) -> None:
        """Add a fault of a whole file."""
        if not self.full:
            self._whole.append(of_file(file, message, fix, order))

    def listed(self) -> tuple[Problem, ...]:
        """Return them in the order of the files, then of the lines."""
        found = list(self._whole)
        for (place, message, fix), sites in self._places.items():
            found.append(at_place(place, message + _concerning(sites), fix))
        found.sort(key=lambda one: (one.order, one.line or 0, one.column or 0))
        if self.full:
            fix = "correct these first"
            found.append(of_file(found[-1].file, f"only {MOST_PROBLEMS} problems are shown", fix))
        return tuple(found)


class Reporter(Protocol):
    """Whom a fault is told: all problems, or those of one site."""

    @property
    def full(self) -> bool:
        """Tell whether more would not be listed."""

    def add(self, place: Place, message: str, fix: str) -> None:
        """Add a fault at a place."""


@dataclass(frozen=True, slots=True)
class SiteProblems:
    """The problems of one site: a fault outside its own lines is told with its name."""

    problems: Problems
    site: str
    written: Mapping

    @property
    def full(self) -> bool:
        return self.problems.full

    def add(self, place: Place, message: str, fix: str) -> None:
        """Add a fault at a place, in the site or in what it was merged from."""
        named = "" if self.written.holds(place) else self.site
        self.problems.add(place, message, fix, named)


def render(problems: Iterable[Problem]) -> str:
    """Return all of them for people, one below the other."""
    return "\n".join(problem.text() for problem in problems)


def quoted(text: str) -> str:
    """Return a word of the file for use in a message, shortened if long."""
    return f"`{text}`" if len(text) <= 80 else f"`{text[:79]}…`"


def _concerning(sites: list[str]) -> str:
    named = list(dict.fromkeys(sites))
    if "" in named:
        return ""
    if len(named) == 1:
        return f" (in site {quoted(named[0])})"
    return f" (in site {quoted(named[0])} and {len(named) - 1} more)"
