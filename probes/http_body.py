"""A body read to its end or to its limit, whichever comes first, counted after unpacking."""

import zlib

from probes.failure import Failure
from probes.http_answer import HttpAnswer
from probes.http_run import HttpRun
from probes.quotation import quote
from probes.reading import Reason

PACKING_SLACK_BYTES = 65_536
"""What a packed body may be longer than its contents: frames, empty blocks, file names."""

MAX_MEMBERS = 1024
"""Of one gzip body (RFC 1952 section 2.2); many tiny ones only cost us time."""

_GZIP = 16 + zlib.MAX_WBITS


class Unpacker:
    """gzip and deflate (RFC 9110 section 8.4.1) with a limit on what comes out.

    We ask for `identity`; a server that packs all the same is understood.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding.strip().lower()
        if self._coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            said = f"Content-Encoding {quote(coding)} was not asked for"
            raise Failure(Reason.BAD_HTTP, said)
        self._inflating: zlib._Decompress | None = None
        self._members = 0

    @property
    def packs(self) -> bool:
        """Tell whether what goes in differs from what comes out."""
        return self._coding not in ("", "identity")

    def unpack(self, packed: bytes, at_most: int) -> bytes:
        """Return up to `at_most` bytes more; the rest of a bomb stays packed."""
        if not self.packs:
            return packed
        contents = b""
        try:
            while packed and len(contents) < at_most:
                if self._inflating is None or self._inflating.eof:
                    self._inflating = self._member(packed)
                contents += self._inflating.decompress(packed, at_most - len(contents))
                packed = self._inflating.unused_data
        except zlib.error as error:
            raise Failure(Reason.BAD_HTTP, f"the {self._coding} body is broken: {error}") from error
        return contents

    def check_end(self) -> None:
        """Refuse a body that stops before its packing ends."""
        if self._inflating is not None and not self._inflating.eof:
            raise Failure(Reason.BAD_HTTP, f"the {self._coding} body is cut short")

    def _member(self, packed: bytes) -> "zlib._Decompress":
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise Failure(Reason.BAD_HTTP, f"a {self._coding} body of over {MAX_MEMBERS} parts")
        if self._coding != "deflate":
            return zlib.decompressobj(_GZIP)
        # RFC 9110 says zlib format; some servers send the bare stream all the same
        bare = packed[0] & 0x0F != 8
        return zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS)


async def read_body(answer: HttpAnswer, limit: int, run: HttpRun) -> bytes:
    """Return the whole body, unpacked.

    Raises:
        Failure: BODY_TOO_LARGE as soon as that is certain; BAD_HTTP for broken packing

    """
    unpacker = Unpacker(answer.headers.get("Content-Encoding", ""))
    declared_bytes = answer.declared_bytes
    most_on_the_wire = limit + (PACKING_SLACK_BYTES if unpacker.packs else 0)
    if declared_bytes is not None and declared_bytes > most_on_the_wire:
        said = f"{declared_bytes} bytes announced, {limit} allowed"
        raise Failure(Reason.BODY_TOO_LARGE, said)
    body, received = bytearray(), 0
    while not answer.is_over:
        chunk = answer.come() or await answer.read()
        received += len(chunk)
        body += unpacker.unpack(chunk, limit + 1 - len(body))
        run.body_bytes = min(len(body), limit)
        if len(body) > limit or received > most_on_the_wire:
            raise Failure(Reason.BODY_TOO_LARGE, f"more than the {limit} bytes allowed")
    unpacker.check_end()
    return bytes(body)
