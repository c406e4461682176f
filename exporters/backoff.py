"""How long to wait before trying again: growing, capped, and never in step with others."""

from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential


class Backoff:
    """Waits of `base_s` at first, then at random between that and a bound that doubles.

    The bound stops at `cap_s`. The spread keeps many daemons from returning to one receiver
    in the same second after it restarts.
    """

    def __init__(self, base_s: float, cap_s: float) -> None:
        self._wait = wait_random_exponential(multiplier=base_s, min=base_s, max=cap_s)
        self.failures = 0

    def failed(self) -> float:
        """Count one more failure in a row; return the seconds to wait after it."""
        self.failures += 1
        state = RetryCallState(AsyncRetrying(), None, (), {})
        state.attempt_number = self.failures
        return float(self._wait(state))

    def reset(self) -> None:
        self.failures = 0
