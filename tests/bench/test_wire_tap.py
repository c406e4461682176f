"""What the tap makes of packets."""

import struct
from pathlib import Path

from bench.wire_tap import Sent, read, record_of

TARGET = bytes([127, 64, 0, 5])
STAMP_NS = 1_700_000_000_000_000_000


def packet(protocol: int, payload: bytes) -> bytes:
    source = bytes([127, 80, 0, 1])
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0)
    return head + source + TARGET + payload


def tcp(flags: int, port: int = 80, words: bytes = b"") -> bytes:
    head = struct.pack("!HHIIBBHHH", 40_000, port, 0, 0, 0x50, flags, 0, 0, 0)
    return packet(6, head + words)


def written(tmp_path: Path, *records: bytes) -> Path:
    file = tmp_path / "tap"
    file.write_bytes(b"".join(records))
    return file


def test_an_echo_request_begins_a_run(tmp_path: Path) -> None:
    record = record_of(packet(1, b"\x08\0\0\0\0\0\0\0"), STAMP_NS)
    assert read(written(tmp_path, record)).sent == (
        Sent(1_700_000_000.0, "127.64.0.5", 0, asks=True),
    )


def test_of_a_connection_only_the_first_packet_begins_a_run(tmp_path: Path) -> None:
    syn, ack, end = 0x02, 0x10, 0x11
    records = [record_of(tcp(flags, 8080), STAMP_NS) for flags in (syn, ack, end)]
    sent = read(written(tmp_path, *records)).sent
    assert [(one.port, one.asks) for one in sent] == [(8080, True), (8080, False), (8080, False)]


def test_a_request_is_told_from_what_only_confirms(tmp_path: Path) -> None:
    records = [record_of(tcp(0x18, 8080, words), STAMP_NS) for words in (b"GET /", b"")]
    sent = read(written(tmp_path, *records)).sent
    assert [(one.says, one.asks, one.caller) for one in sent] == [
        (True, False, 40_000),
        (False, False, 40_000),
    ]


def test_other_packets_count_but_begin_nothing(tmp_path: Path) -> None:
    record = record_of(packet(17, b"\0" * 8), STAMP_NS)
    assert [one.asks for one in read(written(tmp_path, record)).sent] == [False]


def test_what_the_tap_missed_is_told_at_its_end(tmp_path: Path) -> None:
    last = struct.pack("!qIHHH", 0, 7, 0, 0, 0)
    tapped = read(written(tmp_path, record_of(tcp(0x02), STAMP_NS), last))
    assert (len(tapped.sent), tapped.missed) == (1, 7)


def test_half_a_record_at_the_end_is_left_for_later(tmp_path: Path) -> None:
    record = record_of(tcp(0x02), STAMP_NS)
    assert len(read(written(tmp_path, record, record[:7])).sent) == 1
