"""What strangers send and what the kernel forbids, in a network where both can be arranged."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from tests.e2e.faults_daemon import ROOT
from tests.e2e.faults_namespace import in_namespace

SCENE = Path(__file__).with_name("faults_scene_icmp.py")
NETWORK = """
ip link set lo up
nft -f - <<END
table inet gate {
  chain incoming {
    type filter hook input priority 0
    icmp type echo-request ip daddr 127.66.0.9 drop
  }
}
END
"""


@pytest.mark.e2e
@pytest.mark.netns
@pytest.mark.timeout(120)
def test_icmp_under_attack_and_forbidden(tmp_path: Path) -> None:
    require("setpriv", "util-linux")
    played = subprocess.run(
        [*in_namespace("net", setup=NETWORK),
         sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
         f"--basetemp={tmp_path / 'scene'}", str(SCENE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )  # fmt: skip
    assert played.returncode == 0, played.stdout + played.stderr
