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
