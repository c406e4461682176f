"""How far back reports can go."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from config.duration import parse_duration
from config.model import Model

LongPeriod = Annotated[float, BeforeValidator(parse_duration), Field(ge=86_400, le=1_830 * 86_400)]
"""Seconds, a day to five years."""


class HistoryRules(Model):
    """What the journal keeps for reports (docs/reports.md): some 100 bytes a change of state."""

    keep: LongPeriod = 400 * 86_400.0
