"""How long the daemon's loop lets a caller wait: asks `/-/healthy` again and again.

`python -m bench.pulse HOST:PORT` runs until SIGTERM and prints the longest wait in seconds. What
it tells is an upper bound of the longest stall of the loop, its own waits for a core included.
"""

import signal
import sys
import time
from http.client import HTTPConnection

_EVERY_S = 0.05
_TIMEOUT_S = 30.0


def longest_wait_s(listen: str) -> float:
    """Ask until SIGTERM; return the longest that an answer took."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    line = HTTPConnection(listen, timeout=_TIMEOUT_S)
    line.connect()
    print("beating", flush=True)
    longest_s = 0.0
    while not stopped:
        began_s = time.monotonic()
        line.request("GET", "/-/healthy")
        line.getresponse().read()
        longest_s = max(longest_s, time.monotonic() - began_s)
        time.sleep(_EVERY_S)
    line.close()
    return longest_s


if __name__ == "__main__":
    print(longest_wait_s(sys.argv[1]), flush=True)
