"""One gzip stream out of pieces that were compressed apart, long before, in any order.

A piece is raw deflate that refers to nothing outside itself and ends on a byte (RFC 1951, 3.2.4;
zlib calls it a full flush), so pieces may follow each other in one stream. Members of their own
(RFC 1952, 2.2) would be simpler still, and Prometheus reads them, but curl fails on the second
and browsers show nothing but the first.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Level 1 takes half the time of level 9 and a tenth more room on text as repetitive as ours.
_LEVEL = 1
_RAW = -zlib.MAX_WBITS
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"  # deflate, no name, no time, fastest
_END = b"\x03\x00"  # a last block with nothing in it
_TRAILER = struct.Struct("<II")


class Piece(NamedTuple):
    """Some text, compressed, with its length; `crc` is what it adds to a stream's checksum."""

    packed: bytes
    size: int
    crc: int

    def text(self) -> bytes:
        return zlib.decompressobj(_RAW).decompress(self.packed)


def pack(text: bytes) -> Piece:
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
    packed = squeeze.compress(text) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return Piece(packed, len(text), zlib.crc32(text) ^ zlib.crc32(bytes(len(text))))


def gzip_length(pieces: Iterable[Piece]) -> int:
    """Return how long the stream of these pieces is."""
    framing = len(_HEADER) + len(_END) + _TRAILER.size
    return framing + sum(len(piece.packed) for piece in pieces)


def gzip_stream(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield the parts of one gzip stream (RFC 1952) of one member."""
    size, crc = 0, 0
    yield _HEADER
    for piece in pieces:
        yield piece.packed
        size, crc = size + piece.size, joined_crc(crc, piece)
    yield _END + _TRAILER.pack(crc, size & 0xFFFFFFFF)


def joined_crc(crc: int, piece: Piece) -> int:
    """Return the CRC-32 of a text with checksum `crc` followed by that of `piece`.

    A checksum is linear but for a constant: that of A and B is that of A and zeros, as long as
    B, plus (xor) that of B, plus that of the zeros alone. zlib runs over zeros at 3 GB/s.

    >>> joined_crc(zlib.crc32(b"on "), pack(b"call")) == zlib.crc32(b"on call")
    True
    """
    return zlib.crc32(bytes(piece.size), crc) ^ piece.crc
