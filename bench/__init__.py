"""Speed, side by side with peers: `python -m bench` measures, and writes docs/performance.md.

A bench is a module with `run(effort) -> list[Figure]` and a line in `bench/registry.py`. It runs
in a process of its own, by default in a network namespace of its own, so that neither a neighbour
on the machine nor another bench shares its sockets, caches or garbage collector.
"""
