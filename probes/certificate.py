"""When certificates expire, read from the chain that a server presents.

With verification off, or failed, Python's ssl shows certificates only as DER bytes, so the
two dates are read from those: RFC 5280 section 4.1, X.690 for the encoding.
"""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice, pairwise

_SEQUENCE, _VERSION = 0x30, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_BEFORE_VALIDITY = 3  # serial number, signature algorithm, issuer
_DER = 2  # _ssl.ENCODING_DER


class NotTrusted(ssl.SSLCertVerificationError):
    """A refused certificate, with its expiry where it could be read."""

    expires_at: datetime | None = None


class WatchedTls(ssl.SSLSocket):
    """A TLS end that remembers the certificate it refuses."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands.

        Raises:
            NotTrusted: the certificate was refused
            ssl.SSLError: anything else of TLS

        """
        try:
            super().do_handshake(block)
        except ssl.SSLCertVerificationError as error:
            refused = NotTrusted(*error.args)
            refused.verify_code = error.verify_code
            refused.verify_message = error.verify_message
            refused.reason = error.reason
            refused.expires_at = earliest_expiry(presented_chain(self))
            raise refused from error


def presented_chain(tls: ssl.SSLSocket) -> list[bytes]:
    """Return the certificates as sent, leaf first, trusted or not."""
    public = getattr(tls, "get_unverified_chain", None)  # Python 3.13 and later
    if public is not None:
        return list(public())
    chain = tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001
    return [certificate.public_bytes(_DER) for certificate in chain or ()]


def earliest_expiry(chain: list[bytes]) -> datetime | None:
    """Return when the first certificate of the chain expires; None when none can be read."""
    dates = [date for date in map(not_after, chain) if date is not None]
    return min(dates, default=None)


def not_after(certificate: bytes) -> datetime | None:
    """Return the end of validity of one DER certificate; None when it is no such thing."""
    try:
        to_be_signed = next(_elements(_only(certificate, _SEQUENCE)))[1]
        fields = (field for field in _elements(to_be_signed) if field[0] != _VERSION)
        validity = next(islice(fields, _BEFORE_VALIDITY, None))[1]
        tag, written = next(islice(_elements(validity), 1, None))
        return _time(tag, written.decode("ascii"))
    except (ValueError, IndexError, StopIteration):
        return None


def _only(encoded: bytes, tag: int) -> bytes:
    found, content = next(_elements(encoded))
    if found != tag:
        raise ValueError("not the expected DER type")
    return content


def _elements(encoded: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each element in a row. Only definite lengths: this is DER."""
    at = 0
    while at < len(encoded):
        tag, length, at = encoded[at], encoded[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            if not 0 < octets <= 4:
                raise ValueError("not a DER length")
            length, at = int.from_bytes(encoded[at : at + octets], "big"), at + octets
        if at + length > len(encoded):
            raise ValueError("cut short")
        yield tag, encoded[at : at + length]
        at += length


def _time(tag: int, written: str) -> datetime:
    if tag == _UTC_TIME:  # two digits of the year, 50 and up are of the last century
        written = ("19" if written[:2] >= "50" else "20") + written
    elif tag != _GENERALIZED_TIME:
        raise ValueError("not a time")
    if not (
        len(written) == len("YYYYMMDDhhmmssZ") and written[:-1].isdigit() and written[-1] == "Z"
    ):
        raise ValueError("not a time")
    year, *rest = (int(written[at:end]) for at, end in pairwise((0, 4, 6, 8, 10, 12, 14)))
    month, day, hour, minute, second = rest
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
