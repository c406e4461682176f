"""A real trace through two real routers: see routed.py."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from tests.probes.conftest import not_possible

pytestmark = pytest.mark.netns


def test_routers_name_themselves_until_the_way_ends() -> None:
    require("ip", "iproute2")
    inside = [require("unshare", "util-linux"), "--map-root-user", "--net", "--mount"]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        not_possible("network namespaces are not permitted here")
    traced = subprocess.run(
        [*inside, sys.executable, "-m", "tests.probes.routed"],
        capture_output=True,
        text=True,
        check=False,
        timeout=25,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    assert traced.returncode == 0, traced.stderr
    assert json.loads(traced.stdout) == {
        "10.9.9.9": ["10.1.0.1", "10.2.0.2", None, None, None],
        "10.2.0.2": ["10.1.0.1", "10.2.0.2"],
        "10.8.8.8": ["10.1.0.1"],
        "10.1.0.77": [None, None, None],
        "fd00:2::2": ["fd00:1::1", "fd00:2::2"],
    }
