"""TLS: clients made from settings, and what went wrong when the hands were not shaken.

A context costs tens of milliseconds of disk and parsing, so each is made once, in a thread,
and again when one of its files changes: certificates are renewed under a running daemon.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.probe import TlsSettings
from probes.certificate import NotTrusted, WatchedTls
from probes.failure import Failure
from probes.quotation import quote
from probes.reading import Reason
from probes.tls_sessions import TlsSessions

_EXPIRED, _NOT_YET = 10, 9  # X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID
_MISMATCHES = frozenset({62, 63, 64})  # X509_V_ERR_{HOSTNAME,EMAIL,IP_ADDRESS}_MISMATCH
_UNKNOWN_ISSUERS = frozenset({2, 18, 19, 20, 21, 27})  # no, self-signed or untrusted issuer


@dataclass(frozen=True, slots=True, eq=False)
class TlsClient:
    """How we present ourselves and whom we trust, and the sessions that came of it."""

    context: ssl.SSLContext
    sessions: TlsSessions


class TlsClients:
    """One client per TlsSettings and state of its files: new files, and no session is left."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._made: dict[TlsSettings, tuple[tuple[int, ...], TlsClient]] = {}
        self._turns: dict[TlsSettings, asyncio.Lock] = {}
        self._now = now

    async def get(self, settings: TlsSettings) -> TlsClient:
        """Return the client.

        Raises:
            Failure: a file of ours is missing or broken, which says nothing of the far side

        """
        try:
            return self._current(settings) or await self._make(settings)
        except OSError as error:  # ssl.SSLError is one
            files = settings.ca_file, settings.cert_file, settings.key_file
            named = ", ".join(file for file in files if file)
            said = error.strerror or str(error)
            raise Failure(Reason.INTERNAL_ERROR, f"cannot use {named}: {said}") from error

    def _current(self, settings: TlsSettings) -> TlsClient | None:
        versions, client = self._made.get(settings, (None, None))
        return client if versions == _versions(settings) else None

    async def _make(self, settings: TlsSettings) -> TlsClient:
        """Make one, or wait for whoever is making it: at a start, thousands want the same."""
        async with self._turns.setdefault(settings, asyncio.Lock()):
            client = self._current(settings)
            if client is None:
                versions = _versions(settings)
                context = await asyncio.to_thread(make_context, settings)
                client = TlsClient(context, TlsSessions(now=self._now))
                self._made[settings] = (versions, client)
            return client


def make_context(settings: TlsSettings) -> ssl.SSLContext:
    """Return a client context for HTTP/1.1. Blocking: it reads files.

    Raises:
        OSError: a file cannot be read, or is no PEM

    """
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.cert_file is not None:
        context.load_cert_chain(settings.cert_file, settings.key_file)
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = WatchedTls
    return context


def handshake_failure(error: OSError) -> Failure:
    """Say what was wrong: the certificate, the protocol or the line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(Reason.TLS_FAILED, _distrust(error))
    if isinstance(error, ssl.SSLEOFError):
        return Failure(Reason.RESET, "closed during the TLS handshake")
    if isinstance(error, ssl.SSLError):
        return tls_failure(error)
    return Failure(Reason.RESET, "closed or reset during the TLS handshake")


def tls_failure(error: ssl.SSLError) -> Failure:
    """Return a broken TLS conversation in the words of OpenSSL."""
    said = quote(error.reason or str(error)).replace("_", " ").lower()
    hint = " (does this port speak TLS?)" if "wrong version" in said else ""
    return Failure(Reason.TLS_FAILED, f"TLS failed: {said}{hint}")


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    expires_at = error.expires_at if isinstance(error, NotTrusted) else None
    said = quote(error.verify_message)
    if error.verify_code == _EXPIRED:
        since = f" on {expires_at:%Y-%m-%d %H:%M} UTC" if expires_at else ""
        return f"certificate expired{since}"
    if error.verify_code == _NOT_YET:
        return "certificate is not valid yet, or our clock is behind"
    if error.verify_code in _MISMATCHES:
        return f"certificate is for another name: {said}"
    if error.verify_code in _UNKNOWN_ISSUERS:
        return f"certificate of an unknown authority: {said}"
    return f"certificate refused: {said}"


def _versions(settings: TlsSettings) -> tuple[int, ...]:
    files = settings.ca_file, settings.cert_file, settings.key_file
    return tuple(Path(file).stat().st_mtime_ns for file in files if file is not None)
