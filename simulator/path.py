"""The only path between the two namespaces, as a process of its own.

It does nothing else, so that neither the web server nor the power physics can delay a packet,
and it alone runs at real-time priority. It ends when the process that started it does.

Run as `python -m simulator.path NEAR FAR CONTROL NEAR_COUNTERS FAR_COUNTERS`, five inherited
file descriptors: two TUN devices, a stream socket, and two open `/proc/net/dev`, one of each
namespace. On the socket go JSON lines: first the topology, then `{"set": {key: condition}}` and
`{"stats": reset}`; each is answered by one line.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from simulator.carrier import Carrier, Side
from simulator.tun import dropped_by_kernel

BATCH = 64
"""Packets taken from one side before all else gets its turn: about a millisecond."""
PACKET_BYTES = 65_536
TICK_S = 0.02
"""How often it wakes only to see how late it wakes."""
REALTIME_PRIORITY = 10


class Path:
    """The loop. Owns the descriptors; `carrier` decides."""

    def __init__(
        self, near: int, far: int, control: socket.socket, counters: tuple[int, int]
    ) -> None:
        self._tuns = {Side.NEAR: near, Side.FAR: far}
        self._control = control
        self._counters = counters
        self._inbox = b""
        self._write_errors = 0
        self._realtime = _take_priority()
        self._tick_due_s = 0.0
        self._carrier = Carrier(json.loads(self._wait_for_line()), self._send)

    def _send(self, side: Side, packet: bytes) -> None:
        try:
            os.write(self._tuns[side], packet)
        except OSError:  # the interface is full or gone: ours to count, never a site's loss
            self._write_errors += 1

    def run(self) -> None:
        """Carry packets until the other end of the control socket closes."""
        self._tick_due_s = time.monotonic() + TICK_S
        self._reply({"t": time.monotonic(), "realtime": self._realtime})
        near, far, control = *self._tuns.values(), self._control.fileno()
        while True:
            ready, _, _ = select.select([near, far, control], [], [], self._idle_s())
            now_s = time.monotonic()
            self._carrier.release(now_s)
            if now_s >= self._tick_due_s:
                self._carrier.late(now_s - self._tick_due_s)
                self._tick_due_s = now_s + TICK_S
            if near in ready:
                _drain(near, self._carrier.from_near)
            if far in ready:
                _drain(far, self._carrier.from_far)
            if control in ready and not self._obey():
                return

    def _idle_s(self) -> float:
        due_s = self._carrier.next_due_s()
        soonest_s = self._tick_due_s if due_s is None else min(due_s, self._tick_due_s)
        return max(0.0, soonest_s - time.monotonic())

    def _wait_for_line(self) -> bytes:
        pieces = [self._inbox]
        while b"\n" not in pieces[-1]:
            piece = self._control.recv(1 << 20)
            if not piece:
                raise SystemExit(0)
            pieces.append(piece)
        line, _, self._inbox = b"".join(pieces).partition(b"\n")
        return line

    def _obey(self) -> bool:
        received = self._control.recv(1 << 20)
        *lines, self._inbox = (self._inbox + received).split(b"\n")
        for line in lines:
            self._reply(self._answer(json.loads(line)))
        return bool(received)

    def _answer(self, order: dict[str, Any]) -> dict[str, Any]:
        if "set" in order:
            for key, condition in order["set"].items():
                self._carrier.update(key, condition)
            return {"t": time.monotonic()}
        answer = self._carrier.counts | {
            "t": time.monotonic(),
            "worst_lateness_s": round(self._carrier.worst_lateness_s, 6),
            "write_errors": self._write_errors,
            "kernel_dropped": sum(dropped_by_kernel(counters) for counters in self._counters),
            "realtime": self._realtime,
        }
        if order["stats"] == "reset":
            self._carrier.worst_lateness_s = 0.0
        return answer

    def _reply(self, answer: dict[str, Any]) -> None:
        self._control.sendall(json.dumps(answer).encode() + b"\n")


def _drain(tun: int, take: Callable[[bytes, float], None]) -> None:
    with contextlib.suppress(BlockingIOError):
        for _ in range(BATCH):
            take(os.read(tun, PACKET_BYTES), time.monotonic())


def _take_priority() -> bool:
    """Go before all others, on one core: else each packet would interrupt whoever sends it."""
    cores = os.sched_getaffinity(0)
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(REALTIME_PRIORITY))
        os.sched_setaffinity(0, {max(cores)})
    except PermissionError:
        return False
    return True


def main(arguments: list[str]) -> None:
    """Carry packets between the descriptors named on the command line."""
    near, far, control, near_counters, far_counters = (int(number) for number in arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for whoever started us
    with socket.socket(fileno=control) as line:
        line.setblocking(True)
        path = Path(near, far, line, (near_counters, far_counters))
        gc.collect()
        gc.freeze()
        gc.disable()  # no cycles are made per packet, and a collection is a pause
        with contextlib.suppress(ConnectionError):
            path.run()


if __name__ == "__main__":
    main(sys.argv[1:])
