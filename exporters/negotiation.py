"""What a scraper accepts, by its request headers (RFC 9110, 12.5)."""

from collections.abc import Iterator

OPENMETRICS = "application/openmetrics-text"
_PLAIN = "text/plain"
_OPENMETRICS_VERSIONS = frozenset({"", "0.0.1", "1.0.0"})


def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether gzip is acceptable: `gzip;q=0` refuses it.

    >>> accepts_gzip("br, gzip;q=0.5"), accepts_gzip("gzip;q=0"), accepts_gzip("")
    (True, False, False)
    """
    weights = {coding: _weight(said) for coding, said in _offers(accept_encoding)}
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def prefers_openmetrics(accept: str) -> bool:
    """Tell whether OpenMetrics 1.0 is wanted at least as much as plain text.

    >>> prefers_openmetrics("application/openmetrics-text;version=1.0.0, text/plain;q=0.5")
    True
    >>> prefers_openmetrics("*/*")
    False
    """
    offers = list(_offers(accept))
    openmetrics = [
        _weight(said)
        for kind, said in offers
        if kind == OPENMETRICS and said.get("version", "") in _OPENMETRICS_VERSIONS
    ]
    plain = [_weight(said) for kind, said in offers if kind == _PLAIN]
    best = max(openmetrics, default=0.0)
    return best > 0 and best >= max(plain, default=0.0)


def _offers(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    for offer in header.lower().split(","):
        name, *parameters = offer.split(";")
        pairs = (parameter.partition("=") for parameter in parameters)
        yield name.strip(), {key.strip(): value.strip() for key, _, value in pairs}


def _weight(said: dict[str, str]) -> float:
    try:
        return float(said.get("q", "1"))
    except ValueError:
        return 0.0
