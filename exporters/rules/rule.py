"""An alert, a recording, a group of them: what a file of Prometheus rules is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, its texts in Spanish for people.

    `summary` is the line for a lock screen: what, where, since when. Prometheus knows no instant
    in its annotations, so the line names `hold`, for which the expression must have held before
    it fires; Alertmanager adds the clock (deploy/alertmanager/guardia.tmpl). `runbook` is a page
    of docs/runbooks without `.md`, and its heading. `why` is for whoever reads the file.
    """

    name: str
    severity: Severity
    expr: str
    summary: str
    description: str
    hold: str = ""
    runbook: str = "guardia"
    why: str = ""

    def runbook_path(self) -> str:
        """Return the page and the heading that explains this alert: `guardia.md#watchdog`."""
        return f"{self.runbook}.md#{self.name.lower()}"


@dataclass(frozen=True, slots=True)
class Recording:
    """A series that is computed ahead; its name is `level:metric:operation` with its window."""

    name: str
    expr: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated one after the other, every `interval`.

    An interval stays below five minutes: after these Prometheus forgets a recorded series.
    """

    name: str
    rules: Sequence[Alert | Recording]
    interval: str = ""
