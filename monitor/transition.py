"""The state machine of one probe: the whole of it is this table."""

from enum import StrEnum
from itertools import product

from monitor.vocabulary import State


class Signal(StrEnum):
    """What a run means, once runs before it are counted."""

    ANSWERED = "answered"
    PROVEN_BACK = "proven_back"
    FAILED = "failed"
    PROVEN_DOWN = "proven_down"
    UNSEEN = "unseen"
    LONG_UNSEEN = "long_unseen"


ANSWERS = frozenset({Signal.ANSWERED, Signal.PROVEN_BACK})
REFUSALS = frozenset({Signal.FAILED, Signal.PROVEN_DOWN})

# A first answer is enough to know that something is up; one that was down must prove it.
# Not seeing is never evidence: it can make us forget that a thing is up, never that it is down.
NEXT: dict[tuple[State, Signal], State] = {
    (State.UNKNOWN, Signal.ANSWERED): State.UP,
    (State.UNKNOWN, Signal.PROVEN_BACK): State.UP,
    (State.UNKNOWN, Signal.FAILED): State.UNKNOWN,
    (State.UNKNOWN, Signal.PROVEN_DOWN): State.DOWN,
    (State.UNKNOWN, Signal.UNSEEN): State.UNKNOWN,
    (State.UNKNOWN, Signal.LONG_UNSEEN): State.UNKNOWN,
    (State.UP, Signal.ANSWERED): State.UP,
    (State.UP, Signal.PROVEN_BACK): State.UP,
    (State.UP, Signal.FAILED): State.UP,
    (State.UP, Signal.PROVEN_DOWN): State.DOWN,
    (State.UP, Signal.UNSEEN): State.UP,
    (State.UP, Signal.LONG_UNSEEN): State.UNKNOWN,
    (State.DOWN, Signal.ANSWERED): State.DOWN,
    (State.DOWN, Signal.PROVEN_BACK): State.UP,
    (State.DOWN, Signal.FAILED): State.DOWN,
    (State.DOWN, Signal.PROVEN_DOWN): State.DOWN,
    (State.DOWN, Signal.UNSEEN): State.DOWN,
    (State.DOWN, Signal.LONG_UNSEEN): State.DOWN,
}

_missing = set(product((State.UNKNOWN, State.UP, State.DOWN), Signal)) - NEXT.keys()
if _missing:
    raise AssertionError(f"transitions without an answer: {sorted(_missing)}")
