"""The power probe against endpoints good, careless and hostile."""

import asyncio
import json
import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from config.probe import PowerSettings
from probes.failure import Failure
from probes.http import HttpProber
from probes.json_strict import NotJsonError, parse_json
from probes.power import PowerProber, believe
from probes.power_document import read_document
from probes.reading import Battery, Mains, Reading, Reason, UnitState
from tests.probes.http_servers import LOGIN_PAGE, Caller, Script, serving

ON_BOTH_LOOPS = True

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GUIDE = Path(__file__).parents[2] / "docs" / "power-endpoint.md"
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "power-status.schema.json"


def document(**changes: object) -> dict[str, Any]:
    return {
        "schema": "power-status/1",
        "observed_at": "2026-11-21T08:59:50Z",
        "mains": "absent",
        "load_source": "ups_battery",
        "ups": [
            {
                "id": "ups-uci",
                "state": "on_battery",
                "battery": "low",
                "charge_ratio": 0.2,
                "runtime_seconds": 240,
                "on_battery_seconds": 600,
                "load_ratio": 0.4,
                "alarms": ["On battery"],
            }
        ],
        "alarms": ["Door open"],
    } | changes


async def ask_with(script: Script, **changes: object) -> Reading:
    async with HttpProber() as http, serving(script) as server:
        asked = PowerSettings.model_validate({"url": server.url, "timeout": 10.0} | changes)
        return await PowerProber(http).read(asked, interval_s=15.0, now=lambda: NOW)


async def ask(body: bytes | dict[str, Any], *headers: str, **changes: object) -> Reading:
    written = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def script(caller: Caller) -> None:
        await caller.answer(written, "200 OK", *headers)

    return await ask_with(script, **changes)


async def test_a_good_document_becomes_figures_of_the_unit() -> None:
    reading = await ask(document(), unit="ups-uci")

    assert reading.success, reading
    power = reading.power
    assert power is not None
    assert (power.unit, power.mains, power.state) == (
        "ups-uci",
        Mains.ABSENT,
        UnitState.ON_BATTERY,
    )
    assert (power.battery, power.charge_ratio, power.runtime_s) == (Battery.LOW, 0.2, 240)
    assert (power.on_battery_s, power.load_ratio, power.fuel_ratio) == (600, 0.4, None)
    assert power.alarms == ("On battery", "Door open")
    assert power.age_s == 10
    assert power.measured_at == NOW - timedelta(seconds=10)
    assert reading.http is not None
    assert reading.http.status == 200


@pytest.mark.parametrize(
    ("body", "reason", "said"),
    [
        (LOGIN_PAGE, Reason.NOT_JSON, "an HTML page (login form?)"),
        (b"", Reason.NOT_JSON, "an empty body"),
        (b"\x00\x01\x02garbage", Reason.NOT_JSON, "binary data"),
        (b"OL CHRG\n", Reason.NOT_JSON, "line 1 column 1"),
        (b"[" * 60_000, Reason.NOT_JSON, "nested deeper than 32 levels"),
        (b'{"mains": NaN}', Reason.NOT_JSON, "NaN is not JSON"),
        (b'{"mains": "absent", "mains": "present"}', Reason.NOT_JSON, "'mains' appears twice"),
        (b"[]", Reason.BAD_DOCUMENT, "the document: "),
        (b"{}", Reason.BAD_DOCUMENT, "schema: missing (and 2 more)"),
        (b"x" * 70_000, Reason.BODY_TOO_LARGE, "70000 bytes announced"),
    ],
)
async def test_no_document_is_told_from_a_bad_one(body: bytes, reason: Reason, said: str) -> None:
    reading = await ask(body)

    assert (reading.reason, said in reading.detail) == (reason, True), reading
    assert reading.power is None


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        (
            {"observed_at": "2026-11-21T08:59:00Z"},
            Reason.STALE,
            "measured 60 s ago, at 2026-11-21 08:59:00 UTC; 45s are allowed",
        ),
        ({"observed_at": "1970-01-01T00:00:00Z"}, Reason.STALE, "days ago"),
        (
            {"observed_at": "2026-11-21T03:01:01.5-06:00"},
            Reason.FROM_THE_FUTURE,
            "measured 62 s from now",
        ),
        ({"observed_at": "2099-01-01T00:00:00Z"}, Reason.FROM_THE_FUTURE, "days from now"),
        ({"load_source": "mains"}, Reason.IMPLAUSIBLE, "on mains, and mains are absent"),
    ],
)
async def test_a_document_that_is_not_believed_still_shows_its_figures(
    changes: dict[str, object], reason: Reason, said: str
) -> None:
    reading = await ask(document(**changes))

    assert (reading.reason, said in reading.detail) == (reason, True), reading
    assert not reading.success
    assert reading.power is not None
    assert reading.power.mains is Mains.ABSENT


async def test_a_slow_clock_is_recognized_by_the_date_header() -> None:
    old = document(observed_at="2026-11-21T06:00:00Z")

    agreeing = await ask(old, "Date: Sat, 21 Nov 2026 06:00:02 GMT")
    right = await ask(old, "Date: Sat, 21 Nov 2026 09:00:00 GMT")
    nonsense = await ask(old, "Date: yesterday")

    assert "its clock seems to be slow" in agreeing.detail
    assert "its clock" not in right.detail
    assert nonsense.reason is Reason.STALE


async def test_max_age_is_the_operators_or_three_intervals() -> None:
    old = document(observed_at="2026-11-21T08:58:00Z")

    assert (await ask(old, max_age="5m")).success
    assert (await ask(old)).reason is Reason.STALE


async def test_a_redirect_to_a_login_has_its_own_reason_and_is_not_followed() -> None:
    async def script(caller: Caller) -> None:
        await caller.answer(b"", "302 Found", "Location: /login.html")

    reading = await ask_with(script)

    assert reading.reason is Reason.REDIRECT
    assert "leads to /login.html" in reading.detail


async def test_one_byte_a_second_costs_the_deadline_and_no_more() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        for byte in json.dumps(document()).encode():
            await caller.send(bytes([byte]))
            await asyncio.sleep(1.0)

    reading = await ask_with(script, timeout=0.3)

    assert reading.reason is Reason.BODY_TIMEOUT
    assert reading.duration_s == pytest.approx(0.3, abs=0.5)


async def test_50_megabytes_of_document_are_not_read() -> None:
    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(50):
            await caller.send(b" " * 1_000_000)

    reading = await ask_with(script)

    assert reading.reason is Reason.BODY_TOO_LARGE


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_document_or_a_reason(body: bytes) -> None:
    with pytest.raises((Failure, NotJsonError)):
        read_document(parse_json(body))


@pytest.mark.heavy
@hypothesis_settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_document_never_raises_anything_else(data: st.DataObject) -> None:
    damaged = bytearray(json.dumps(document()).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.sampled_from(list(b'0129.-eE"{}[],: nulltrue\\xf7')))
    try:
        figures = believe(read_document(parse_json(bytes(damaged))), None, NOW, 45.0)
    except (Failure, NotJsonError):
        return
    assert figures.age_s >= 0


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_guide_are_what_it_says() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    examples = [json.loads(block) for block in blocks("json")]

    assert len(examples) == 4
    for example in examples:
        jsonschema.validate(example, schema)
        read = read_document(example)
        unit = "ups-1" if read.ups else None
        believe(read, unit, read.observed_at, 30.0)


@pytest.mark.heavy
async def test_the_server_of_the_guide_works() -> None:
    (source,) = blocks("python")
    defined: dict[str, Any] = {"__name__": "guide"}
    exec(compile(source, str(GUIDE), "exec"), defined)
    with ThreadingHTTPServer(("127.0.0.1", 0), defined["Power"]) as server:
        defined["Power"].log_message = lambda *_: None
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        async with HttpProber() as http:
            url = f"http://127.0.0.1:{server.server_address[1]}/"
            reading = await PowerProber(http).read(PowerSettings(url=url), interval_s=15.0)
        server.shutdown()
        thread.join()

    assert reading.success, reading
    assert reading.power is not None
    assert reading.power.state is UnitState.ONLINE


def test_the_guide_names_every_reason_of_a_power_document() -> None:
    guide = GUIDE.read_text("utf-8")

    for reason in ("not_json", "bad_document", "unknown_unit", "stale", "from_the_future"):
        assert f"`{Reason(reason)}`" in guide
