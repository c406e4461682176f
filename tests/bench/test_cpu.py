"""CPU of another process, by the kernel's two clocks, which have to agree."""

import os
import subprocess
import sys
import time

import pytest

from bench.cpu import cpu_s, run_to_end

_SPEND = (
    "import time\nwhile time.process_time() < 0.1: sum(range(1000))\nprint(time.process_time())\n"
)


def test_our_own_clock_is_read_as_by_python() -> None:
    before_s = time.process_time()
    read_s = cpu_s(os.getpid())
    assert before_s <= read_s <= time.process_time()


def test_a_living_process_is_seen_to_spend_what_it_says_it_spent() -> None:
    command = [sys.executable, "-c", f"{_SPEND}import sys\nsys.stdout.flush()\ninput()"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        said_s = float(child.stdout.readline())
        read_s = cpu_s(child.pid)
        child.communicate("\n")
    assert said_s <= read_s
    assert read_s < said_s + 0.05, "it only printed since"


def test_an_ended_process_is_charged_for_its_whole_life_and_not_for_ours() -> None:
    sum(range(10**6))
    ended = run_to_end([sys.executable, "-c", _SPEND], 20)
    assert ended.exit_code == 0
    assert ended.cpu_s >= float(ended.output) >= 0.1


def test_output_and_exit_code_are_handed_over() -> None:
    ended = run_to_end(["sh", "-c", "echo out; echo err >&2; exit 3"], 10)
    assert (ended.output, ended.exit_code) == ("out\nerr\n", 3)


def test_a_program_that_hangs_is_killed() -> None:
    with pytest.raises(TimeoutError, match="sleep did not end within"):
        run_to_end(["sleep", "60"], 0.05)
    with pytest.raises(ChildProcessError):
        os.wait4(-1, os.WNOHANG)


def test_a_process_that_is_not_there_has_no_clock() -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        cpu_s(2**22 + 1)
