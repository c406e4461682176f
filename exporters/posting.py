"""One POST to one receiver, and what its answer means for the next try."""

import base64
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

import aiohttp

from config.probe import TlsSettings
from exporters.plain import clean

EXCERPT_BYTES = 512
LONGEST_RETRY_AFTER_S = 60.0
"""A receiver may ask for patience (RFC 9110, 10.2.3), but not keep a page back for an hour."""


class Verdict(StrEnum):
    """TOLD: it has it. AWAY: it could not take anything now. BARRED: it takes nothing from us
    until somebody changes an address or a password. REFUSED: it does not take this one.
    """

    TOLD = "told"
    AWAY = "away"
    BARRED = "barred"
    REFUSED = "refused"


NOT_NOW = frozenset({408, 425, 429})
"""Client errors that say nothing against the request (RFC 9110, RFC 8470, RFC 6585)."""
NOT_US = frozenset({401, 403, 404, 405, 407, 410})
"""Client errors that another request to the same address would get too."""


def verdict_of(status: int) -> Verdict:
    """Return what a status says; a redirect is not followed, for a POST may lose its body."""
    if 200 <= status < 300:
        return Verdict.TOLD
    if status in NOT_US:
        return Verdict.BARRED
    if 400 <= status < 500 and status not in NOT_NOW:
        return Verdict.REFUSED
    return Verdict.AWAY


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is for the log: one line, made safe, empty when told.

    It asks to be left alone for `retry_after_s`, which a new page may cut short, and for
    `not_before_s`, which nothing may: what comes sooner is refused and makes it worse. `receipt` is
    what the receiver calls the letter that it took; empty where it says nothing.
    """

    verdict: Verdict
    text: str = ""
    retry_after_s: float = 0.0
    not_before_s: float = 0.0
    receipt: str = ""


Reader = Callable[[aiohttp.ClientResponse], Awaitable[Answer]]
"""Makes an answer of what came back."""


class Poster:
    """POSTs JSON to one URL, each on a connection of its own.

    A kept connection that the far side has just closed would fail the one POST that matters;
    a new one costs a handshake. Errors come back as answers, never as exceptions.

    Raises:
        ValueError: a certificate file or the secret cannot be used; the message says which.

    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float,
        tls: TlsSettings,
        authorization: str = "",
        reader: Reader | None = None,
    ) -> None:
        self._url = url
        self._read = reader or read
        self._timeout_s = timeout_s
        self._tls = _context(tls)
        self._server_name = tls.server_name
        self._headers = {"Content-Type": "application/json"}
        if authorization:
            self._headers["Authorization"] = _header_value(authorization)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls, force_close=True),
            timeout=aiohttp.ClientTimeout(total=self._timeout_s),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Return what came of it, within the timeout."""
        if self._session is None:
            raise RuntimeError("post() is for inside `async with`")
        try:
            async with self._session.post(
                self._url,
                data=body,
                headers=headers,
                allow_redirects=False,
                server_hostname=self._server_name,
            ) as response:
                return await self._read(response)
        except TimeoutError:
            return Answer(Verdict.AWAY, f"no answer within {self._timeout_s:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Answer(Verdict.AWAY, clean(f"{type(error).__name__}: {error}", 300))


async def read_up_to(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the body, or about so much of it."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) >= most:
            break
    return bytes(body)


async def read(response: aiohttp.ClientResponse) -> Answer:
    """Return what the status says, with an excerpt of what an error says of itself."""
    verdict = verdict_of(response.status)
    if verdict is Verdict.TOLD:
        return Answer(verdict)
    excerpt = await response.content.read(EXCERPT_BYTES)
    said = clean(excerpt.decode("utf-8", "replace"), 200)
    return Answer(verdict, f"HTTP {response.status}: {said}", _retry_after_s(response))


def _retry_after_s(response: aiohttp.ClientResponse) -> float:
    written = response.headers.get("Retry-After", "")
    asked_s = float(written) if written.isascii() and written.isdecimal() else 0.0
    return min(asked_s, LONGEST_RETRY_AFTER_S)


def basic_authorization(username: str, password: str) -> str:
    """Return the header's value (RFC 7617, UTF-8)."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def _header_value(secret: str) -> str:
    if not (secret.isascii() and secret.isprintable()):
        raise ValueError("a token may hold only printable ASCII; is there a newline in it?")
    return secret


def _context(tls: TlsSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.cert_file is not None:
            context.load_cert_chain(tls.cert_file, tls.key_file)
    except (OSError, ssl.SSLError) as error:
        named = ", ".join(filter(None, (tls.ca_file, tls.cert_file, tls.key_file)))
        raise ValueError(f"cannot use the certificates in {named}: {error}") from error
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
