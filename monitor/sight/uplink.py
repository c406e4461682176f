"""Our own way out: the interfaces of the default route, and whether they are fit to carry anything.

Read from the kernel's files, without asking anybody. A machine that never had a default route has
no uplink to lose.
"""

import fcntl
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

_UP = 0x1
_SIOCGIFADDR = 0x8915
_IF_NAME_BYTES = 15
_WORKING = frozenset({"up", "unknown"})
"""Of RFC 2863; tunnels and dial-up lines never know."""


class UplinkFault(StrEnum):
    """What keeps an interface from carrying anything, the plainest first."""

    NO_ROUTE = "no_route"
    NO_INTERFACE = "no_interface"
    NO_CARRIER = "no_carrier"
    NO_ADDRESS = "no_address"


def _read(file: Path) -> str | None:
    """Return what the kernel says; None where it says nothing, as of a device that is off."""
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return None


def _rows(table: Path, columns: int) -> Iterator[list[str]]:
    for line in (_read(table) or "").splitlines():
        fields = line.split()
        if len(fields) >= columns:
            yield fields


def _has_ipv4(name: str) -> bool:
    """Ask the kernel (netdevice(7)). Without a socket to ask by, nothing is known against it."""
    request = struct.pack("256s", name.encode()[:_IF_NAME_BYTES])
    try:
        asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    except OSError:
        return True
    with asking:
        try:
            fcntl.ioctl(asking.fileno(), _SIOCGIFADDR, request)
        except OSError:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Kernel:
    """Where the kernel tells of routes and interfaces. `has_ipv4` asks it for an address."""

    proc: Path = Path("/proc/net")
    devices: Path = Path("/sys/class/net")
    has_ipv4: Callable[[str], bool] = _has_ipv4

    def ways_out(self) -> tuple[str, ...]:
        """Return the interfaces of the default routes, each once (proc(5))."""
        old = [
            fields[0]
            for fields in _rows(self.proc / "route", 8)
            if fields[1] == fields[7] == "00000000" and int(fields[3], 16) & _UP
        ]
        new = [
            fields[9]
            for fields in _rows(self.proc / "ipv6_route", 10)
            if fields[1] == "00" and fields[9] != "lo" and int(fields[8], 16) & _UP
        ]
        return tuple(dict.fromkeys(old + new))

    def fault_of(self, name: str) -> UplinkFault | None:
        """Return why an interface carries nothing; None if it is fit to."""
        device = self.devices / name
        state = _read(device / "operstate")
        if state is None:
            return UplinkFault.NO_INTERFACE
        if state not in _WORKING or _read(device / "carrier") == "0":
            return UplinkFault.NO_CARRIER
        if not (self.has_ipv4(name) or self._has_ipv6(name)):
            return UplinkFault.NO_ADDRESS
        return None

    def _has_ipv6(self, name: str) -> bool:
        """Tell whether it has an address of global scope."""
        rows = _rows(self.proc / "if_inet6", 6)
        return any((fields[3], fields[5]) == ("00", name) for fields in rows)


@dataclass(slots=True)
class Uplink:
    """Of this machine. `lost` names the way out that is gone and why; None while there is one."""

    kernel: Kernel = field(default_factory=Kernel)
    known: tuple[str, ...] = ()
    lost: tuple[str, UplinkFault] | None = None
    lost_s: float = 0.0

    def look(self, now_s: float) -> bool:
        """Look again; return whether the way out was just lost, or found again."""
        had = self.lost
        self.lost = self._fault()
        if self.lost is not None and had is None:
            self.lost_s = now_s
        return (self.lost is None) is not (had is None)

    def _fault(self) -> tuple[str, UplinkFault] | None:
        ways = self.kernel.ways_out()
        faults = [(name, self.kernel.fault_of(name)) for name in ways or self.known]
        if ways and any(fault is None for _, fault in faults):
            self.known = ways
            return None
        if not self.known:
            return None  # it has never had one
        broken = next(((name, fault) for name, fault in faults if fault is not None), None)
        return broken or (self.known[0], UplinkFault.NO_ROUTE)
