"""A kernel filter (classic BPF) that lets through our own echo traffic and nothing else.

A raw socket is handed every ICMP message of the host. The filter admits echo replies whose
identifier lies in our block, and errors that quote an echo request of ours; all else never
reaches user space. On IPv4 a raw socket sees the IP header, on IPv6 it does not.
"""

import ctypes
import socket
import struct
from typing import NamedTuple

from probes.echo import ICMP, ICMPV6, PACKET_TOO_BIG

ID_BLOCK = 1024
"""Identifiers per engine, an aligned power of two: one shared, the others fresh on doubt."""

_SOL_RAW, _ICMP_FILTER = 255, 1  # linux/socket.h, linux/icmp.h
_ICMP6_FILTER = 1  # linux/icmpv6.h: a bit that is set blocks its type
_SO_ATTACH_FILTER = 26  # asm-generic/socket.h
_ID_MASK = 0xFFFF & ~(ID_BLOCK - 1)

# linux/bpf_common.h: class | size or operation | mode
_LOAD_BYTE_AT = 0x30
_LOAD_BYTE_FROM_X = 0x50
_LOAD_HALF_AT = 0x28
_LOAD_HALF_FROM_X = 0x48
_X_HEADER_LENGTH = 0xB1  # X = 4 * (packet[k] & 0xF)
_AND = 0x54
_SHIFT_LEFT = 0x64
_ADD_X = 0x0C
_A_TO_X = 0x07
_IF_EQUAL = 0x15
_JUMP = 0x05
_RETURN = 0x06


class Step(NamedTuple):
    """One instruction. `then` and `otherwise` are labels; empty means the next instruction."""

    code: int
    value: int = 0
    then: str = ""
    otherwise: str = ""
    label: str = ""


def filter_for(family: int, first_id: int) -> bytes:
    """Return the program for the identifiers `first_id` to `first_id + ID_BLOCK - 1`."""
    head = _IPV4 if family == socket.AF_INET else _IPV6
    return _assemble((*head, *_tail(first_id)))


def attach(target: socket.socket, program: bytes) -> None:
    """Give `target` the filter. What arrived before must still be drained by the caller."""
    instructions = ctypes.create_string_buffer(program, len(program))
    pointer = struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
    target.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, pointer)


def admit_answers(target: socket.socket) -> None:
    """Have the kernel pass a raw socket answers and errors only.

    The program would turn all else away too, but after a copy was made of it: with this, our own
    requests over loopback, and floods of foreign ones, cost the socket nothing.
    """
    if target.family == socket.AF_INET:
        admitted = (ICMP.reply, *ICMP.errors)
        blocked = 0xFFFFFFFF & ~sum(1 << kind for kind in admitted)
        target.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("@I", blocked))
        return
    words = [0xFFFFFFFF] * 8
    for kind in (ICMPV6.reply, *ICMPV6.errors):
        words[kind >> 5] &= ~(1 << (kind & 31))
    target.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("@8I", *words))


_IPV4 = (
    Step(_X_HEADER_LENGTH, 0),
    Step(_LOAD_BYTE_FROM_X, 0),
    Step(_IF_EQUAL, ICMP.reply, "reply"),
    Step(_IF_EQUAL, ICMP.unreachable, "error"),
    Step(_IF_EQUAL, ICMP.time_exceeded, "error", "drop"),
    Step(_LOAD_BYTE_FROM_X, 8 + 9, label="error"),  # protocol of the quoted IP header
    Step(_IF_EQUAL, socket.IPPROTO_ICMP, "", "drop"),
    Step(_LOAD_BYTE_FROM_X, 8),  # its length
    Step(_AND, 0xF),
    Step(_SHIFT_LEFT, 2),
    Step(_ADD_X),
    Step(_A_TO_X),
    Step(_LOAD_BYTE_FROM_X, 8),
    Step(_IF_EQUAL, ICMP.request, "", "drop"),
    Step(_LOAD_HALF_FROM_X, 8 + 4),
    Step(_JUMP, then="identifier"),
    Step(_LOAD_HALF_FROM_X, 4, label="reply"),
)
_IPV6 = (
    Step(_LOAD_BYTE_AT, 0),
    Step(_IF_EQUAL, ICMPV6.reply, "reply"),
    Step(_IF_EQUAL, ICMPV6.unreachable, "error"),
    Step(_IF_EQUAL, PACKET_TOO_BIG, "error"),
    Step(_IF_EQUAL, ICMPV6.time_exceeded, "error", "drop"),
    Step(_LOAD_BYTE_AT, 8 + 6, label="error"),  # next header of the quoted IPv6 header
    Step(_IF_EQUAL, socket.IPPROTO_ICMPV6, "", "drop"),
    Step(_LOAD_BYTE_AT, 8 + 40),
    Step(_IF_EQUAL, ICMPV6.request, "", "drop"),
    Step(_LOAD_HALF_AT, 8 + 40 + 4),
    Step(_JUMP, then="identifier"),
    Step(_LOAD_HALF_AT, 4, label="reply"),
)


def _tail(first_id: int) -> tuple[Step, ...]:
    return (
        Step(_AND, _ID_MASK, label="identifier"),
        Step(_IF_EQUAL, first_id & _ID_MASK, "", "drop"),
        Step(_RETURN, 0xFFFF),
        Step(_RETURN, 0, label="drop"),
    )


def _assemble(steps: tuple[Step, ...]) -> bytes:
    at = {step.label: place for place, step in enumerate(steps) if step.label}

    def jump(label: str, place: int) -> int:
        return at[label] - place - 1 if label else 0

    written = bytearray()
    for place, step in enumerate(steps):
        then, otherwise = jump(step.then, place), jump(step.otherwise, place)
        if step.code == _JUMP:  # its distance is in the value
            written += struct.pack("=HBBI", step.code, 0, 0, then)
        else:
            written += struct.pack("=HBBI", step.code, then, otherwise, step.value)
    return bytes(written)
