"""What becomes of a packet that meets a stretch of the way."""

from enum import StrEnum


class Reach(StrEnum):
    """`up` carries; `down` drops in silence; `unreachable` sends ICMP host unreachable back;
    `refuse` is a host that answers ping and resets every TCP connection.
    """

    UP = "up"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    REFUSE = "refuse"
