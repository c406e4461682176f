"""What a probe asks: one settings model per kind, a closed union of all of them."""

import ipaddress
import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
    model_validator,
)

from config.fault import UnusableError
from config.model import Duration, DurationOrZero, Flag, Model, Period, Slug, Text, Whole


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:%-]{1,253}", text):
        inner = re.match(r"(?:[a-z]+://)?([A-Za-z0-9._-]+)(?:[:/].*)?$", text.strip())
        raise UnusableError(
            "a host is a name or an IP address, without a scheme, a path or spaces",
            f"write `{inner[1]}`" if inner else "write such as `10.1.2.3` or `clinic.example.mx`",
        )
    return text


def _host_port(text: str) -> str:
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):(\d{1,5})", text)
    if match is None or not 0 < int(match[2]) < 65_536:
        bare = re.fullmatch(r"[A-Za-z0-9._-]{1,253}", text)
        raise UnusableError(
            "a TCP target is a host and a port from 1 to 65535, an IPv6 address in brackets",
            f'write such as "{text}:443"' if bare else 'write such as "10.1.2.3:443"',
        )
    return text


def _http_url(text: str) -> str:
    match = re.fullmatch(r"https?://([^\s/?#]+)\S*", text)
    if match is None:
        bare = re.fullmatch(r"[A-Za-z0-9._-]+(?::\d+)?(?:/\S*)?", text)
        raise UnusableError(
            "a URL here starts with http:// or https:// and names a host",
            f'write "http://{text}"' if bare else 'write such as "http://10.1.2.3/health"',
        )
    if "@" in match[1]:
        raise UnusableError(
            "a URL here holds no user or password",
            "write `auth: {username: …, password: !file …}` instead",
        )
    return text


def _own_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise UnusableError(
            "a source is an IP address of this machine, not a name",
            'write such as "10.1.2.3"',
        ) from error
    if address.is_multicast or address.is_unspecified:
        raise UnusableError("no machine sends from that address", "write one of its own")
    return str(address)


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise UnusableError(f"not a regular expression ({error})", "correct it") from error
    return text


Host = Annotated[str, AfterValidator(_host)]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
HostPort = Annotated[str, AfterValidator(_host_port)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Regex = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_regex)]
HEADER_PATTERN = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
STATUS_PATTERN = r"^([1-5][0-9][0-9](-[1-5][0-9][0-9])?|[1-5]xx)$"
HeaderName = Annotated[str, StringConstraints(pattern=HEADER_PATTERN)]
StatusSet = Annotated[str, StringConstraints(pattern=STATUS_PATTERN)]
"""One status (`204`), a range (`200-299`) or a class (`2xx`)."""


class ProbeSettings(Model):
    """What every kind of probe has."""

    id: Slug | None = Field(None, description="Default: the kind, numbered when it repeats.")
    interval: Duration | None = Field(None, description="Default: that of the class.")


class IcmpSettings(ProbeSettings):
    """ICMP echo (RFC 792, RFC 4443)."""

    kind: Literal["icmp"] = "icmp"
    target: Host
    packets: Whole = Field(1, ge=1, le=100)
    spacing: Duration = Field(0.2, description="Between the packets of one run.")
    timeout: Duration = Field(1.0, description="For each packet, from its sending.")
    family: Literal["any", "ipv4", "ipv6"] = "any"
    dscp: Whole = Field(0, ge=0, le=63, description="Traffic class of the requests (RFC 2474).")
    source: OwnAddress | None = Field(
        None, description="Address of this machine to ask from; default: the system's choice."
    )
    size: Whole = Field(
        24, ge=24, le=65_507, description="Bytes of payload; 1472 fills an IPv4 packet of 1500."
    )
    dont_fragment: Flag = Field(
        False, description="Forbid fragmentation: what is too big for the path fails, and says so."
    )

    @model_validator(mode="after")
    def _source_is_of_family(self) -> Self:
        if self.source is not None and self.family != "any":
            version = ipaddress.ip_address(self.source).version
            if self.family != f"ipv{version}":
                raise UnusableError(
                    f"source is an IPv{version} address and family is {self.family}",
                    f"write `family: ipv{version}`, or leave it out",
                )
        return self


class TcpSettings(ProbeSettings):
    """TCP connect: the three-way handshake, nothing sent."""

    kind: Literal["tcp"] = "tcp"
    target: HostPort
    timeout: Duration = 3.0
    family: Literal["any", "ipv4", "ipv6"] = "any"


class BasicAuth(Model):
    """HTTP Basic (RFC 7617)."""

    username: Text
    password: SecretStr


class BearerAuth(Model):
    """HTTP Bearer (RFC 6750)."""

    bearer: SecretStr


def _form_of_auth(written: object) -> str:
    """Tell the two forms apart by their keys, so that errors speak of one form only."""
    is_bearer = "bearer" in written if isinstance(written, dict) else hasattr(written, "bearer")
    return "BearerAuth" if is_bearer else "BasicAuth"


AnyAuth = Annotated[
    Annotated[BasicAuth, Tag("BasicAuth")] | Annotated[BearerAuth, Tag("BearerAuth")],
    Discriminator(_form_of_auth),
]


class TlsSettings(Model):
    """How the server's certificate is checked, and what we show of ourselves."""

    ca_file: str | None = Field(None, description="PEM; default: the system's authorities.")
    server_name: Host | None = Field(None, description="SNI and the name to verify.")
    verify: Flag = True
    cert_file: str | None = None
    key_file: str | None = None

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise UnusableError("cert_file and key_file go together", "write both or neither")
        return self


class ProbeTlsSettings(TlsSettings):
    """And how often the server has to show its certificate again."""

    full_handshake_every: DurationOrZero = Field(
        600.0, description="In between, TLS sessions are resumed; `0s`: never."
    )


def _one_value(written: object) -> object:
    if isinstance(written, dict | list):
        raise UnusableError(
            "only a single value can be compared", "write a text, a number or true or false"
        )
    return written


JsonScalar = Annotated[str | int | float | bool | None, BeforeValidator(_one_value)]


class JsonExpectation(Model):
    """A value inside a JSON body. `path` is dotted, list positions are numbers: `checks.0.ok`."""

    path: Text
    equals: JsonScalar = None

    def __eq__(self, other: object) -> bool:
        """Tell apart what answers are judged by: `true` from `1`, and null from no `equals`."""
        return isinstance(other, JsonExpectation) and self._asked() == other._asked()

    def __hash__(self) -> int:
        return hash(self._asked())

    def _asked(self) -> tuple[object, ...]:
        is_any = "equals" not in self.model_fields_set
        return self.path, is_any, isinstance(self.equals, bool), self.equals


class HttpExpectation(Model):
    """When an answer counts as a success."""

    status: tuple[StatusSet, ...] = Field(("2xx",), min_length=1)
    body_regex: Regex | None = None
    not_body_regex: Regex | None = None
    json_value: JsonExpectation | None = Field(None, alias="json")
    headers: dict[HeaderName, Regex] = Field(default_factory=dict)
    min_certificate_life: Period | None = Field(
        None, description="Fail when the certificate expires sooner."
    )


class HttpRequestSettings(ProbeSettings):
    """The parts of an HTTP request that `http` and `power` probes share."""

    url: HttpUrl
    timeout: Duration = Field(5.0, description="For the whole run, redirects included.")
    headers: dict[HeaderName, SecretStr] = Field(default_factory=dict)
    auth: AnyAuth | None = None
    tls: ProbeTlsSettings = ProbeTlsSettings()
    family: Literal["any", "ipv4", "ipv6"] = "any"
    max_body_bytes: Whole = Field(65_536, ge=0, le=16_777_216)


class HttpSettings(HttpRequestSettings):
    """One HTTP request (RFC 9110) on a connection of its own."""

    kind: Literal["http"] = "http"
    method: Literal["GET", "HEAD", "POST", "OPTIONS"] = "GET"
    body: str | None = None
    max_redirects: Whole = Field(0, ge=0, le=10)
    expect: HttpExpectation = HttpExpectation()


class PowerSettings(HttpRequestSettings):
    """A power-status document over HTTP (docs/power-endpoint.md)."""

    kind: Literal["power"] = "power"
    unit: Text | None = Field(None, description="Which unit of the document; default: the source.")
    max_age: Duration | None = Field(
        None, description="Older measurements are stale; default: three intervals, at least 30 s."
    )
    keep_alive: bool = Field(
        True, description="Ask again on the same connection (http:// only); false: a new one each."
    )


AnyProbe = Annotated[
    IcmpSettings | TcpSettings | HttpSettings | PowerSettings, Field(discriminator="kind")
]
"""One of the kinds, told apart by `kind` (written in short as `{icmp: …}` in YAML)."""
