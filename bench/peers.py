"""The peers that we measure beside: which are here, and of what version."""

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess

PACKAGES = {
    "fping": "fping",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
    "prometheus": "prometheus",
    "gcc": "gcc",
}
"""The Debian package of each program."""

_ASK_VERSION = {"fping": "-v", "gcc": "-dumpfullversion"}
_LIBRARIES = ("icmplib", "prometheus-client", "aiohttp", "uvloop")


class AbsentError(Exception):
    """A peer is not installed here; the text says which, and how to have it."""


def find(program: str) -> str:
    """Return the path of a peer.

    Raises:
        AbsentError: it is not here.

    """
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        package = PACKAGES.get(program, program)
        raise AbsentError(f"{program} is not installed (Debian package {package})")
    return path


def versions() -> dict[str, str]:
    """Return name and version of each peer and of what Guardia stands on."""
    found = {"python": platform.python_version()}
    found |= {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return found | {program: _version_of(program) for program in PACKAGES}


def _version_of(program: str) -> str:
    try:
        command = [find(program), _ASK_VERSION.get(program, "--version")]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except AbsentError:
        return "not installed"
    except PermissionError:  # it has a capability that we may not hand on
        return "not permitted"
    number = re.search(r"\d+(\.\d+)+", asked.stdout + asked.stderr)
    return number[0] if number else "unknown"
