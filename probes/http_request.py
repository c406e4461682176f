"""What is sent in one exchange, and where a redirect makes it go."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from yarl import URL

from config.probe import (
    BasicAuth,
    BearerAuth,
    HttpRequestSettings,
    HttpSettings,
    ProbeTlsSettings,
)
from probes.failure import Failure
from probes.quotation import quote
from probes.reading import Reason

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110 section 5.5: all but the tab
_UNSENDABLE = "the configured headers, body or URL cannot be sent in HTTP"
_AGENT = {"User-Agent": "guardia", "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """One exchange. `headers` and `wire` may hold secrets, so it has no repr.

    Raises:
        Failure: INTERNAL_ERROR, when it cannot be written in HTTP

    """

    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes | None
    tls: ProbeTlsSettings
    family: Literal["any", "ipv4", "ipv6"]
    stays: bool = False
    """The connection may be kept for the next one like it."""
    host: str = field(init=False)
    port: int = field(init=False)
    is_secure: bool = field(init=False)
    wire: bytes = field(init=False)
    """All that is sent, made once: most probes ask the same for years."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "host", self.url.raw_host or "")
        object.__setattr__(self, "port", self.url.port or 0)
        object.__setattr__(self, "is_secure", self.url.scheme == "https")
        object.__setattr__(self, "wire", _written(self))

    @property
    def verified_name(self) -> str:
        """The name that the certificate has to be for, and that SNI asks for."""
        return self.tls.server_name or self.host


def first_request(settings: HttpRequestSettings, *, stays: bool = False) -> HttpRequest:
    """Return the request as configured. Over TLS no connection stays.

    Raises:
        Failure: the URL has a part that cannot be used, such as port 99999

    """
    try:
        url = URL(settings.url)
    except ValueError as error:
        raise Failure(Reason.INTERNAL_ERROR, f"the configured URL: {error}") from error
    sends = settings if isinstance(settings, HttpSettings) else None
    body = sends.body.encode() if sends is not None and sends.body is not None else None
    return HttpRequest(
        method=sends.method if sends is not None else "GET",
        url=url.with_user(None).with_fragment(None),
        headers=_headers(settings),
        body=body,
        tls=settings.tls,
        family=settings.family,
        stays=stays and url.scheme == "http",
    )


def redirected(request: HttpRequest, status: int, location: str) -> HttpRequest:
    """Return the request that a redirect asks for (RFC 9110 section 15.4).

    Another origin gets nothing that was configured for this one: no credentials, no headers,
    no client certificate, no name to verify.

    Raises:
        Failure: REDIRECT, for somewhere we do not go

    """
    url = _target(request.url, location)
    becomes_get = status == 303 or (status in (301, 302) and request.method == "POST")
    following = replace(request, url=url)
    if becomes_get and request.method != "HEAD":
        following = replace(following, method="GET", body=None)
    if url.origin() == request.url.origin():
        return following
    if following.body is not None:
        where = quote(str(url.origin()))
        raise Failure(Reason.REDIRECT, f"would carry the body on to {where}")
    anonymous = request.tls.model_copy(
        update={"server_name": None, "cert_file": None, "key_file": None}
    )
    return replace(following, headers=_AGENT, tls=anonymous)


def _target(base: URL, location: str) -> URL:
    try:
        url = base.join(URL(location)).with_fragment(None)
    except ValueError as error:
        raise Failure(Reason.REDIRECT, f"leads nowhere: {quote(location)}") from error
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise Failure(Reason.REDIRECT, f"only http and https are followed, not {quote(location)}")
    return url.with_user(None)


def _headers(settings: HttpRequestSettings) -> Mapping[str, str]:
    """Return what is sent besides what the request itself says: for most probes one object."""
    own = _credentials(settings) | _configured(settings)
    return _merged(_AGENT, own) if own else _AGENT


def _credentials(settings: HttpRequestSettings) -> dict[str, str]:
    match settings.auth:
        case BearerAuth(bearer=token):
            return {"Authorization": f"Bearer {token.get_secret_value()}"}
        case BasicAuth(username=username, password=password):
            pair = f"{username}:{password.get_secret_value()}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
    return {}


def _configured(settings: HttpRequestSettings) -> dict[str, str]:
    return {name: value.get_secret_value() for name, value in settings.headers.items()}


def _merged(*parts: Mapping[str, str]) -> dict[str, str]:
    """Let later parts replace earlier ones, whatever the case of the names."""
    by_name = {name.lower(): (name, value) for part in parts for name, value in part.items()}
    return dict(by_name.values())


def _written(request: HttpRequest) -> bytes:
    """Return the request in the form of RFC 9112.

    How long it is says the body alone: whoever configures another length, or a transfer coding,
    would have two servers on the way read two different requests.
    """
    body = request.body
    host = {"Host": request.url.host_port_subcomponent or ""}
    content = {"Content-Type": "application/octet-stream"} if body is not None else {}
    ending = {} if request.stays else {"Connection": "close"}
    merged = _merged(host, content, ending, request.headers, _length(request))
    head = f"{request.method} {request.url.raw_path_qs} HTTP/1.1"
    lines = [head, *(f"{name}: {value}" for name, value in merged.items())]
    claims_coding = any(name.lower() == "transfer-encoding" for name in merged)
    if claims_coding or any(map(_FORBIDDEN.search, lines)):
        raise Failure(Reason.INTERNAL_ERROR, _UNSENDABLE)
    try:
        return "\r\n".join([*lines, "", ""]).encode() + (body or b"")
    except UnicodeEncodeError:  # it holds what the headers hold: secrets
        raise Failure(Reason.INTERNAL_ERROR, _UNSENDABLE) from None


def _length(request: HttpRequest) -> dict[str, str]:
    if request.body is None and request.method != "POST":
        return {}
    return {"Content-Length": str(len(request.body or b""))}
