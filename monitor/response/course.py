"""What an incident remembers from one call to the next. It outlives the daemon, in the journal."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Course:
    """Instants of the wall clock, for they outlive us; null until there was one.

    `began_at` is the beginning of the present swing. `called_at` is the last page, or when an
    acknowledgement ended: escalation counts from it. `told_at` is that or the last reminder.
    `is_back` means that people were told of the end, and not yet that it was none.
    """

    began_at: datetime
    called_at: datetime | None = None
    told_at: datetime | None = None
    is_back: bool = False

    def called(self, at: datetime) -> "Course":
        """Return it after people were called."""
        return replace(self, called_at=at, told_at=at, is_back=False)

    def reminded(self, at: datetime) -> "Course":
        """Return it after people were told the same again."""
        return replace(self, told_at=at)

    def waiting(self, at: datetime) -> "Course":
        """Return it when nobody looks after the incident any more."""
        return replace(self, called_at=at, told_at=at)

    def swung_back(self, at: datetime, *, was_told_over: bool) -> "Course":
        """Return it when the trouble is there again."""
        return replace(self, began_at=at, is_back=self.is_back or was_told_over)
