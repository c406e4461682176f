"""The machine that a report speaks of."""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

HOUSE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Machine:
    """What a reader needs to compare with another machine. `load` is of the minute before."""

    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    load: float
    commit: str
    measured_at: datetime

    @classmethod
    def here(cls) -> Self:
        return cls(
            cpu=_after("/proc/cpuinfo", "model name") or platform.machine(),
            cores=len(os.sched_getaffinity(0)),
            memory_gib=int(_after("/proc/meminfo", "MemTotal").split()[0]) / 2**20,
            kernel=f"{platform.system()} {platform.release()}",
            load=os.getloadavg()[0],
            commit=_commit(),
            measured_at=datetime.now(UTC),
        )


def _after(path: str, key: str) -> str:
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def _commit() -> str:
    """Return the commit measured, with a star where the checkout differs from it."""
    command = ["git", "describe", "--always", "--abbrev=10", "--dirty=*"]
    try:
        said = subprocess.run(
            command, cwd=HOUSE, capture_output=True, text=True, timeout=10, check=False
        )
    except FileNotFoundError:
        return "unknown"
    return said.stdout.strip() or "unknown"
