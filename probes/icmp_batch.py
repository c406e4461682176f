"""Many messages with one system call: recvmmsg(2), which Python does not offer.

Messages lie in slots that are laid out once and used again and again. The kernel is given
addresses into buffers that cannot move.

Requests leave one by one: nobody could tell when each packet of a batch left. With sendmmsg(2),
even four at once and departures spread evenly over the call, round trips came out wrong by up to
2 ms (p99), instead of 0.05 ms: docs/adr/0008-probes-without-tasks.md has what was tried.
"""

import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

READ_AT_ONCE = 256

HEAD_BYTES = 256
"""What is kept of a message: an error with a full quote needs at most 60 + 8 + 60 + 32."""

SO_TIMESTAMPNS = 35  # asm-generic/socket.h
_TIMESPEC = struct.Struct("@ll")
_CONTROL_BYTES = socket.CMSG_SPACE(_TIMESPEC.size)
_SOCKADDR_BYTES = 28  # of IPv6; one of IPv4 is shorter
_NAME_BYTES = 32  # what follows it begins at a multiple of eight
_NOTE_BYTES = _NAME_BYTES + _CONTROL_BYTES
STAMPED = struct.pack("@Nii", socket.CMSG_LEN(_TIMESPEC.size), socket.SOL_SOCKET, SO_TIMESTAMPNS)
"""The head of a control message with a receive stamp, which stands before any other."""
NOTES = {
    int(socket.AF_INET): struct.Struct(f"@4x4s24x{len(STAMPED)}sll"),
    int(socket.AF_INET6): struct.Struct(f"@8x16s8x{len(STAMPED)}sll"),
}
"""What the kernel notes of a message, by family: its source, `STAMPED`, seconds, nanoseconds."""


class _Piece(ctypes.Structure):
    """`struct iovec`."""

    _fields_ = (("address", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """`struct msghdr`."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_bytes", ctypes.c_uint),
        ("pieces", ctypes.c_void_p),
        ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_bytes", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Entry(ctypes.Structure):
    """`struct mmsghdr`."""

    _fields_ = (("header", _Header), ("length", ctypes.c_uint))


_KERNEL = ctypes.CDLL(None, use_errno=True)


class Inbox:
    """Takes in up to `READ_AT_ONCE` messages, and keeps them until it takes in others."""

    def __init__(self) -> None:
        self._call = _KERNEL.recvmmsg
        self._entries = (_Entry * READ_AT_ONCE)()
        self._pieces = (_Piece * (2 * READ_AT_ONCE))()
        self._rest = _Buffer(0, 1)
        notes, messages = _Buffer(_NOTE_BYTES, READ_AT_ONCE), _Buffer(HEAD_BYTES, READ_AT_ONCE)
        self._notes, self._messages = notes.view, messages.view
        for at, entry in enumerate(self._entries):
            header, head = entry.header, self._pieces[2 * at]
            head.address, head.length = messages.address(at), HEAD_BYTES
            header.name, header.name_bytes = notes.address(at), _SOCKADDR_BYTES
            header.pieces, header.piece_count = ctypes.addressof(head), 1
            header.control = notes.address(at) + _NAME_BYTES
            header.control_bytes = _CONTROL_BYTES
        self._entry_bytes = memoryview(self._entries).cast("B")
        words = ctypes.sizeof(_Entry) // 4
        self._lengths = self._entry_bytes.cast("I")[_Entry.length.offset // 4 :: words]
        self._blank_entries = bytes(self._entry_bytes)
        self._blank_notes = bytes(self._notes)
        self._taken = 0

    def expect(self, packet_bytes: int) -> None:
        """Be ready to tell the length of packets of that many bytes.

        Only their head is kept: what lies beyond it is read into one place for all.
        """
        rest_bytes = packet_bytes + 1 - HEAD_BYTES
        if rest_bytes <= len(self._rest.view):
            return
        self._blank()
        self._rest = _Buffer(rest_bytes, 1)
        for piece in self._pieces[1::2]:
            piece.address, piece.length = self._rest.address(0), rest_bytes
        for entry in self._entries:
            entry.header.piece_count = 2
        self._blank_entries = bytes(self._entry_bytes)

    def take_in(self, descriptor: int, limit: int) -> int:
        """Take in what waits, `limit` messages at most; return how many.

        Raises:
            OSError: there is nothing, and the socket does not wait; or an error did.

        """
        self._blank()
        wanted = min(limit, READ_AT_ONCE)
        self._taken = _checked(self._call(descriptor, self._entries, wanted, 0, None))
        return self._taken

    def messages(
        self, note: struct.Struct, head: struct.Struct
    ) -> Iterator[tuple[int, tuple[Any, ...], tuple[Any, ...]]]:
        """Return of each its length, what the kernel notes of it, and its first bytes.

        Bytes beyond its length are left over from older ones.
        """
        taken = self._taken
        notes = note.iter_unpack(self._notes[: taken * _NOTE_BYTES])
        heads = head.iter_unpack(self._messages[: taken * HEAD_BYTES])
        return zip(self._lengths[:taken].tolist(), notes, heads, strict=True)

    def head(self, at: int, length: int) -> bytes:
        """Return one message, or its head."""
        start = at * HEAD_BYTES
        return bytes(self._messages[start : start + min(length, HEAD_BYTES)])

    def _blank(self) -> None:
        """Let nothing that was noted of an old message be taken for a note of a new one."""
        entry_bytes, note_bytes = self._taken * ctypes.sizeof(_Entry), self._taken * _NOTE_BYTES
        self._entry_bytes[:entry_bytes] = self._blank_entries[:entry_bytes]
        self._notes[:note_bytes] = self._blank_notes[:note_bytes]
        self._taken = 0


class _Buffer:
    """`count` places of `size` bytes. The view keeps it where it is, and alive."""

    def __init__(self, size: int, count: int) -> None:
        content = (ctypes.c_char * (size * count))()
        self.view = memoryview(content).cast("B")
        self._size, self._start = size, ctypes.addressof(content)

    def address(self, at: int) -> int:
        return self._start + at * self._size


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
