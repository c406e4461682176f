"""Runs one bench in this process, and leaves its figures in a file: `run_bench` starts it so.

python -m bench.measure NAME EFFORT FILE
"""

import importlib
import logging
import sys
import time
from pathlib import Path

from pydantic import TypeAdapter

from bench.effort import Effort
from bench.figure import Ask, Figure
from bench.registry import Bench
from bench.room import own_network, run_in_room

FIGURES = TypeAdapter(list[Figure])
log = logging.getLogger("bench")


def run_bench(bench: Bench, effort: Effort, folder: Path) -> list[Figure]:
    """Return the figures of one bench. One that fails or hangs leaves a single, failed figure."""
    file = folder / f"{bench.name}.json"
    prefix = own_network() if bench.own_network else ()
    command = [*prefix, sys.executable, "-m", "bench.measure", bench.name, effort, str(file)]
    try:
        code = run_in_room(command, bench.limit_s)
    except TimeoutError as error:
        return [Ask(bench.name, "").broken(f"the bench {error}")]
    if code or not file.exists():
        return [Ask(bench.name, "").broken(f"the bench ended with {code}; see its traceback")]
    return FIGURES.validate_json(file.read_bytes())


def log_to_stderr() -> None:
    form = "[bench %(asctime)s] %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=form, datefmt="%H:%M:%S")
    log.setLevel(logging.INFO)


def main(name: str, effort: Effort, file: Path) -> None:
    log_to_stderr()
    began_s = time.monotonic()
    figures = importlib.import_module(f"bench.{name}").run(effort)
    file.write_bytes(FIGURES.dump_json(figures))
    log.info("%s took %.0f s", name, time.monotonic() - began_s)


if __name__ == "__main__":
    main(sys.argv[1], Effort(sys.argv[2]), Path(sys.argv[3]))
