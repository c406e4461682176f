"""`guardia probe`: one question, an answer that a person can act on."""

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web
from click.testing import Result

from monitor.commands import probe as command
from probes.route import Hop, TraceError
from tests.monitor.commands.terminal import served, typed
from tests.servers.program import free_port

pytestmark = pytest.mark.heavy

SITES = """\
sites:
  - id: cs-maneadero
    name: Centro de Salud [Maneadero]
    links: [{id: cfe, probes: [{http: "http://PLACE/health"}]}]
    services: [{id: expediente, probes: [{http: {url: "http://PLACE/error"}}]}]
    areas: [{id: farmacia, name: Farmacia}]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test stands in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server() -> Iterator[str]:
    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def error(_request: web.Request) -> web.Response:
        return web.Response(status=500, text="no")

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/error", error)])
    with served(app) as place:
        yield place


@pytest.fixture
def config(server: str, folder: Path) -> Path:
    (folder / "guardia.yaml").write_text("include: [sites.yaml]\n", encoding="utf-8")
    (folder / "sites.yaml").write_text(SITES.replace("PLACE", server), encoding="utf-8")
    return folder / "guardia.yaml"


def as_json(result: Result) -> list[dict[str, Any]]:
    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in result.stdout.splitlines()]


def pings() -> Result:
    result = typed("probe", "127.0.0.1")
    if "no_permission" in result.stdout:
        pytest.skip("no ICMP socket here: NOT TESTED")
    return result


def test_a_ping_that_is_answered() -> None:
    result = pings()
    assert result.exit_code == 0
    assert result.stdout.startswith("127.0.0.1#icmp answered (127.0.0.1) in ")
    assert "5 of 5 packets came back, 0% lost" in result.stdout


def test_a_ping_as_json() -> None:
    pings()
    [line] = as_json(typed("probe", "--json", "127.0.0.1"))
    assert (line["probe"], line["kind"], line["success"]) == ("127.0.0.1#icmp", "icmp", True)
    assert line["echo"]["received"] == 5
    assert (line["http"], line["power"], line["reason"], line["meaning"]) == (None,) * 4


def test_a_connection_that_is_refused() -> None:
    place = f"127.0.0.1:{free_port()}"
    result = typed("probe", place)
    assert result.exit_code == 1
    assert f"{place}#tcp failed: refused (127.0.0.1)" in result.stdout
    assert "nothing listens on that port: link and power are up" in result.stdout
    [line] = as_json(typed("probe", "--json", place))
    assert line["reason"] == "refused"
    assert line["meaning"].startswith("The device answers")


def test_a_url_that_answers(server: str) -> None:
    result = typed("probe", f"http://{server}/health")
    assert result.exit_code == 0
    assert "#http answered (127.0.0.1) in " in result.stdout
    assert "status 200, 12 bytes" in result.stdout
    assert "processing " in result.stdout


def test_a_url_that_answers_with_an_error(server: str) -> None:
    result = typed("probe", f"http://{server}/error")
    assert result.exit_code == 1
    assert "failed: status" in result.stdout
    assert "look at the service and its log" in result.stdout
    [line] = as_json(typed("probe", "--json", f"http://{server}/error"))
    assert line["http"]["status"] == 500


def test_a_certificate_of_an_unknown_authority() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with served(web.Application(), context) as place:
        result = typed("probe", f"https://{place}/")
        assert result.exit_code == 1
        assert "failed: tls_failed" in result.stdout
        assert "certificate of an unknown authority" in result.stdout
        assert "`tls: {ca_file: …}`" in result.stdout
        [line] = as_json(typed("probe", "--json", f"https://{place}/"))
        assert line["http"]["certificate_expires_at"].endswith("Z")


def test_a_name_that_does_not_exist() -> None:
    result = typed("probe", "no-such-host.invalid")
    assert result.exit_code == 1
    reason = result.stdout.split()[2]
    assert reason in ("resolve_failed", "resolver_unavailable")  # without a network: the latter


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://user:word@127.0.0.1/", "a URL here holds no user or password"),
        ("127.0.0.1:99999", "a port from 1 to 65535"),
        ("not a host", "a host is a name or an IP address"),
    ],
)
def test_a_target_that_cannot_be_asked(target: str, said: str) -> None:
    result = typed("probe", target)
    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.usefixtures("config")
def test_a_site_is_asked_as_a_whole_and_summed_up() -> None:
    result = typed("probe", "cs-maneadero")
    assert result.exit_code == 1
    assert "cs-maneadero/link/cfe#http answered" in result.stdout
    assert "cs-maneadero/service/expediente#http failed: status" in result.stdout
    _, _, conclusion = result.stdout.partition("Centro de Salud [Maneadero]\n")
    assert "2 asked, 1 answered." in conclusion
    assert "expediente does not answer: look at the service itself." in conclusion
    lines = as_json(typed("probe", "--json", "cs-maneadero"))
    assert [line["component"] for line in lines] == [
        "cs-maneadero/link/cfe", "cs-maneadero/service/expediente",
    ]  # fmt: skip


def test_a_component_is_asked_by_itself(config: Path) -> None:
    result = typed("probe", "-c", str(config), "cs-maneadero/link/cfe")
    assert result.exit_code == 0
    assert "Maneadero" not in result.stdout
    nothing = typed("probe", "cs-maneadero/area/farmacia")
    assert nothing.exit_code == 1
    assert "has no probes; give it some in the site list" in nothing.stderr


@pytest.mark.usefixtures("config")
def test_a_misspelt_site_is_guessed() -> None:
    result = typed("probe", "cs-maneadro/link/cfe")
    assert result.exit_code == 1
    assert "has no cs-maneadro/link/cfe; did you mean cs-maneadero/link/cfe?" in result.stderr
    assert "did you mean cs-maneadero?" in typed("probe", "cs-maneadro").stdout


def test_an_address_is_asked_whatever_the_settings_are(config: Path, server: str) -> None:
    config.write_text("listn: 1\n", encoding="utf-8")
    assert typed("probe", f"http://{server}/health").exit_code == 0
    result = typed("probe", "cs-maneadero")
    assert result.exit_code == 1
    assert "cannot look up cs-maneadero" in result.stderr
    assert "did you mean `listen`?" in result.stderr
    assert typed("probe", "-c", "gone.yaml", f"http://{server}/health").exit_code == 1


@pytest.fixture
def silent() -> Iterator[str]:
    """A port whose queue is full: the connection request is dropped."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        place = listening.getsockname()
        for one in (first, second):
            one.setblocking(False)
            one.connect_ex(place)
        yield f"{place[0]}:{place[1]}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a connection as long as a test may."""
    whole = command._settings_of
    monkeypatch.setattr(
        command, "_settings_of", lambda target: whole(target).model_copy(update={"timeout": 0.2})
    )


@pytest.mark.usefixtures("quick")
def test_what_does_not_reply_is_traced(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hops = [Hop(1, "10.0.0.1", 0.0012), Hop(2, None, None)]
    asked: list[str] = []

    def trace(target: str) -> Iterator[Hop]:
        asked.append(target)
        yield from hops

    monkeypatch.setattr(command, "trace", trace)
    result = typed("probe", silent)
    assert result.exit_code == 1
    assert "failed: connect_timeout" in result.stdout
    assert "  hop  1  10.0.0.1  1.2 ms\n  hop  2  *  no answer\n" in result.stdout
    assert "The last that answers is 10.0.0.1, hop 1" in result.stdout
    assert asked == ["127.0.0.1"]
    assert "hop" not in typed("probe", "--no-trace", silent).stdout
    assert "route" not in as_json(typed("probe", "--json", silent))[0]
    [line] = as_json(typed("probe", "--json", "--trace", silent))
    assert line["route"][1] == {"distance": 2, "address": None, "rtt_s": None}


@pytest.mark.usefixtures("quick")
def test_a_trace_that_is_not_permitted_is_told_only_if_asked_for(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_target: str) -> Iterator[Hop]:
        raise TraceError("a trace needs CAP_NET_RAW (run as root)")

    monkeypatch.setattr(command, "trace", refuse)
    assert typed("probe", silent).stderr == ""
    assert "no trace: a trace needs CAP_NET_RAW" in typed("probe", "--trace", silent).stderr
    result = typed("probe", "--json", "--trace", silent)
    assert as_json(result)[0]["route"] == []
    assert "CAP_NET_RAW" in result.stderr
