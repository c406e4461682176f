"""Redirects: followed only when asked, counted, and never with what is not theirs to have."""

from dataclasses import dataclass, field

import pytest

from probes.http import HttpProber
from probes.http_request import first_request, redirected
from probes.reach import Reach, may_lead, reach_of
from probes.reading import Reading, Reason
from tests.probes.http_servers import Caller, serving, settings

ON_BOTH_LOOPS = True

SECRETS: dict[str, object] = {"auth": {"bearer": "s3cret"}, "headers": {"X-Token": "t0ken"}}


@dataclass
class Site:
    """A server that redirects each path as told, and notes what it was asked."""

    moves: dict[str, str]
    status: str = "302 Found"
    requests: list[str] = field(default_factory=list)

    async def script(self, caller: Caller) -> None:
        request = (await caller.request()).decode()
        self.requests.append(request)
        where = self.moves.get(request.split(" ")[1])
        if where is None:
            await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        else:
            head = f"HTTP/1.1 {self.status}\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n"
            await caller.send(head.encode())


async def follow(site: Site, at_most: int = 3) -> Reading:
    async with HttpProber() as prober, serving(site.script) as server:
        return await prober.fetch(settings(server.url, max_redirects=at_most, **SECRETS))


async def test_redirects_are_followed_when_asked_and_counted() -> None:
    site = Site({"/": "/a", "/a": "b?x=1"})

    reading = await follow(site)

    assert reading.success, reading
    assert reading.http is not None
    assert reading.http.redirects == 2
    assert [request.split(" ")[1] for request in site.requests] == ["/", "/a", "/b?x=1"]
    assert all("s3cret" in request and "t0ken" in request for request in site.requests)


@pytest.mark.parametrize(
    ("moves", "at_most", "said"),
    [
        ({"/": "/"}, 5, "goes round in circles"),
        ({"/": "/a", "/a": "/"}, 5, "goes round in circles"),
        ({"/": "/a", "/a": "/b", "/b": "/c"}, 2, "more than 2 redirects"),
        ({"/": "file:///etc/passwd"}, 5, "only http and https are followed"),
        ({"/": "gopher://127.0.0.1:70/"}, 5, "only http and https are followed"),
        ({"/": "http://[broken"}, 5, "leads nowhere"),
        ({"/": "http://127.0.0.1:99999/"}, 5, "leads nowhere"),
        ({"/": "http://169.254.169.254/latest/meta-data"}, 5, "leads inwards, to 169.254.169.254"),
        ({"/": "http://0.0.0.0/"}, 5, "0.0.0.0"),
        ({"/": "\x07"}, 5, ""),
    ],
)
async def test_a_bad_redirect_is_one_failed_reading(
    moves: dict[str, str], at_most: int, said: str
) -> None:
    reading = await follow(Site(moves), at_most)

    assert not reading.success
    if said:
        assert said in reading.detail
        assert reading.reason in (Reason.REDIRECT, Reason.RESOLVE_FAILED)


async def test_another_origin_gets_no_credentials_and_no_headers() -> None:
    other = Site({})
    async with HttpProber() as prober, serving(other.script) as target:
        first = Site({"/": target.url})
        async with serving(first.script) as server:
            reading = await prober.fetch(settings(server.url, max_redirects=1, **SECRETS))

    assert reading.success, reading
    assert "s3cret" in first.requests[0]
    assert "s3cret" not in other.requests[0]
    assert "t0ken" not in other.requests[0]


async def test_credentials_in_a_redirect_are_not_used() -> None:
    site = Site({"/": "http://eve:x@HOST/next"})
    async with HttpProber() as prober, serving(site.script) as server:
        site.moves["/"] = f"http://eve:x@127.0.0.1:{server.port}/next"
        reading = await prober.fetch(settings(server.url, max_redirects=1))

    assert reading.success, reading
    assert "Authorization" not in site.requests[1]


async def test_a_body_is_never_carried_to_another_origin() -> None:
    other = Site({})
    async with HttpProber() as prober, serving(other.script) as target:
        first = Site({"/": target.url}, "307 Temporary Redirect")
        async with serving(first.script) as server:
            asked = settings(server.url, max_redirects=1, method="POST", body="pin=1234")
            reading = await prober.fetch(asked)

    assert reading.reason is Reason.REDIRECT
    assert "would carry the body" in reading.detail
    assert other.requests == []


async def test_see_other_turns_a_post_into_a_get_of_the_same_place() -> None:
    site = Site({}, "303 See Other")

    async def script(caller: Caller) -> None:
        request = (await caller.request()).decode()
        site.requests.append(request.split(" ")[0])
        if request.startswith("POST"):
            await caller.send(b"HTTP/1.1 303 x\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
        else:
            await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with HttpProber() as prober, serving(script) as server:
        asked = settings(server.url, max_redirects=1, method="POST", body="x")
        reading = await prober.fetch(asked)

    assert reading.success, reading
    assert site.requests == ["POST", "GET"]


@pytest.mark.parametrize(
    ("status", "method", "kept"),
    [(301, "POST", "GET"), (302, "HEAD", "HEAD"), (303, "HEAD", "HEAD"), (308, "POST", "POST")],
)
def test_which_method_a_redirect_keeps(status: int, method: str, kept: str) -> None:
    request = first_request(settings("http://a.example/", method=method))

    assert redirected(request, status, "/b").method == kept


def test_another_origin_gets_no_client_certificate_and_no_name_to_verify() -> None:
    tls = {"cert_file": "c.pem", "key_file": "k.pem", "server_name": "ups", "ca_file": "ca.pem"}
    request = first_request(settings("https://a.example/", tls=tls))

    same = redirected(request, 302, "/b").tls
    other = redirected(request, 302, "https://b.example/").tls

    assert (same.cert_file, same.server_name) == ("c.pem", "ups")
    assert (other.cert_file, other.key_file, other.server_name) == (None, None, None)
    assert (other.ca_file, other.verify) == ("ca.pem", True)


def test_plain_http_is_another_origin_than_https() -> None:
    request = first_request(settings("https://a.example/", headers={"X-Token": "t"}))

    assert "X-Token" not in redirected(request, 302, "http://a.example/").headers


@pytest.mark.parametrize(
    ("host", "reach"),
    [
        ("8.8.8.8", Reach.GLOBAL),
        ("2606:4700::1111", Reach.GLOBAL),
        ("10.0.0.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("fd00::1", Reach.PRIVATE),
        ("127.64.0.1", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("169.254.169.254", Reach.SPECIAL),
        ("::ffff:169.254.169.254", Reach.SPECIAL),
        ("fe80::1", Reach.SPECIAL),
        ("224.0.0.1", Reach.SPECIAL),
        ("0.0.0.0", Reach.SPECIAL),
    ],
)
def test_how_far_out_an_address_lies(host: str, reach: Reach) -> None:
    assert reach_of(host) is reach


@pytest.mark.parametrize(
    ("origin", "target", "allowed"),
    [
        ("8.8.8.8", "1.1.1.1", True),
        ("8.8.8.8", "10.0.0.1", False),
        ("10.0.0.1", "10.0.0.2", True),
        ("10.0.0.1", "127.0.0.1", False),
        ("10.0.0.1", "8.8.8.8", True),
        ("127.0.0.1", "127.64.0.1", True),
        ("127.0.0.1", "169.254.169.254", False),
    ],
)
def test_a_redirect_leads_outwards_or_stays_level(origin: str, target: str, allowed: bool) -> None:
    assert may_lead(origin, target) is allowed
