"""Loopback addresses to ask: they answer, each is another, and no packet leaves the machine."""

from pathlib import Path

PER_SUBNET = 250
MOST = 4_096 * PER_SUBNET


def loopback(count: int) -> list[str]:
    """Return as many addresses inside 127.64.0.0/12; floor.c counts them alike.

    >>> loopback(251)[0], loopback(251)[-1]
    ('127.64.0.1', '127.64.1.1')
    """
    if count > MOST:
        raise ValueError(f"127.64.0.0/12 has room for {MOST} here, not for {count}")
    subnets = [divmod(n // PER_SUBNET, 256) for n in range(count)]
    return [f"127.{64 + b}.{c}.{n % PER_SUBNET + 1}" for n, (b, c) in enumerate(subnets)]


def write_list(folder: Path, count: int) -> Path:
    """Write the addresses one a line, as fping reads them."""
    file = folder / f"{count}-targets"
    file.write_text("\n".join(loopback(count)) + "\n")
    return file
