"""Why a run ends early, thrown from the depth where it is known to the one place that reports it.

`Failure` never leaves the package: the prober turns it into a failed Reading.
"""

from probes.reading import PowerFigures, Reason


class Failure(Exception):  # noqa: N818 it is an answer, not an error
    """A run that failed. `power` is what could be read all the same (a stale document)."""

    def __init__(self, reason: Reason, detail: str, power: PowerFigures | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.power = power
