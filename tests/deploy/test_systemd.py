"""systemd has nothing to say about the unit, and the unit gives little away."""

import re
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from tests.deploy.files import read, run


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Return the unit with a command that exists here, for systemd looks at it."""
    text = read("guardia.service")
    assert text.count("/opt/guardia/bin/guardia run -c /etc/guardia/guardia.yaml") == 1
    copy = tmp_path / "guardia.service"
    copy.write_text(text.replace("/opt/guardia/bin/guardia", sys.executable), encoding="utf-8")
    return copy


def test_systemd_has_no_complaint_about_the_unit(unit: Path) -> None:
    analyze = require("systemd-analyze", "systemd")
    assert run(analyze, "verify", "--man=no", unit) == ""  # it exits 0 on keys it does not know


def test_the_unit_gives_away_little(unit: Path) -> None:
    analyze = require("systemd-analyze", "systemd")
    security = run(analyze, "security", "--offline=true", "--threshold=17", "--no-pager", unit)
    assert "CAP_SYS_ADMIN" in security  # it did look


def test_the_unit_keeps_one_capability_and_comes_back_always() -> None:
    text = read("guardia.service")
    keys = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert keys["CapabilityBoundingSet"] == keys["AmbientCapabilities"] == "CAP_NET_RAW"
    assert keys["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert (keys["Restart"], keys["StartLimitIntervalSec"]) == ("always", "0")
    assert keys["StateDirectory"] == "guardia"
    assert "WatchdogSec" not in keys  # the daemon sends no heartbeat to systemd yet


def test_the_sysctls_are_of_this_kernel() -> None:
    text = read("sysctl.d/60-guardia.conf")
    keys = dict(re.findall(r"^([\w.]+) = (.*)$", text, re.MULTILINE))
    assert keys["net.ipv4.ping_group_range"] == "0 2147483647"
    # net.core is the first network namespace's own: a container may not see it.
    assert Path("/proc/sys/net/ipv4/ping_group_range").exists()
    assert keys.keys() == {"net.ipv4.ping_group_range", "net.core.rmem_max"}
