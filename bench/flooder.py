"""Programs that flood once and say what that cost: one line, "MICROSECONDS-PER-PROBE ANSWERED"."""

import subprocess
import sys
from pathlib import Path

from bench.contest import MeaninglessError
from bench.cpu import Ended, run_to_end
from bench.peers import AbsentError, find

FLOOR_SOURCE = Path(__file__).with_name("floor.c")
_LIMIT_S = 120.0
_FURTHER = 4  # of 10,000 targets more do not fit into its 65,536 sequence numbers
_REFUSALS = ("Operation not permitted", "privileges are required", "not permitted here")


def compile_floor(folder: Path) -> Path:
    """Return the C floor, compiled here and now.

    Raises:
        AbsentError: there is no compiler, or it lacks the C library's headers.

    """
    program = folder / "floor"
    command = [find("gcc"), "-O2", "-o", str(program), str(FLOOR_SOURCE)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        last = made.stderr.strip().splitlines()[-1:]
        raise AbsentError(f"gcc cannot compile floor.c (libc6-dev installed?): {last}")
    return program


def floor_us(program: Path, count: int) -> float:
    """Return the CPU of one probe in C, after a flood that warms up."""
    return last_line(run_to_end([str(program), str(count), "2"], _LIMIT_S), count)


def python_us(module: str, count: int, what: str = "") -> float:
    """Return the CPU of one of `count` probes of a Python engine, in a process of its own.

    The module is given `what`, or else the count.
    """
    command = [sys.executable, "-m", module, what or str(count)]
    return last_line(run_to_end(command, _LIMIT_S), count)


def fping_us(targets: Path, count: int) -> float:
    """Return the CPU of one probe of fping, start and output included: so it is used."""
    return _fping_s(targets, count, 1) / count * 1e6


def fping_more_us(targets: Path, count: int) -> float:
    """Return the CPU of each further ping of a target, which no start is part of."""
    once_s, again_s = _fping_s(targets, count, 1), _fping_s(targets, count, 1 + _FURTHER)
    return (again_s - once_s) / count / _FURTHER * 1e6


def _fping_s(targets: Path, count: int, pings: int) -> float:
    """Return the CPU of fping in the cheapest of its ways that tell each round trip."""
    command = [find("fping"), "-C", str(pings), "-q", "-i", "0", "-t", "2000", "-p", "200"]
    try:
        ended = run_to_end([*command, "-f", str(targets)], _LIMIT_S)
    except PermissionError as error:  # it has a capability that we may not hand on
        raise AbsentError("no permission for fping: run as root") from error
    answered = answered_of(ended.output)
    if ended.exit_code not in (0, 1) or not answered:
        raise _unmeasured(ended)
    return _of_all(ended.cpu_s, answered, count)


def answered_of(said: str) -> int:
    """Return how many targets have a time in what fping said, and not a dash."""
    return sum(" : " in line and line[-1].isdigit() for line in said.splitlines())


def last_line(ended: Ended, count: int) -> float:
    """Return the figure of the last flood.

    Raises:
        AbsentError: raw sockets are not permitted.
        MeaninglessError: it failed otherwise, or replies lacked.

    """
    if ended.exit_code:
        raise _unmeasured(ended)
    cpu_us, answered = ended.output.splitlines()[-1].split()
    return _of_all(float(cpu_us), int(answered), count)


def _of_all(figure: float, answered: int, count: int) -> float:
    """Return the figure if next to nothing was lost: unanswered probes cost less."""
    if answered < count * 0.999:
        raise MeaninglessError(f"only {answered} of {count} probes were answered")
    return figure


def _unmeasured(ended: Ended) -> Exception:
    words = " ".join(ended.output.split())[-300:]
    if any(refusal in ended.output for refusal in _REFUSALS):
        return AbsentError("no permission for raw ICMP sockets: run as root")
    return MeaninglessError(f"ended with {ended.exit_code}: {words}")
