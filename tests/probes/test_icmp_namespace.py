"""Ping sockets and raw sockets alike, in a network of their own: see namespaced.py."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from probes.reading import Reason
from tests.conftest import require
from tests.probes.conftest import not_possible

pytestmark = pytest.mark.netns

WITHOUT_RAW = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw")


def play(scene: str, *through: str) -> dict[str, Any]:
    """Play one scene in fresh user and network namespaces."""
    unshare = require("unshare", "util-linux")
    require("nft", "nftables")
    require("ip", "iproute2")
    inside = [unshare, "--map-root-user", "--net", *through]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        not_possible("network namespaces are not permitted here")
    played = subprocess.run(
        [*inside, sys.executable, "-m", "tests.probes.namespaced", scene],
        capture_output=True,
        text=True,
        check=False,
        timeout=25,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    assert played.returncode == 0, played.stderr
    seen: dict[str, Any] = json.loads(played.stdout)
    return seen


@pytest.mark.parametrize(
    ("scene", "sockets"),
    [
        ("answers-dgram", "ping socket"),
        ("answers-auto", "ping socket"),
        ("answers-raw", "raw socket"),
    ],
)
def test_both_kinds_of_socket_hear_answers_and_silence(scene: str, sockets: str) -> None:
    told = play(scene)
    assert told["sockets"].count(sockets) == 2
    assert len(told["seen"]) == 8
    for reading in told["seen"].values():
        assert (reading["success"], reading["loss"]) == (True, 0)
    assert told["silent"]["reason"] == Reason.NO_REPLY
    assert told["ignored"] == {}


@pytest.mark.parametrize("scene", ["unreachable-dgram", "unreachable-raw"])
def test_an_unreachable_target_is_named_and_blames_no_other(scene: str) -> None:
    told = play(scene)
    first = told["first"]
    assert first["127.64.0.9"]["reason"] == Reason.UNREACHABLE
    assert first["127.64.0.9"]["detail"] == (
        "host unreachable, says 127.64.0.9 (ICMP type 3 code 1)"
    )
    assert first["fd00::9"]["detail"] == (
        "address unreachable, says fd00::9 (ICMPv6 type 1 code 3)"
    )
    assert first["127.64.0.7"]["success"]
    assert first["fd00::7"]["success"]
    assert told["same"]
    assert told["ignored"] == {}
    assert told["idle_cpu_s"] < 0.1  # an error queue left full would take all of 0.2 s


@pytest.mark.parametrize("scene", ["options-dgram", "options-raw"])
def test_requests_leave_as_the_probe_asks(scene: str) -> None:
    told = play(scene)
    heard = {asked: reading["heard"] for asked, reading in told["seen"].items()}
    assert {reading["success"] for reading in told["seen"].values()} == {True}
    assert heard == {
        "127.64.0.7 {}": ["127.0.0.1", 0, True, 24],
        '127.64.0.7 {"dscp": 46}': ["127.0.0.1", 46, True, 24],
        '127.64.0.7 {"size": 1000}': ["127.0.0.1", 0, True, 1000],
        '127.64.0.7 {"dont_fragment": true}': ["127.0.0.1", 0, False, 24],
        '127.64.0.7 {"size": 1472}': ["127.0.0.1", 0, True, 1472],
        '127.64.0.7 {"size": 65000}': ["127.0.0.1", 0, True, 65_000],
        '127.64.0.7 {"source": "127.64.0.3"}': ["127.64.0.3", 0, True, 24],
        '127.64.0.7 {"source": "127.64.0.3", "dscp": 10}': ["127.64.0.3", 10, True, 24],
        "fd00::7 {}": ["fd00::7", 0, False, 24],
        'fd00::7 {"dscp": 46}': ["fd00::7", 46, False, 24],
        'fd00::7 {"size": 1000}': ["fd00::7", 0, False, 1000],
        'fd00::7 {"dont_fragment": true}': ["fd00::7", 0, False, 24],
        'fd00::7 {"size": 1472}': ["fd00::7", 0, False, 1472],
        'fd00::7 {"size": 65000}': ["fd00::7", 0, False, 65_000],
        'fd00::7 {"source": "fd00::9"}': ["fd00::9", 0, False, 24],
        'fd00::7 {"source": "fd00::9", "dscp": 10}': ["fd00::9", 10, False, 24],
    }
    assert told["stranger"]["reason"] == Reason.NO_SOCKET
    assert told["stranger"]["detail"] == "192.0.2.9 is no address of this machine"
    assert told["ignored"] == {}


@pytest.mark.parametrize("scene", ["too-big-dgram", "too-big-raw"])
def test_what_is_too_big_is_named_ours_or_the_paths(scene: str) -> None:
    told = play(scene)
    for reading in told["own"].values():
        assert reading["reason"] == Reason.SEND_FAILED
        assert "1473 bytes of payload" in reading["detail"]
        assert "MTU of this machine's own interface" in reading["detail"]
    assert len(told["path"]) == 4  # and the second time the path is asked again
    for reading in told["path"].values():
        assert reading["reason"] == Reason.UNREACHABLE
        assert "the next hop takes 1300 bytes (MTU), says" in reading["detail"]
    assert told["small"]["success"]
    assert told["ignored"] == {}


@pytest.mark.parametrize("scene", ["stamped-dgram", "stamped-raw"])
def test_stamps_of_departure_leave_our_own_way_to_the_interface_out(scene: str) -> None:
    told = play(scene)
    assert 0 < told["rtts_ns"]["True"] < told["rtts_ns"]["False"]
    assert told["ignored"] == {}


def test_a_tcp_target_behind_an_unreachable_host() -> None:
    assert play("tcp-unreachable")["reason"] == Reason.UNREACHABLE


def test_without_a_route_nothing_was_asked_so_nothing_is_known() -> None:
    told = play("no-route")
    assert {reading["reason"] for reading in told.values()} == {Reason.SEND_FAILED}
    assert {reading["loss"] for reading in told.values()} == {None}


def test_without_any_permission_the_remedy_is_named() -> None:
    require("setpriv", "util-linux")
    told = play("forbidden", *WITHOUT_RAW)
    for family in ("ipv4", "ipv6"):
        assert told[family]["reason"] == Reason.NO_PERMISSION
        assert "net.ipv4.ping_group_range" in told[family]["detail"]
        assert "CAP_NET_RAW" in told[family]["detail"]
    assert "ICMP is not permitted" in told["sockets"]
