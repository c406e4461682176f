"""Whether one power unit is in trouble by itself, told slowly enough that a test is no incident."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class UnitWatch:
    """`seen` is what the last reading said; `lasts` is that, once a later reading bears it out.

    Both move by what the unit measures alone, and so does time: silence opens nothing and ends
    nothing. `since` is when the present row of equal readings began, `began_at` the trouble.
    """

    seen: bool = False
    lasts: bool = False
    since: datetime | None = None
    began_at: datetime | None = None

    @property
    def pending(self) -> bool:
        return self.seen is not self.lasts

    def observe(self, *, bad: bool, at: datetime, confirm_s: float) -> bool:
        """Fold in what was measured at `at`; return whether `lasts` changed."""
        if bad is not self.seen or self.since is None or at < self.since:
            self.seen, self.since = bad, at
        if not self.pending or (at - self.since).total_seconds() < confirm_s:
            return False
        self.lasts = bad
        if bad:
            self.began_at = self.since
        return True

    def confirm_anew(self) -> None:
        """Let what was last seen last once more: nobody could look meanwhile."""
        if self.pending:
            self.since = None
