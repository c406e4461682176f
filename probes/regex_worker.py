"""The process that runs regular expressions, so that a bad one can be killed.

Run as a file by its path, isolated and without site-packages: it imports nothing of ours.
Reads `<limit in s> <pattern bytes> <text bytes>` and a newline, then both; answers `1` or `0`.
A search beyond its limit is ended by SIGALRM, whose default action is to end the process.
"""

import re
import resource
import signal
import sys

MEMORY_BYTES = 1 << 30


def main() -> None:
    """Answer until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    for header in iter(requests.readline, b""):
        limit_s, pattern_bytes, text_bytes = header.split()
        pattern = requests.read(int(pattern_bytes)).decode("utf-8", "surrogateescape")
        text = requests.read(int(text_bytes)).decode("utf-8", "surrogateescape")
        signal.setitimer(signal.ITIMER_REAL, float(limit_s))
        found = re.search(pattern, text) is not None
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(b"1" if found else b"0")
        answers.flush()


if __name__ == "__main__":
    main()
