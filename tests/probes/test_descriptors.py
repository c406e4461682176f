"""Questions leave the last file descriptors to what must work when all else fails at once."""

import resource
import socket
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from probes.descriptors import RESERVED, descriptor_shortage, is_reserved, open_socket
from tests.descriptors import descriptors


def taken_until_refused(stack: ExitStack, opener: Callable[[int, int], socket.socket]) -> int:
    """Return how many sockets could be opened."""
    taken: list[socket.socket] = []
    with pytest.raises(OSError, match="Too many open files"):
        take_all(stack, opener, taken)
    return len(taken)


def take_all(
    stack: ExitStack, opener: Callable[[int, int], socket.socket], taken: list[socket.socket]
) -> None:
    while True:
        taken.append(stack.enter_context(opener(socket.AF_INET, socket.SOCK_STREAM)))


@pytest.mark.parametrize(("limit", "left"), [(60, 20), (400, RESERVED)])
def test_questions_leave_the_reserve_to_others(limit: int, left: int) -> None:
    with ExitStack() as stack, descriptors(limit):
        assert taken_until_refused(stack, open_socket) > 0
        assert taken_until_refused(stack, socket.socket) == left


def test_the_limit_may_change_while_we_run() -> None:
    with descriptors(200):
        assert is_reserved(180)
    with descriptors(400):
        assert not is_reserved(180)


def test_without_a_limit_nothing_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: unlimited)
    assert not is_reserved(1_000_000)


def test_a_shortage_is_known_and_so_is_its_end() -> None:
    with descriptors(0):
        assert descriptor_shortage() == "Too many open files"
    assert descriptor_shortage() == ""
