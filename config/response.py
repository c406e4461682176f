"""What follows once people were called: who reminds them, who is called next, and what is folded.

response:
  escalation:
    P1: {after: 5m, levels: 2}
  remind_every: {P2: 4h}
"""

from typing import Literal

from pydantic import Field

from config.model import Duration, DurationOrZero, Model, Whole

LONGEST_ACKNOWLEDGEMENT_S = 86_400.0
"""Nobody is silent about an outage for more than a day without saying so again (science.md G)."""

PriorityName = Literal["P1", "P2", "P3", "P4"]


class Escalation(Model):
    """Call again, one level higher, each time that nobody has acknowledged for so long."""

    after: Duration
    levels: Whole = Field(1, ge=1, le=5)


class EscalationByPriority(Model):
    """By the incident's present priority. Without an entry nobody else is called."""

    P1: Escalation | None = None
    P2: Escalation | None = None
    P3: Escalation | None = None
    P4: Escalation | None = None

    def of(self, priority: PriorityName) -> Escalation | None:
        """Return the rule for one priority."""
        rule: Escalation | None = getattr(self, priority)
        return rule


class RemindEvery(Model):
    """By the incident's present priority; `0s` never."""

    P1: DurationOrZero = 1800.0
    P2: DurationOrZero = 7200.0
    P3: DurationOrZero = 0.0
    P4: DurationOrZero = 0.0

    def of(self, priority: PriorityName) -> float:
        """Return the seconds for one priority."""
        seconds: float = getattr(self, priority)
        return seconds


class ResponseRules(Model):
    """docs/response.md. `reopen_within` is also how long a trouble that returned must stay away."""

    acknowledge_for: Duration = 7200.0
    remind_every: RemindEvery = RemindEvery()
    escalation: EscalationByPriority = EscalationByPriority()
    reopen_within: DurationOrZero = 900.0
