"""Heads of answers that were read before: known again when only their Date differs.

The servers of a fleet say the same few heads all day. To know one costs a tenth of what it costs
to read it, and gives the same: nothing is taken on trust that was not read before, byte by byte.
"""

import re
from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

MOST = 256
LONGEST_BYTES = 2048
"""Of a head that is remembered."""

_END = b"\r\n\r\n"
_DATE = b"\r\nDate: "
_DATE_BYTES = 29
_FIXDATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")

T = TypeVar("T")


class Known(NamedTuple, Generic[T]):
    """An answer whose head is known: what it was read as, its own Date, and all of its body."""

    head: T
    date: str | None
    body: bytes


class KnownHeads(Generic[T]):
    """The latest of them. Their memory is for speed: it changes no outcome."""

    def __init__(self) -> None:
        self._heads: OrderedDict[bytes, tuple[T, int]] = OrderedDict()

    def find(self, received: bytes) -> Known[T] | None:
        """Return what this is, if it is one whole answer with a known head, and no more."""
        cut = _cut(received)
        if cut is None:
            return None
        text, date, end = cut
        found = self._heads.get(text)
        if found is None:
            return None
        head, body_bytes = found
        if len(received) != end + body_bytes:
            return None
        self._heads.move_to_end(text)
        return Known(head, date, received[end:])

    def learn(self, received: bytes, head: T, body_bytes: int, date: str | None) -> None:
        """Remember the head of one whole answer: what it was read as, the length it gives the body.

        `date` is the Date that was read in it. Where it stands elsewhere than we look, or twice,
        the head is not remembered.
        """
        cut = _cut(received)
        if cut is None or cut[1] != date or len(received) != cut[2] + body_bytes:
            return
        self._heads[cut[0]] = head, body_bytes
        if len(self._heads) > MOST:
            self._heads.popitem(last=False)


def _cut(received: bytes) -> tuple[bytes, str | None, int] | None:
    """Return the head without its Date, the Date, and where the body begins."""
    end = received.find(_END, 0, LONGEST_BYTES) + len(_END)
    if end < len(_END):
        return None
    at = received.find(_DATE, 0, end)
    if at < 0:
        return received[:end], None, end
    at += len(_DATE)
    date = received[at : at + _DATE_BYTES]
    if _FIXDATE.fullmatch(date) is None:
        return None
    return received[:at] + received[at + _DATE_BYTES : end], date.decode("ascii"), end
