"""Compiles the templates for a daemon that has better things to do, on another core.

`python -m exporters.board.template_compiler` writes their bytecode to standard output, marshalled.
"""

import marshal
import os
import sys

from exporters.board.rendering import bytecode

NICE = 10


def main() -> None:
    os.nice(NICE)
    sys.stdout.buffer.write(marshal.dumps(bytecode()))


if __name__ == "__main__":
    main()
