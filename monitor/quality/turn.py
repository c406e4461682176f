"""What became of one quality of a link with one sample."""

from enum import StrEnum


class Turn(StrEnum):
    """API: events and the journal carry these words."""

    WORSENED = "worsened"
    RECOVERED = "recovered"
    BECAME_USUAL = "became_usual"  # it did not get better; it has lasted, and is the usual now
