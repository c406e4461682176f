"""Whether a site has mains, told slowly enough that a microcut is not an incident."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class MainsWatch:
    """`absent` is what the last reading said; `lost` is that, once it has lasted `confirm_s`."""

    confirm_s: float
    absent: bool = False
    lost: bool = False
    changed_s: float = 0.0
    lost_s: float = 0.0
    absent_at: datetime | None = None

    @property
    def pending(self) -> bool:
        return self.absent is not self.lost

    def observe(self, *, absent: bool, at_s: float, at: datetime) -> None:
        """Fold in what the site's sources say now; `at` is when they measured it."""
        if absent is self.absent:
            return
        self.absent, self.changed_s = absent, at_s
        if absent and not self.lost:
            self.absent_at = at

    def settle(self, now_s: float) -> bool:
        """Let time confirm what was last seen; return whether `lost` changed."""
        if not self.pending or now_s - self.changed_s < self.confirm_s:
            return False
        self.lost, self.lost_s = self.absent, now_s
        return True

    def confirm(self, now_s: float) -> None:
        """Believe the loss at once: a battery that runs low is no microcut."""
        if self.absent and not self.lost:
            self.lost, self.lost_s = True, now_s

    def confirm_anew(self, now_s: float) -> None:
        """Let what was last seen last once more: nobody could look meanwhile."""
        self.changed_s = now_s

    def forget(self) -> None:
        """Know nothing of any loss: nobody is left who could take it back."""
        self.absent = self.lost = False
