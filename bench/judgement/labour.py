"""Work shared out among all cores, as much of it as there is time for."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import TypeVar

_TELL_EVERY_S = 10.0
Task = TypeVar("Task")
Done = TypeVar("Done")


def labour(
    name: str, do: Callable[..., Done], tasks: Sequence[Task], limit_s: float, *more: object
) -> Iterator[Done]:
    """Yield what comes of each task, as it comes; what has not begun when time is up is dropped.

    Progress goes to stderr.
    """
    began_s = told_s = time.monotonic()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        waiting: list[Future[Done]] = [pool.submit(do, task, *more) for task in tasks]
        done = 0
        for one in as_completed(waiting):
            if one.cancelled():
                continue
            done += 1
            yield one.result()
            now_s = time.monotonic()
            if now_s - told_s >= _TELL_EVERY_S:
                told_s = now_s
                sys.stderr.write(f"{name}: {done}/{len(tasks)}, {now_s - began_s:.0f} s\n")
            if now_s - began_s > limit_s:
                for late in waiting:
                    late.cancel()
