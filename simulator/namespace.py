"""The two network namespaces: near, where the watchers run, and far, which owns all sites.

They are anonymous: held by file descriptors of this process, gone when it is.
"""

import os
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

from simulator.enter import CLONE_NEWNET, CLONE_NEWUSER, unshare
from simulator.model import NETWORK
from simulator.netlink import Netlink
from simulator.tun import DEVICE, MTU_BYTES, NAME, QUEUE_PACKETS, open_counters, open_tun

VANTAGE_ADDRESS = IPv4Address("127.80.0.1")
"""The address that watchers have, outside the network of the sites but still loopback."""
_LOOPBACK = IPv4Interface("127.0.0.1/8")
_ALONE = IPv4Interface("127.0.0.1/32")


class CannotSimulateError(Exception):
    """What the machine lacks, and how to allow it. For people."""


@dataclass(frozen=True, slots=True)
class End:
    """One namespace, by descriptors that stay open: itself, its TUN, its counters."""

    namespace: int
    tun: int
    counters: int


@dataclass(frozen=True, slots=True)
class Ends:
    """Both. This process is left in the far one. `in_user_namespace`: without real root."""

    near: End
    far: End
    in_user_namespace: bool


def make_ends() -> Ends:
    """Make both namespaces. Call it once, while the process has one thread.

    Raises:
        CannotSimulateError: the machine does not let us.

    """
    in_user_namespace = _leave_for_new()
    try:
        near = _make_end()
        _furnish_near()
        unshare(CLONE_NEWNET)
        far = _make_end()
        _furnish_far()
    except OSError as error:
        raise CannotSimulateError(_explain(error)) from error
    return Ends(near, far, in_user_namespace)


def _leave_for_new() -> bool:
    try:
        unshare(CLONE_NEWNET)
    except PermissionError:
        pass_on = os.getuid(), os.getgid()
    else:
        return False
    try:
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
        _map_to_root(*pass_on)
    except OSError as error:
        raise CannotSimulateError(
            "network namespaces need CAP_SYS_ADMIN (run it as root) or unprivileged user "
            f"namespaces, and the system allows neither ({error}). To allow them: "
            "sysctl -w user.max_user_namespaces=15000; on Debian also "
            "sysctl -w kernel.unprivileged_userns_clone=1; on Ubuntu 24.04 and later "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; in a container start it "
            "with --privileged, or --cap-add SYS_ADMIN,NET_ADMIN --device /dev/net/tun"
        ) from error
    return True


def _map_to_root(uid: int, gid: int) -> None:
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")


def _make_end() -> End:
    namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    tun = open_tun()
    _allow_loopback_on_the_wire()
    with Netlink() as kernel:
        kernel.bring_up("lo")
        kernel.remove_address("lo", _LOOPBACK)
        kernel.add_address("lo", _ALONE)
        kernel.bring_up(NAME, mtu=MTU_BYTES, queue=QUEUE_PACKETS)
    return End(namespace, tun, open_counters())


def _furnish_near() -> None:
    with Netlink() as kernel:
        kernel.add_address(NAME, IPv4Interface(f"{VANTAGE_ADDRESS}/32"))
        kernel.add_route(NETWORK, NAME, VANTAGE_ADDRESS)
    _allow_ping_sockets()


def _furnish_far() -> None:
    with Netlink() as kernel:
        kernel.own_network(NETWORK)
        kernel.add_route(IPv4Interface(f"{VANTAGE_ADDRESS}/32").network, NAME)


def _allow_loopback_on_the_wire() -> None:
    for scope in ("all", "default", NAME):
        _set(f"ipv4/conf/{scope}/rp_filter", "0")
        _set(f"ipv4/conf/{scope}/route_localnet", "1")
    if Path("/proc/sys/net/ipv6").exists():
        _set(f"ipv6/conf/{NAME}/disable_ipv6", "1")


def _allow_ping_sockets() -> None:
    for groups in ("0 2147483647", "0 0"):  # all, or the one that a user namespace maps
        try:
            _set("ipv4/ping_group_range", groups)
        except OSError:
            continue
        return


def _set(key: str, setting: str) -> None:
    Path("/proc/sys/net", key).write_text(setting)


def _explain(error: OSError) -> str:
    if error.filename == DEVICE:
        return (
            f"cannot open {DEVICE} ({error.strerror}): it needs the tun module (modprobe tun), "
            f"and reading and writing it must be allowed (chmod 0666 {DEVICE}, the default of "
            "most systems, or --device in a container)"
        )
    place = f" {error.filename}" if error.filename else ""
    return f"cannot set up a network namespace:{place} {error.strerror}"
