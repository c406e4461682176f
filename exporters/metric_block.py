"""A stretch of one family's rows, whose text is made and compressed together."""

from typing import Generic, Protocol, TypeVar

from exporters.gzip_piece import Piece, pack
from exporters.series import Row

R = TypeVar("R", bound=Row)

EMPTY = pack(b"")


class Home(Protocol[R]):
    """The family that a block belongs to."""

    def lines(self, rows: list[R], /) -> str: ...
    def forget(self, row: Row, /) -> None: ...


class MetricBlock(Generic[R]):
    """Keeps what was last made of it. `is_reshaped` says that rows have come or gone since."""

    __slots__ = ("_home", "is_reshaped", "is_stale", "piece", "rows")

    def __init__(self, home: Home[R]) -> None:
        self._home = home
        self.rows: list[R] = []
        self.piece: Piece = EMPTY
        self.is_stale = True
        self.is_reshaped = True

    def take(self, row: R) -> None:
        row.block = self
        self.rows.append(row)
        self.is_stale = self.is_reshaped = True

    def release(self, row: Row) -> None:
        self._home.forget(row)

    def lose(self, row: R) -> None:
        self.rows.remove(row)
        self.is_stale = self.is_reshaped = True

    def render(self) -> None:
        """Make the text anew: about 1 µs for each sample."""
        text = self._home.lines(self.rows)
        # A lone surrogate cannot be written: better a question mark than no page at all.
        self.piece = pack(text.encode("utf-8", "replace"))
        self.is_stale = self.is_reshaped = False
