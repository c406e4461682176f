"""How badly a stretch of the way carries packets while it carries them at all."""

from typing import Self

from pydantic import Field, model_validator

from simulator.model import Duration, Model, Ratio, Span


class Impairment(Model):
    """Of one link or other stretch. All figures are those that a round trip sees.

    `delay` and `jitter` are added to the round-trip time, half on each way; one round trip in
    `1 / loss` is lost. With `burst`, losses come in bursts of that mean length (a
    continuous-time Gilbert-Elliott chain: exponential sojourns, the clock and not the packet
    count moves it), in which `in_burst` of the round trips are lost; `loss` stays the mean.
    """

    delay: Duration = 0.0
    jitter: Duration = Field(0.0, description="Uniform within plus or minus this.")
    loss: Ratio = 0.0
    burst: Span | None = None
    in_burst: float = Field(1.0, gt=0, le=1)
    rate_bps: float | None = Field(None, ge=1000, description="Bits per second, each way.")
    queue: Span = Field(1.0, description="What waits longer than this for the rate is dropped.")

    @model_validator(mode="after")
    def _figures_agree(self) -> Self:
        if self.jitter > self.delay:
            raise ValueError("jitter cannot exceed delay: a packet cannot arrive before it left")
        if self.burst is not None and self.loss >= self.in_burst:
            raise ValueError("with bursts, loss (the mean) must be below in_burst")
        return self

    @property
    def is_clear(self) -> bool:
        """Tell whether it changes nothing."""
        return not (self.delay or self.loss or self.rate_bps)


CLEAR = Impairment()
