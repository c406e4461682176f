"""Small worlds and packets for the tests of the simulator."""

import struct
from ipaddress import IPv4Address

from simulator.action import ACTION, Action
from simulator.packet import ICMP, TCP, checksum
from simulator.world import World
from simulator.world_file import parse_world

VANTAGE = IPv4Address("127.80.0.1")

WORLD = """
seed: 7
anchors: [127.79.255.254]
nodes:
  - {id: core}
  - {id: pop, parent: core, address: 127.79.240.1}
sites:
  - id: hospital
    clues: BCIMB000010
    feeder: centro
    links:
      - {id: lte, address: 127.64.0.2, role: backup}
      - {id: cfe, address: 127.64.0.1, node: pop}
    areas:
      - {id: uci, address: 127.64.0.10}
      - {id: urgencias, address: 127.64.0.11}
    services:
      - {id: expediente, address: 127.64.0.5}
    power:
      ups:
        - {id: ups-uci, feeds: [uci], runtime: 30m, recharge: 2h}
        - {id: ups-site, feeds: [cfe, lte, expediente], runtime: 20m, recharge: 2h}
      generator: {id: planta, start: 8s, fails: true, cooldown: 5m}
      transfer_switch: {id: transferencia, transfer: 1s, retransfer: 1m}
      isolation: [{id: panel}]
  - id: clinic
    feeder: centro
    links: [{id: cfe, address: 127.64.0.33, node: pop}]
    power: {boot: 60s}
"""


def small_world(extra: str = "") -> World:
    return parse_world(WORLD + extra)


def action(do: str, **named: object) -> Action:
    return ACTION.validate_python({"do": do, **named})


def echo_request(target: str, *, payload: bytes = b"x" * 16, number: int = 1) -> bytes:
    body = struct.pack("!BBHHH", 8, 0, 0, 77, number) + payload
    body = body[:2] + checksum(body).to_bytes(2, "big") + body[4:]
    return header(VANTAGE, IPv4Address(target), ICMP, len(body)) + body


def tcp_segment(target: str, flags: int, *, payload: bytes = b"", back: bool = False) -> bytes:
    segment = struct.pack("!HHIIBBHHH", 40_000, 80, 1000, 2000, 0x50, flags, 64_240, 0, 0)
    ends = (VANTAGE, IPv4Address(target))
    source, destination = reversed(ends) if back else ends
    return header(source, destination, TCP, 20 + len(payload)) + segment + payload


def header(source: IPv4Address, target: IPv4Address, protocol: int, body_bytes: int) -> bytes:
    bare = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + body_bytes, 1, 0, 64, protocol, 0,
        source.packed, target.packed,
    )  # fmt: skip
    return bare[:10] + checksum(bare).to_bytes(2, "big") + bare[12:]
