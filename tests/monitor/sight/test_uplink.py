"""Our own way out: read from files as the kernel writes them."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.sight.uplink import Kernel, Uplink, UplinkFault

V4 = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
V4_DEFAULT = "eth0\t00000000\t0101407F\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
V4_NET = "eth0\t0000407F\t00000000\t0001\t0\t0\t100\t0000FFFF\t0\t0\t0\n"
ZERO = "0" * 32
V6_DEFAULT = f"{ZERO} 00 {ZERO} 00 {ZERO} 00000400 00000003 00000000 00000003 wwan0\n"
V6_REFUSED = f"{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200 lo\n"


class Machine:
    """A machine with one interface that works, and nothing else yet."""

    def __init__(self, root: Path) -> None:
        self.proc, self.devices = root / "proc", root / "sys"
        self.proc.mkdir()
        self.plug("eth0")
        self.routes(V4_DEFAULT + V4_NET)
        self.has_address = True

    def kernel(self) -> Kernel:
        return Kernel(self.proc, self.devices, lambda _name: self.has_address)

    def plug(self, name: str, operstate: str = "up", carrier: str = "1") -> None:
        (self.devices / name).mkdir(parents=True, exist_ok=True)
        (self.devices / name / "operstate").write_text(f"{operstate}\n")
        (self.devices / name / "carrier").write_text(f"{carrier}\n")

    def routes(self, v4: str, v6: str = "") -> None:
        (self.proc / "route").write_text(V4 + v4)
        (self.proc / "ipv6_route").write_text(v6 + V6_REFUSED)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_interfaces_of_the_default_routes_are_the_ways_out(machine: Machine) -> None:
    assert machine.kernel().ways_out() == ("eth0",)
    machine.routes(V4_DEFAULT, V6_DEFAULT)
    assert machine.kernel().ways_out() == ("eth0", "wwan0")


def test_an_interface_in_order_has_carrier_and_address(machine: Machine) -> None:
    assert machine.kernel().fault_of("eth0") is None
    machine.plug("tun0", operstate="unknown")  # a tunnel never knows
    assert machine.kernel().fault_of("tun0") is None


@pytest.mark.parametrize(("operstate", "carrier"), [("down", "0"), ("up", "0"), ("dormant", "1")])
def test_a_pulled_cable_is_seen(machine: Machine, operstate: str, carrier: str) -> None:
    machine.plug("eth0", operstate, carrier)
    assert machine.kernel().fault_of("eth0") is UplinkFault.NO_CARRIER


def test_an_interface_without_address_carries_nothing(machine: Machine) -> None:
    machine.has_address = False
    assert machine.kernel().fault_of("eth0") is UplinkFault.NO_ADDRESS
    local = "fe800000000000000000000000000001 02 40 20 80 eth0\n"
    (machine.proc / "if_inet6").write_text(local)
    assert machine.kernel().fault_of("eth0") is UplinkFault.NO_ADDRESS
    (machine.proc / "if_inet6").write_text(
        local + "fd000000000000000000000000000002 02 40 00 82 eth0\n"
    )
    assert machine.kernel().fault_of("eth0") is None


def test_what_was_never_there_cannot_be_lost(machine: Machine) -> None:
    machine.routes("")
    uplink = Uplink(machine.kernel())
    assert not uplink.look(1.0)
    assert uplink.lost is None


def test_a_way_out_is_lost_and_found(machine: Machine) -> None:
    uplink = Uplink(machine.kernel())
    assert not uplink.look(1.0)
    machine.plug("eth0", "down", "0")
    assert uplink.look(2.0)
    assert (uplink.lost, uplink.lost_s) == (("eth0", UplinkFault.NO_CARRIER), 2.0)
    assert not uplink.look(3.0)
    assert uplink.lost_s == 2.0
    machine.plug("eth0")
    assert uplink.look(4.0)
    assert uplink.lost is None


def test_a_route_that_goes_with_the_lease_is_a_loss(machine: Machine) -> None:
    uplink = Uplink(machine.kernel())
    uplink.look(1.0)
    machine.routes(V4_NET)
    uplink.look(2.0)
    assert uplink.lost == ("eth0", UplinkFault.NO_ROUTE)


def test_one_of_two_ways_out_is_enough(machine: Machine) -> None:
    machine.plug("wwan0", operstate="unknown")
    machine.routes(V4_DEFAULT, V6_DEFAULT)
    uplink = Uplink(machine.kernel())
    uplink.look(1.0)
    machine.plug("eth0", "down", "0")
    uplink.look(2.0)
    assert uplink.lost is None
    machine.plug("wwan0", "down", "0")
    uplink.look(3.0)
    assert uplink.lost is not None


def test_a_card_that_was_taken_out_is_named(machine: Machine) -> None:
    uplink = Uplink(machine.kernel())
    uplink.look(1.0)
    machine.routes(V4_DEFAULT.replace("eth0", "usb0"))
    uplink.look(2.0)
    assert uplink.lost == ("usb0", UplinkFault.NO_INTERFACE)


def test_the_kernel_of_this_machine_can_be_read() -> None:
    """Whatever it says: the loopback has an address, and a name nobody gave has none."""
    kernel = replace(Kernel())
    assert kernel.has_ipv4("lo")
    assert not kernel.has_ipv4("guardia-none")
    assert kernel.fault_of("guardia-none") is UplinkFault.NO_INTERFACE
    Uplink().look(1.0)
