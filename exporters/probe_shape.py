"""What decides which series a probe has: when it changes, they are bound anew."""

from functools import cache
from typing import NamedTuple

from config.probe import AnyProbe, HttpSettings
from config.site import PowerKind


class ProbeShape(NamedTuple):
    """`uses_tls` and `resolves` are of HTTP: may a run come to that? `power` is of the source."""

    kind: str
    power: PowerKind | None = None
    uses_tls: bool = False
    resolves: bool = False


def shape_of(settings: AnyProbe, power: PowerKind | None) -> ProbeShape:
    if isinstance(settings, HttpSettings):
        return _shape(settings.kind, None, _may_use_tls(settings), _may_resolve(settings))
    return _shape(settings.kind, power if settings.kind == "power" else None)


# There are a dozen of them, and a fleet has thousands of probes.
_shape = cache(ProbeShape)


def _may_use_tls(settings: HttpSettings) -> bool:
    return settings.url.startswith("https:") or settings.max_redirects > 0


def _may_resolve(settings: HttpSettings) -> bool:
    host = settings.url.partition("//")[2].partition("/")[0].rpartition("@")[2]
    is_address = host.startswith("[") or host.partition(":")[0].replace(".", "").isdigit()
    return not is_address or settings.max_redirects > 0
