"""What a probe asks: one settings model per kind, a closed union of all of them."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from config.model import Duration, Model, Period, Slug, Text


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:%-]{1,253}", text):
        raise ValueError("a host is a name or an IP address, without a scheme, a path or spaces")
    return text


def _host_port(text: str) -> str:
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):(\d{1,5})", text)
    if match is None or not 0 < int(match[2]) < 65_536:
        raise ValueError('a TCP target is "host:port", with an IPv6 address in brackets')
    return text


def _http_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", text):
        raise ValueError("a URL here starts with http:// or https:// and names a host")
    return text


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


Host = Annotated[str, AfterValidator(_host)]
HostPort = Annotated[str, AfterValidator(_host_port)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Regex = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_regex)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
StatusSet = Annotated[str, StringConstraints(pattern=r"^([1-5]\d\d(-[1-5]\d\d)?|[1-5]xx)$")]
"""One status (`204`), a range (`200-299`) or a class (`2xx`)."""


class ProbeSettings(Model):
    """What every kind of probe has."""

    id: Slug | None = Field(None, description="Default: the kind, numbered when it repeats.")
    interval: Duration | None = Field(None, description="Default: that of the class.")


class IcmpSettings(ProbeSettings):
    """ICMP echo (RFC 792, RFC 4443)."""

    kind: Literal["icmp"] = "icmp"
    target: Host
    packets: int = Field(1, ge=1, le=100)
    spacing: Duration = Field(0.2, description="Between the packets of one run.")
    timeout: Duration = Field(1.0, description="For each packet, from its sending.")
    family: Literal["any", "ipv4", "ipv6"] = "any"


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


class TlsSettings(Model):
    """How the server's certificate is checked, and what we show of ourselves."""

    ca_file: str | None = Field(None, description="PEM; default: the system's authorities.")
    server_name: Host | None = Field(None, description="SNI and the name to verify.")
    verify: bool = True
    cert_file: str | None = None
    key_file: str | None = None

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together")
        return self


class JsonExpectation(Model):
    """A value inside a JSON body. `path` is dotted, list positions are numbers: `checks.0.ok`."""

    path: Text
    equals: str | int | float | bool | None = None


class HttpExpectation(Model):
    """When an answer counts as a success."""

    status: tuple[StatusSet, ...] = Field(("2xx",), min_length=1)
    body_regex: Regex | None = None
    not_body_regex: Regex | None = None
    json_value: JsonExpectation | None = Field(None, alias="json")
    headers: dict[HeaderName, Regex] = Field({})
    min_certificate_life: Period | None = Field(
        None, description="Fail when the certificate expires sooner."
    )


class HttpRequestSettings(ProbeSettings):
    """The parts of an HTTP request that `http` and `power` probes share."""

    url: HttpUrl
    timeout: Duration = Field(5.0, description="For the whole run, redirects included.")
    headers: dict[HeaderName, SecretStr] = Field({})
    auth: BasicAuth | BearerAuth | None = None
    tls: TlsSettings = TlsSettings()
    family: Literal["any", "ipv4", "ipv6"] = "any"
    max_body_bytes: int = Field(65_536, ge=0, le=16_777_216)


class HttpSettings(HttpRequestSettings):
    """One HTTP request (RFC 9110) on a connection of its own."""

    kind: Literal["http"] = "http"
    method: Literal["GET", "HEAD", "POST", "OPTIONS"] = "GET"
    body: str | None = None
    max_redirects: int = Field(0, ge=0, le=10)
    expect: HttpExpectation = HttpExpectation()


class PowerSettings(HttpRequestSettings):
    """A power-status document over HTTP (docs/power-endpoint.md)."""

    kind: Literal["power"] = "power"
    unit: Text | None = Field(None, description="Which unit of the document; default: the source.")
    max_age: Duration | None = Field(
        None, description="Older measurements are stale; default: three intervals, at least 30 s."
    )


AnyProbe = Annotated[
    IcmpSettings | TcpSettings | HttpSettings | PowerSettings, Field(discriminator="kind")
]
"""One of the kinds, told apart by `kind` (written in short as `{icmp: …}` in YAML)."""
