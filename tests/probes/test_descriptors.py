"""Questions leave the last file descriptors to what must work when all else fails at once."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from probes.descriptors import RESERVED, is_reserved, open_socket


@contextmanager
def limited_to(most: int) -> Iterator[None]:
    """Let this process have that many descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def taken_until_refused(stack: ExitStack, *, asks: bool) -> int:
    """Open sockets until there are no more, to ask questions with or for anything else."""
    opener = open_socket if asks else socket.socket
    count = 0
    with pytest.raises(OSError, match="Too many open files"):
        while True:
            stack.enter_context(opener(socket.AF_INET, socket.SOCK_STREAM))
            count += 1
    return count


@pytest.mark.parametrize(("limit", "left"), [(60, 20), (400, RESERVED)])
def test_questions_leave_the_reserve_to_others(limit: int, left: int) -> None:
    with ExitStack() as stack, limited_to(limit):
        assert taken_until_refused(stack, asks=True) > 0
        assert taken_until_refused(stack, asks=False) == left


def test_the_limit_may_change_while_we_run() -> None:
    with limited_to(200):
        assert is_reserved(180)
    with limited_to(400):
        assert not is_reserved(180)


def test_without_a_limit_nothing_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: unlimited)
    assert not is_reserved(1_000_000)
