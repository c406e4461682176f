"""A model of one Alertmanager: identity by labels, merging, and what its receiver would hear.

It stands in where a story needs hundreds of runs; `test_alertmanager_real.py` holds the real
one to the same promises.
"""

from datetime import datetime, timedelta
from typing import Any

from exporters.posting import Answer
from tests.clock import FakeClock
from tests.exporters.delivery_fakes import ScriptedPost

Identity = frozenset[tuple[str, str]]


class AlertmanagerModel(ScriptedPost):
    """With each alert a group of its own. `look` does what the dispatcher does on its timer."""

    def __init__(self, clock: FakeClock, *script: Answer, group_wait_s: float = 10.0) -> None:
        super().__init__(*script)
        self._clock = clock
        self._group_wait = timedelta(seconds=group_wait_s)
        self._seen_at: dict[Identity, datetime] = {}
        self._firing: set[Identity] = set()
        self.alerts: dict[Identity, dict[str, Any]] = {}
        self.heard: list[tuple[str, dict[str, str], str]] = []
        """What a receiver was notified of: status, labels, summary."""

    def take(self, sent: Any) -> None:  # noqa: ANN401 - any JSON
        self.look()
        for alert in sent:
            known = frozenset(alert["labels"].items())
            self.alerts[known] = alert
            self._seen_at.setdefault(known, self._clock.now())
        self.look()

    def look(self) -> None:
        """Notify of what fires for the first time, after its group wait, and of what ended."""
        now = self._clock.now()
        for known, alert in self.alerts.items():
            fires = datetime.fromisoformat(alert["endsAt"]) > now
            waited = now >= self._seen_at[known] + self._group_wait
            if fires and waited and known not in self._firing:
                self._firing.add(known)
                self._tell("firing", alert)
            elif not fires and known in self._firing:
                self._firing.remove(known)
                self._tell("resolved", alert)

    def _tell(self, status: str, alert: dict[str, Any]) -> None:
        self.heard.append((status, alert["labels"], alert["annotations"]["summary"]))

    @property
    def statuses(self) -> list[str]:
        return [status for status, _, _ in self.heard]

    @property
    def firing(self) -> list[dict[str, Any]]:
        now = self._clock.now()
        return [a for a in self.alerts.values() if datetime.fromisoformat(a["endsAt"]) > now]
