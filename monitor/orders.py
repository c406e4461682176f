"""What people may order of a running daemon, as they write it; and what is kept of it.

Strict: an unknown key, a bare number for a duration, or an instant without its offset from UTC is
refused, with the fix. `by` is for the record, not a proof: who may order at all is asked before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from config.dates import Moment, parse_moment
from config.fault import UnusableError
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN, Duration, Model, Text

Name = Annotated[Text, Field(max_length=80)]


class Action(StrEnum):
    """API: the audit log carries it."""

    ACKNOWLEDGED = "acknowledged"
    LET_GO = "let_go"
    WINDOW_ADDED = "window_added"
    WINDOW_ENDED = "window_ended"
    RELOADED = "reloaded"
    RELOAD_REFUSED = "reload_refused"


class Acknowledge(Model):
    """Take an incident on: `until` an instant, `for` a while, or as long as the settings say."""

    by: Name
    until: Moment | None = None
    lasts: Duration | None = Field(None, alias="for")
    note: Text | None = None

    @model_validator(mode="after")
    def _ends_once(self) -> Self:
        if self.until is not None and self.lasts is not None:
            raise UnusableError("it ends once", "write `until` or `for`, one of them")
        if self.until is not None and self.until.tzinfo is None:
            fix = "write such as `2026-12-01 06:00-08:00`, or use `for`"
            raise UnusableError("`until` has no offset from UTC", fix)
        return self


class LetGo(Model):
    """Give an incident back before its time."""

    by: Name


@dataclass(frozen=True, slots=True)
class AddWindow:
    """A maintenance window for once, with the keys of one in a file but for `id` and `every`.

    Without `from` it begins now.
    """

    written: Mapping[str, object]

    def placed(self, number: str, at: datetime) -> MaintenanceWindow:
        """Return the window under its id.

        Raises:
            ValidationError, UnusableError: it cannot be one.

        """
        for key, why in (("id", "an id is given to it"), ("every", "it is for once")):
            if key in self.written:
                fix = "leave it out; what recurs stands under `maintenance:` in a site file"
                raise UnusableError(f"`{key}` cannot be ordered: {why}", fix)
        begins = self.written.get("from") or at.replace(microsecond=0)
        given = {**self.written, "id": number, "from": begins}
        ends = self.written.get("to")
        if isinstance(begins, datetime) and isinstance(ends, str) and _is_naive(ends):
            fix = f"write such as `{ends}-08:00`, or use `lasts`"
            raise UnusableError("`to` has no offset from UTC, and there is no `from`", fix)
        return MaintenanceWindow.model_validate(given, context=WRITTEN)


class EndWindow(Model):
    """End what is under way, or call off what is still to come."""

    by: Name


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an order came from: an address, or a signal."""

    place: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order was not carried out. Each problem names the place and the fix."""

    kind: Literal["unknown", "conflict", "unusable"]
    problems: tuple[str, ...]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class AuditEntry(_Kept):
    """Who did what, when, from where. `subject` is an incident, a window, or empty."""

    number: int
    at: AwareDatetime
    action: Action
    by: str
    origin: str
    subject: str = ""
    detail: str = ""


class WindowView(_Kept):
    """A window as it stands now. `starts` and `ends` are of the present or next occurrence."""

    id: str
    reason: str
    by: str
    source: Literal["file", "order"]
    recurring: bool
    active: bool
    starts: AwareDatetime | None
    ends: AwareDatetime | None
    ended_at: AwareDatetime | None
    where: tuple[str, ...]
    parts: tuple[str, ...]
    critical_areas: tuple[str, ...]
    expects: str | None
    sites: int


def problems_of(error: ValidationError | UnusableError) -> tuple[str, ...]:
    """Return each problem of an order as people read it: the place, what is wrong, the fix."""
    if isinstance(error, UnusableError):
        return (f"{error}; {error.fix}",)
    return tuple(map(_problem, error.errors(include_url=False, include_input=False)))


def _problem(found: ErrorDetails) -> str:
    place = ".".join(str(step) for step in found["loc"])
    named = f"`{place}`: " if place else ""
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, UnusableError):
        return f"{named}{cause}; {cause.fix}"
    if found["type"] == "missing":
        return f"`{place}` is missing; add it"
    if found["type"] == "extra_forbidden":
        return f"`{place}` is no known key; remove or correct it"
    return f"{named}{found['msg'][:1].lower()}{found['msg'][1:]}; correct it"


def _is_naive(written: str) -> bool:
    try:
        return parse_moment(written).tzinfo is None
    except UnusableError:
        return False
