"""What waits to be asked, and its way out: first come, first sent, in batches."""

import errno
import logging
from collections import deque
from collections.abc import Callable

from probes.echo import HEADER, Requests
from probes.icmp_clock import EngineClock
from probes.icmp_deadlines import Deadlines
from probes.icmp_echo import Echo
from probes.icmp_ports import Lease, Ports, Unopened
from probes.icmp_ring import Ring
from probes.icmp_run import Run
from probes.icmp_socket import EchoPort
from probes.local_error import explain_send
from probes.reading import Reading, Reason
from probes.runs import Answer
from probes.wheel import TICK_NS, Wheel

log = logging.getLogger(__name__)

SENDS_BEFORE_READING = 64  # the default receive buffer keeps 256 replies
_BUSY = frozenset({errno.EAGAIN, errno.ENOBUFS})
_BROKEN = frozenset({errno.EBADF, errno.ENOTSOCK, errno.ENODEV})

Asked = tuple[Echo, Answer, Run | None]
"""One packet to send. A run of one packet, not in doubt, needs no `Run`."""


class Sender:
    """Sends what was asked, in the order asked.

    The queue holds no more than one packet for each run under way. `read` is called between
    the packets of a large batch, so that its replies cannot overflow the buffer; `on_broken`
    hears of a socket that must be given up; `new_run` makes a run of what needs to be one.
    """

    def __init__(
        self,
        ring: Ring,
        ports: Ports,
        requests: Requests,
        deadlines: Deadlines,
        clock: EngineClock,
        read: Callable[[], object],
        on_broken: Callable[[EchoPort, OSError], None],
        new_run: Callable[[Echo, bool, Answer], Run],
    ) -> None:
        self._ring = ring
        self._ports = ports
        self._requests = requests
        self._deadlines = deadlines
        self._clock = clock
        self._read = read
        self._on_broken = on_broken
        self._later: Wheel[Run] = Wheel()
        self._new_run = new_run
        self.queue: deque[Asked] = deque()

    def begin(self, run: Run) -> None:
        """Enter a run's next packet."""
        self.queue.append((run.echo, _nobody, run))

    def take(self) -> list[Asked]:
        """Remove and return what has not been sent."""
        left = list(self.queue)
        self.queue.clear()
        return left

    def next_ns(self) -> int | None:
        """Return when a run's next packet is due."""
        return self._later.next_ns()

    def wake(self, now_ns: int) -> None:
        """Enter the packets whose time has come."""
        for run in self._later.take_due(now_ns):
            if not run.is_over:
                self.begin(run)

    def send(self, limit: int) -> int:
        """Send `limit` packets at most; return how many were tried.

        It ends early while all sequence numbers wait for replies, and when the kernel's own
        queue is full.
        """
        batch: dict[int, list[int]] = {}
        tried = 0
        try:
            while self.queue and tried < limit:
                serial = self._ring.claim()
                if serial is None:
                    break
                tried += 1
                if not self._try(self.queue.popleft(), serial, batch):
                    break
                if tried % SENDS_BEFORE_READING == 0:
                    self._read()
        finally:
            now_ns = self._clock.monotonic_ns()
            for timeout_ns, serials in batch.items():
                self._deadlines.put(timeout_ns, now_ns, serials)
        return tried

    def _try(self, asked: Asked, serial: int, batch: dict[int, list[int]]) -> bool:
        """Send one packet; return whether the next may be tried at once."""
        echo, _, run = asked
        if run is not None and run.is_over:
            return True  # cancelled, or its socket failed, while it waited
        lease = self._ports.shared(echo.outlet) if run is None else self._lease(run)
        if isinstance(lease, Unopened):
            self._fail(asked, lease.reason, lease.detail)
            return True
        try:
            self._leave(asked, serial, lease)
        except OSError as error:
            return self._put_off(asked, lease, error)
        except Exception as error:  # the boundary around one probe run
            log.exception("probe run failed target=%s", echo.host)
            self._fail(asked, Reason.INTERNAL_ERROR, repr(error)[:200])
            return True
        timeout_ns = echo.manner.timeout_ns
        serials = batch.get(timeout_ns)
        if serials is None:
            batch[timeout_ns] = [serial]
        else:
            serials.append(serial)
        return True

    def _leave(self, asked: Asked, serial: int, lease: Lease) -> None:
        echo, answer, run = asked
        padding = echo.manner.padding
        request = self._requests.write(lease.request_type, lease.echo_id, serial, padding)
        sent_ns = self._clock.monotonic_ns()
        lease.port.send(request, echo.sockaddr)
        self._ring.put((serial, sent_ns, lease, echo, answer, run))
        if run is not None:
            run.sent(sent_ns)
            if run.unsent:
                self._later.add(sent_ns + echo.manner.spacing_ns, run)

    def _lease(self, run: Run) -> Lease | Unopened:
        if run.lease is None:
            ask = self._ports.fresh if run.in_doubt else self._ports.shared
            lease = ask(run.echo.outlet)
            if isinstance(lease, Unopened):
                return lease
            run.lease = lease
        return run.lease

    def _put_off(self, asked: Asked, lease: Lease, error: OSError) -> bool:
        """Try once more in a tick if our own queue was full, else give up."""
        echo, answer, run = asked
        if error.errno in _BUSY and (run is None or run.may_retry):
            retried = run or self._new_run(echo, False, answer)
            retried.may_retry = False
            self._later.add(self._clock.monotonic_ns() + TICK_NS, retried)
            return False
        if error.errno in _BROKEN:
            self._on_broken(lease.port, error)
        self._fail(asked, *_explain(error, echo))
        return True

    def _fail(self, asked: Asked, reason: Reason, detail: str) -> None:
        echo, answer, run = asked
        if run is None:
            answer(echo.unanswered(reason, detail, 0, counted=0))
        else:
            run.give_up(reason, detail, self._clock.monotonic_ns())


def _explain(error: OSError, echo: Echo) -> tuple[Reason, str]:
    if error.errno != errno.EMSGSIZE:
        return explain_send(error)
    size_bytes = echo.manner.message_bytes - HEADER.size
    return Reason.SEND_FAILED, (
        f"{size_bytes} bytes of payload are more than the MTU of this machine's own interface "
        "takes unfragmented (EMSGSIZE)"
    )


def _nobody(_reading: Reading) -> None:
    """Hear nothing: a run answers by itself."""
