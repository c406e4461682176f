"""The page that Prometheus reads: what has changed is made anew, and the rest sent as it was."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from exporters.gzip_piece import Piece, gzip_length, gzip_stream, pack
from exporters.metric_family import AnyFamily, Format
from exporters.negotiation import accepts_gzip, prefers_openmetrics
from exporters.process_series import ProcessSeries

SLICE_S = 0.002
"""How long the loop is held at a time; a block that is begun is finished, 0.4 ms later."""

_CHUNK_BYTES = 64 * 1024
_EOF = pack(b"# EOF\n")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to one scraper. `content_encoding` is empty when it is not compressed."""

    pieces: tuple[Piece, ...]
    content_type: str
    content_encoding: str = ""

    @property
    def length(self) -> int:
        """Return the number of bytes to be sent."""
        if self.content_encoding:
            return gzip_length(self.pieces)
        return sum(piece.size for piece in self.pieces)

    @property
    def body(self) -> bytes:
        """Return it whole; 9 MB for 100,000 series if not compressed."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Yield it in parts of about 64 KiB, each of which takes about 0.2 ms to make."""
        gathered: list[bytes] = []
        size = 0
        for part in self._parts():
            gathered.append(part)
            size += len(part)
            if size >= _CHUNK_BYTES:
                yield b"".join(gathered)
                gathered, size = [], 0
        yield b"".join(gathered)

    def _parts(self) -> Iterator[bytes]:
        if self.content_encoding:
            return gzip_stream(self.pieces)
        return (piece.text() for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The content of a page, in whatever form it is asked for; `number` counts them."""

    number: int
    families: tuple[tuple[AnyFamily[Any], tuple[Piece, ...]], ...]

    def page(self, accept: str, accept_encoding: str) -> Page:
        form = Format.OPENMETRICS if prefers_openmetrics(accept) else Format.TEXT
        pieces = [
            piece for family, blocks in self.families for piece in (family.header(form), *blocks)
        ]
        if form is Format.OPENMETRICS:
            pieces.append(_EOF)
        return Page(tuple(pieces), form, "gzip" if accepts_gzip(accept_encoding) else "")


class Exposition:
    """All families, and the pages made of them.

    Each block of a page is as it was at one instant, so a count and its sum belong together. The
    page is no snapshot: its blocks are made within the time that it takes, up to 0.2 s for
    100,000 series that have all changed. But which series it names is that of one instant, its
    last: none is missing, and none is there twice, though a reload came between.

    Scrapers that come while a page is made share the next one. Nobody waits for a slow one: what
    a scraper is sent is its own, and holds no more than the packed page, 1 MB.
    """

    def __init__(self) -> None:
        self._families: list[AnyFamily[Any]] = []
        self._names: dict[str, str] = {}
        self._turn = asyncio.Lock()
        self._begun = 0
        self._latest = _Sheet(0, ())
        self._process = ProcessSeries()
        self.register(*self._process.all())

    @property
    def families(self) -> tuple[AnyFamily[Any], ...]:
        """Return all families, in the order of the page."""
        return tuple(self._families)

    def register(self, *families: AnyFamily[Any]) -> None:
        """Add metric families.

        Raises:
            ValueError: one of their names is taken.

        """
        for family in families:
            names = {family.name, *family.sample_names}
            for name in names & self._names.keys():
                raise ValueError(f"{name} is a name of {self._names[name]} already")
            self._names |= dict.fromkeys(names, family.name)
            self._families.append(family)

    async def render(self, accept: str = "", accept_encoding: str = "") -> Page:
        """Return the page as it is now in the best form that the two request headers allow."""
        known = self._begun
        async with self._turn:
            if self._latest.number <= known:  # nobody has begun one since we asked
                self._begun += 1
                await self._render_stale()
                self._latest = self._sheet()
        return self._latest.page(accept, accept_encoding)

    def render_now(self, accept: str = "", accept_encoding: str = "") -> Page:
        """Return the page without letting anything else run meanwhile."""
        self._process.refresh()
        for family in self._families:
            for block in family.blocks:
                if block.is_stale:
                    block.render()
        return self._sheet().page(accept, accept_encoding)

    async def _render_stale(self) -> None:
        """Make anew what has changed, and let everything else run between two slices."""
        self._process.refresh()
        until_s = time.monotonic() + SLICE_S
        for family in self.families:
            for block in tuple(family.blocks):
                if not block.is_stale:
                    continue
                block.render()
                if time.monotonic() >= until_s:
                    await asyncio.sleep(0)
                    until_s = time.monotonic() + SLICE_S

    def _sheet(self) -> _Sheet:
        """Gather the blocks. Rows that came or went in the meantime are seen to."""
        for family in self._families:
            for block in family.blocks:
                if block.is_reshaped:
                    block.render()
        return _Sheet(
            self._begun,
            tuple(
                (family, tuple(block.piece for block in family.blocks)) for family in self._families
            ),
        )
