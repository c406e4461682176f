"""Reading /proc, from a hand-made one and from our own."""

import os
from pathlib import Path

from bench.process_tree import descendants, memory_bytes, resident_bytes, usage, waited_s


def process(proc: Path, pid: int, parent: int, name: str = "python") -> None:
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0 -1")


def test_children_of_children_belong_to_the_family(tmp_path: Path) -> None:
    process(tmp_path, 10, 1)
    process(tmp_path, 11, 10)
    process(tmp_path, 12, 11)
    process(tmp_path, 13, 1)
    assert sorted(descendants(10, tmp_path)) == [11, 12]


def test_a_name_with_parentheses_and_spaces_hides_nobody(tmp_path: Path) -> None:
    process(tmp_path, 20, 10, name="a) S 99 (b")
    assert list(descendants(10, tmp_path)) == [20]


def test_what_is_no_process_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("")
    (tmp_path / "30").mkdir()  # it ended between the listing and the reading
    assert list(descendants(1, tmp_path)) == []


def test_memory_is_written_in_kib() -> None:
    assert memory_bytes("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t  1000 kB\n") == (
        1_024_000,
        2_097_152,
    )


def test_the_wait_for_a_core_is_written_in_nanoseconds() -> None:
    assert waited_s("881096 1500000000 3\n") == 1.5


def test_our_own_process_uses_something() -> None:
    own = usage(os.getpid())
    assert own.cpu_s > 0
    assert own.processes >= 1
    assert 0 < own.rss_bytes <= own.peak_bytes
    assert resident_bytes() > 0
