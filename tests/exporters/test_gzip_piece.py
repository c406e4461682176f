"""Pieces compressed apart are one gzip stream that everybody can read."""

import gzip
import subprocess
import zlib

from hypothesis import given
from hypothesis import strategies as st

from exporters.gzip_piece import gzip_length, gzip_stream, joined_crc, pack


def stream(texts: list[bytes]) -> bytes:
    return b"".join(gzip_stream([pack(text) for text in texts]))


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_the_stream_is_one_member_that_holds_all_texts(texts: list[bytes]) -> None:
    packed = stream(texts)
    whole = zlib.decompressobj(16 + zlib.MAX_WBITS)  # stops behind the first member
    assert whole.decompress(packed) == b"".join(texts)
    assert (whole.eof, whole.unused_data) == (True, b"")
    assert len(packed) == gzip_length([pack(text) for text in texts])


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_checksum_of_a_whole_follows_from_those_of_its_parts(one: bytes, two: bytes) -> None:
    assert joined_crc(zlib.crc32(one), pack(two)) == zlib.crc32(one + two)


@given(st.binary(max_size=300))
def test_a_piece_gives_its_text_back(text: bytes) -> None:
    assert pack(text).text() == text


def test_gzip_itself_finds_no_fault() -> None:
    texts = [b"line %d\n" % number * 1000 for number in range(50)]
    checked = subprocess.run(["gzip", "-dc"], input=stream(texts), capture_output=True, check=True)
    assert checked.stdout == b"".join(texts)
    assert checked.stderr == b""
    assert gzip.decompress(stream(texts)) == checked.stdout
