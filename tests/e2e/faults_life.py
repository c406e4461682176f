"""Many short lives of one daemon: each a process of its own, forked from one that is warm.

Importing everything costs seconds, and is not what twenty kills are about.
"""

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from monitor.commands.run import run

_FORGE = multiprocessing.get_context("forkserver")
_FORGE.set_forkserver_preload([__name__])


def begin(config: Path, log: Path) -> ForkServerProcess:
    """Start `guardia run`, writing to `log`; the caller kills it."""
    life = _FORGE.Process(target=_live, args=(config, log), name="guardia", daemon=True)
    life.start()
    return life


def kill(life: ForkServerProcess) -> None:
    """End it as a power cut would."""
    life.kill()
    life.join()
    life.close()


def end() -> None:
    """End the process that the lives are forked from: by itself it lingers after we are gone."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


def _live(config: Path, log: Path) -> None:
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    run(["-c", str(config)])
