"""What the last full TLS handshake with each server left behind, so that the next can be short.

A resumed handshake (RFC 8446 section 2.2, RFC 5077) proves that the server still holds the keys
of the last full one, and shows no certificate. So the memory is one of successes only, and a
short one: whoever asks takes it out, and puts it back when all went well.
"""

import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

CAPACITY = 10_000
"""Servers remembered for each TLS configuration; a session takes some 14 KB of OpenSSL's."""
EARLY_RATIO = 0.5
"""A full handshake may come this much before its time, so that those of a fleet spread."""


class Place(NamedTuple):
    """Whom a session belongs to, within one TLS configuration."""

    host: str
    port: int
    name: str


@dataclass(frozen=True, slots=True)
class FullHandshake:
    """One that was made. Without a session, the server does not resume any."""

    session: ssl.SSLSession | None
    expires_at: datetime | None
    renew_s: float


class TlsSessions:
    """Sessions made with one SSLContext; they are of no use with another.

    `monotonic` and `now` are our clocks. When all is full, what was put in longest ago leaves, but
    only once its time is up: else more servers than fit would push each other out before use.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._monotonic = monotonic
        self._now = now
        self._made: dict[Place, FullHandshake] = {}

    def take(self, place: Place) -> FullHandshake | None:
        """Return what may stand for a full handshake now, and forget it.

        None when one is due: there was none, its time is up, a run failed since, or a
        certificate that it accepted has expired meanwhile.
        """
        made = self._made.pop(place, None)
        if made is None or self._monotonic() >= made.renew_s:
            return None
        return None if made.expires_at is not None and made.expires_at <= self._now() else made

    def keep(self, place: Place, made: FullHandshake) -> None:
        """Put back, or remember, after a run in which all went well."""
        if len(self._made) >= CAPACITY:
            oldest = next(iter(self._made))
            if self._monotonic() < self._made[oldest].renew_s:
                return
            del self._made[oldest]
        self._made[place] = made

    def renewal_s(self, every_s: float) -> float:
        """Return when the next full handshake is due, on our clock, after one made now."""
        early = random.uniform(EARLY_RATIO, 1.0)  # noqa: S311 it spreads work and guards nothing
        return self._monotonic() + every_s * early
