"""A network or a disk of its own for one daemon, which nobody else on this machine notices."""

import subprocess
from typing import Literal

from tests.conftest import require
from tests.probes.conftest import not_possible

_NEEDS = {
    "net": (("ip", "iproute2"), ("nft", "nftables")),
    "mount": (("mount", "mount"),),
}


def in_namespace(*kinds: Literal["net", "mount"], setup: str, about: object = "") -> list[str]:
    """Return a wrapper that runs a program in fresh namespaces, after `setup`.

    `setup` are shell commands, with `about` as their "$0". Where namespaces are impossible it
    skips loudly, or fails in CI.
    """
    for kind in kinds:
        for program, package in _NEEDS[kind]:
            require(program, package)
    script = f'PATH="$PATH:/usr/sbin:/sbin"\n{setup}\nexec "$@"'
    wrapper = [require("unshare", "util-linux"), "--map-root-user"]
    wrapper += [f"--{kind}" for kind in kinds]
    wrapper += ["sh", "-ec", script, str(about)]
    tried = subprocess.run([*wrapper, "true"], capture_output=True, check=False, text=True)
    if tried.returncode:
        not_possible(f"{' and '.join(kinds)} namespaces are not permitted here ({tried.stderr})")
    return wrapper
