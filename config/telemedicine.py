"""What a link must give for each use in telemedicine (docs/telemedicine.md)."""

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from config.fault import UnusableError
from config.model import Duration, Model, Number, Ratio, completed


class QualityLimits(Model):
    """The worst that one use can bear. None: it does not matter."""

    rtt: Duration | None = Field(None, description="95th percentile of the round trip.")
    jitter: Duration | None = Field(None, description="95th percentile, of RFC 3550.")
    loss: Ratio | None = None
    r: Number | None = Field(None, ge=0, le=100, description="10th percentile of R (ITU-T G.107).")

    def bears(self, other: "QualityLimits") -> bool:
        """Tell whether these limits are nowhere stricter than the other."""
        ours = (self.rtt, self.jitter, self.loss, _negative(self.r))
        theirs = (other.rtt, other.jitter, other.loss, _negative(other.r))
        return all(
            mine is None or (their is not None and mine >= their)
            for mine, their in zip(ours, theirs, strict=True)
        )


def _negative(least: float | None) -> float | None:
    return None if least is None else -least


_LIMITS: dict[str, dict[str, object]] = {
    "ready": {"rtt": "150ms", "jitter": "30ms", "loss": 0.01, "r": 80.0},
    "ready_with_reservations": {"rtt": "400ms", "jitter": "50ms", "loss": 0.03, "r": 70.0},
    "store_and_forward_only": {"rtt": "1500ms", "loss": 0.1},
}
"""From stricter to milder; docs/telemedicine.md says where the figures come from."""


def _limits(name: str) -> QualityLimits:
    return QualityLimits.model_validate(_LIMITS[name])


class TelemedicineRules(Model):
    """The verdict holds over `window`; it gets better after `better_after`, worse after
    `worse_after`.
    """

    window: Duration = Field(300.0, ge=60, le=3600)
    better_after: Duration = 600.0
    worse_after: Duration = 60.0
    ready: QualityLimits = _limits("ready")
    ready_with_reservations: QualityLimits = _limits("ready_with_reservations")
    store_and_forward_only: QualityLimits = _limits("store_and_forward_only")

    @model_validator(mode="before")
    @classmethod
    def _unsaid_keeps_default(cls, written: object) -> object:
        return completed(written, _LIMITS)

    @model_validator(mode="after")
    def _each_bears_more_than_the_one_before(self) -> Self:
        for stricter, milder in pairwise(_LIMITS):
            if not getattr(self, milder).bears(getattr(self, stricter)):
                fix = f"let `{milder}` bear at least what `{stricter}` does, in every figure"
                raise UnusableError(f"`{milder}` is stricter than `{stricter}`", fix)
        return self
