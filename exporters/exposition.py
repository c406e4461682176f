"""The page that Prometheus reads: plain text or OpenMetrics, compressed if asked for."""

import asyncio
import gzip
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

# Level 1 halves the time of level 9 and costs a tenth in size on text as repetitive as this.
_GZIP_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Page:
    """`content_encoding` is empty when the body is not compressed."""

    body: bytes
    content_type: str
    content_encoding: str = ""


class Exposition:
    """A registry of its own, never the library's global one, and its rendering.

    A page is rendered in a thread, one at a time: 100,000 series take 1.6 CPU seconds, which
    would stall the loop (facts: 82 ms in a thread). Scrapers that come together wait in line.
    """

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's omission
        self.registry = CollectorRegistry()
        self._turn = asyncio.Lock()
        ProcessCollector(registry=self.registry)

    def register(self, *collectors: Collector) -> None:
        """Add metric families.

        Raises:
            ValueError: one of their names is taken.

        """
        for collector in collectors:
            self.registry.register(collector)

    async def render(self, accept: str = "", accept_encoding: str = "") -> Page:
        """Return the page in the best form that the two request headers allow."""
        async with self._turn:
            return await asyncio.to_thread(self.render_now, accept, accept_encoding)

    def render_now(self, accept: str = "", accept_encoding: str = "") -> Page:
        encode, content_type = choose_encoder(accept)
        body = encode(self.registry)
        if not accepts_gzip(accept_encoding):
            return Page(body, content_type)
        return Page(gzip.compress(body, _GZIP_LEVEL), content_type, "gzip")


def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether gzip is acceptable (RFC 9110, 12.5.3): `gzip;q=0` refuses it.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("gzip;q=0"), accepts_gzip("")
    (True, False, False)
    """
    weights: dict[str, float] = {}
    for offer in accept_encoding.lower().split(","):
        coding, _, parameter = offer.partition(";")
        weights[coding.strip()] = _weight(parameter)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
