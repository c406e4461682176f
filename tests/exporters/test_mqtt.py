"""MQTT against a real mosquitto."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import trustme

from config.settings import MqttSettings
from exporters.mqtt import MqttExporter
from monitor.events import StateEvent
from monitor.normalize import probe_event
from monitor.vocabulary import State
from tests.exporters.incident import closed, opened
from tests.exporters.watched import USUAL, FixedRegistry, fleet, ran, state
from tests.servers.mosquitto import Mosquitto
from tests.servers.program import free_port
from tests.servers.proxy import Proxy
from tests.telemetry import RecordingTelemetry

pytestmark = pytest.mark.e2e  # a real broker, real time

BASE = "guardia/v1/noc-1"
STATUS = f"{BASE}/status"
LINK = f"{BASE}/site/cs-maneadero/link/cfe/state"
UCI = f"{BASE}/site/hg-ensenada/area/uci/state"
INCIDENT = f"{BASE}/incident/INC-1"
WATCHED = fleet()
LINK_DOWN = state(WATCHED, "cs-maneadero/link/cfe", State.DOWN)
LINK_UP = state(WATCHED, "cs-maneadero/link/cfe", State.UP)
UCI_DOWN = state(WATCHED, "hg-ensenada/area/uci", State.DOWN)


class HastyClock:
    """A hundred seconds pass in one: back-off waits are short, servers are real."""

    def monotonic(self) -> float:
        return time.monotonic() * 100

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds / 100):
                await event.wait()


class WatchedTelemetry(RecordingTelemetry):
    """Telemetry that a test can wait on."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Event()

    def exporter_up(self, exporter: str, *, is_up: bool) -> None:
        super().exporter_up(exporter, is_up=is_up)
        self._changed.set()

    def delivery_failed(self, exporter: str) -> None:
        super().delivery_failed(exporter)
        self._changed.set()

    async def until(self, wanted: Callable[[RecordingTelemetry], bool]) -> None:
        async with asyncio.timeout(10):
            while not wanted(self):
                self._changed.clear()
                await self._changed.wait()

    async def until_up(self) -> None:
        await self.until(lambda seen: seen.up.get("mqtt", False))

    async def until_failures(self, count: int) -> None:
        await self.until(lambda seen: seen.failures["mqtt"] >= count)


@dataclass
class Told:
    """An exporter with what it reads and reports to."""

    settings: MqttSettings
    registry: FixedRegistry = field(default_factory=lambda: FixedRegistry(WATCHED))
    telemetry: WatchedTelemetry = field(default_factory=WatchedTelemetry)

    def __post_init__(self) -> None:
        self.exporter = MqttExporter(self.settings, self.registry, self.telemetry, HastyClock())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.exporter.run(), name="mqtt")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def settings(port: int, **more: Any) -> MqttSettings:  # noqa: ANN401
    return MqttSettings.model_validate({"host": "127.0.0.1", "port": port} | more)


class Ear:
    """A subscriber to everything: what is retained now, and all that came since."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.heard: list[tuple[str, bytes]] = []
        self.retained: set[str] = set()

    @property
    def last(self) -> dict[str, bytes]:
        return dict(self.heard)

    async def until(self, wanted: Callable[[dict[str, bytes]], bool]) -> None:
        async with asyncio.timeout(10):
            while not wanted(self.last):
                message = await anext(self._client.messages)
                topic, payload = message.topic.value, message.payload
                assert isinstance(payload, bytes)
                self.heard.append((topic, payload))
                if message.retain:
                    self.retained.add(topic)

    async def until_said(self, topic: str, payload: bytes) -> None:
        await self.until(lambda last: last.get(topic) == payload)


@asynccontextmanager
async def listening(broker: Mosquitto, **login: str) -> AsyncIterator[Ear]:
    async with aiomqtt.Client(broker.host, broker.port, **login) as client:  # type: ignore[arg-type]
        await client.subscribe("#", qos=1)
        yield Ear(client)


async def retained(broker: Mosquitto) -> dict[str, bytes]:
    """Return what a newcomer is given: a marker of our own comes after all that is retained."""
    async with aiomqtt.Client(broker.host, broker.port) as client:
        await client.subscribe("#", qos=1)
        await client.publish("marker", b"x", qos=1)
        ear = Ear(client)
        await ear.until_said("marker", b"x")
        return {topic: payload for topic, payload in ear.last.items() if topic != "marker"}


async def plant(broker: Mosquitto, *topics: str) -> None:
    """Leave retained messages, as an earlier life of the daemon would."""
    async with aiomqtt.Client(broker.host, broker.port) as client:
        for topic in topics:
            await client.publish(topic, b"old", qos=1, retain=True)


async def until(wanted: Callable[[], bool]) -> None:
    """Wait for what nothing announces."""
    async with asyncio.timeout(5):
        while True:
            if wanted():
                return
            await asyncio.sleep(0.01)


def parsed(payload: bytes) -> StateEvent:
    return StateEvent.model_validate_json(payload)


async def test_a_newcomer_reads_the_present_from_retained_messages(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker:
        told = Told(settings(broker.port))
        told.registry.known = [UCI_DOWN]
        told.registry.told = [opened(), closed(opened("INC-0"))]
        told.exporter.offer(LINK_UP)
        async with told.running():
            await told.telemetry.until_up()
            seen = await retained(broker)
    assert seen[STATUS] == b"online"
    assert parsed(seen[LINK]) == LINK_UP
    assert parsed(seen[UCI]) == UCI_DOWN
    assert seen[INCIDENT] == opened().to_json().encode()
    assert f"{BASE}/incident/INC-0" not in seen


async def test_online_comes_after_the_states_it_vouches_for(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker, listening(broker) as ear:
        told = Told(settings(broker.port))
        told.exporter.offer(LINK_UP)
        told.exporter.offer(UCI_DOWN)
        async with told.running():
            await ear.until_said(STATUS, b"online")
    order = [topic for topic, _ in ear.heard]
    assert order.index(STATUS) > max(order.index(LINK), order.index(UCI))


async def test_a_clean_stop_says_offline(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker:
        told = Told(settings(broker.port))
        async with listening(broker) as ear:
            async with told.running():
                await told.telemetry.until_up()
            await ear.until_said(STATUS, b"offline")
        assert (await retained(broker))[STATUS] == b"offline"
    assert told.telemetry.up["mqtt"] is False


async def test_a_daemon_that_dies_is_declared_offline_by_its_last_will(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker, Proxy(broker.port) as proxy:
        told = Told(settings(proxy.port))
        async with listening(broker) as ear, told.running():
            await ear.until_said(STATUS, b"online")
            proxy.cut()
            await ear.until_said(STATUS, b"offline")
            await ear.until_said(STATUS, b"online")  # and it comes back by itself


async def test_a_reconnect_that_overtakes_its_dead_predecessor_stays_online(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker, Proxy(broker.port) as proxy:
        first, second = Told(settings(proxy.port)), Told(settings(broker.port))
        async with listening(broker) as ear, first.running():
            await ear.until_said(STATUS, b"online")
            proxy.swallow()  # the broker has not noticed yet that the first is gone
            async with second.running():
                await ear.until_said(STATUS, b"offline")
                await ear.until_said(STATUS, b"online")
                assert (await retained(broker))[STATUS] == b"online"


async def test_everything_is_told_again_to_a_broker_that_forgot(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker:
        told = Told(settings(broker.port))
        told.exporter.offer(LINK_DOWN)
        told.exporter.offer(opened())
        async with told.running():
            await told.telemetry.until_up()
            await broker.kill()
            await told.telemetry.until(lambda seen: not seen.up["mqtt"])
            told.exporter.offer(LINK_UP)
            await broker.start()
            await told.telemetry.until_up()
            seen = await retained(broker)
    assert parsed(seen[LINK]) == LINK_UP
    assert INCIDENT in seen
    assert seen[STATUS] == b"online"


async def test_an_absent_broker_never_holds_up_an_event_and_loses_no_incident(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Mosquitto(tmp_path)
    told = Told(settings(broker.port))
    try:
        async with told.running():
            began_s = time.monotonic()
            for event in (LINK_UP, LINK_DOWN) * 500:
                told.exporter.offer(event)
            told.exporter.offer(opened())
            told.exporter.offer(closed(opened()))
            assert time.monotonic() - began_s < 1
            await told.telemetry.until_failures(3)
            assert told.telemetry.queues["mqtt"] == 2, "one entry per topic"
            await broker.start()
            async with listening(broker) as ear:
                await told.telemetry.until_up()
                await ear.until(lambda last: last.get(INCIDENT) == b"")
            assert INCIDENT not in await retained(broker)
    finally:
        await broker.stop()
    troubles = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(troubles) == 1, "told once, not for each attempt"
    assert f"broker 127.0.0.1:{broker.port}" in troubles[0]
    assert told.telemetry.drops["mqtt"] == 0


async def test_the_end_of_an_incident_that_nobody_heard_of_is_told_when_the_broker_is_back(
    tmp_path: Path,
) -> None:
    async with Mosquitto(tmp_path) as broker, Proxy(broker.port) as proxy:
        told = Told(settings(proxy.port))
        async with listening(broker) as ear, told.running():
            await told.telemetry.until_up()
            proxy.swallow()
            told.exporter.offer(opened())
            told.exporter.offer(closed(opened()))
            proxy.cut()
            proxy.forward()
            await ear.until(lambda last: last.get(INCIDENT) == b"")
    ends = [payload for topic, payload in ear.heard if topic == INCIDENT and payload]
    assert ends[-1] == closed(opened()).to_json().encode()


async def test_stopping_in_the_instant_in_which_the_broker_dies_still_stops(
    tmp_path: Path,
) -> None:
    async with Mosquitto(tmp_path) as broker:
        for _ in range(5):
            told = Told(settings(broker.port))
            async with told.running():
                await told.telemetry.until_up()
                await broker.kill()
            await broker.start()


async def test_an_incident_is_retained_while_open_told_closed_and_then_cleared(
    tmp_path: Path,
) -> None:
    async with Mosquitto(tmp_path) as broker, listening(broker) as ear:
        told = Told(settings(broker.port))
        async with told.running():
            await ear.until_said(STATUS, b"online")
            told.exporter.offer(opened())
            await ear.until(lambda last: INCIDENT in last)
            assert INCIDENT in await retained(broker)
            told.exporter.offer(closed(opened()))
            await ear.until_said(INCIDENT, b"")
            assert INCIDENT not in await retained(broker)
    said = [payload for topic, payload in ear.heard if topic == INCIDENT]
    assert said == [opened().to_json().encode(), closed(opened()).to_json().encode(), b""]
    assert [hop for hop, _ in told.telemetry.deliveries] == ["mqtt", "mqtt"]


async def test_what_an_earlier_life_left_behind_is_cleared_and_nothing_else(
    tmp_path: Path,
) -> None:
    old_incident, old_site = f"{BASE}/incident/INC-0", f"{BASE}/site/closed-clinic/state"
    old_link = f"{BASE}/site/closed-clinic/link/cfe/state"
    neighbour = "guardia/v1/noc-2/incident/INC-7"
    async with Mosquitto(tmp_path) as broker:
        await plant(broker, old_incident, old_site, old_link, INCIDENT, UCI, neighbour)
        told = Told(settings(broker.port))
        told.registry.told = [opened()]
        async with listening(broker) as ear, told.running():
            gone = {old_incident, old_site, old_link}
            await ear.until(lambda last: all(last.get(topic) == b"" for topic in gone))
            await ear.until_said(STATUS, b"online")
            seen = await retained(broker)
    assert not gone & seen.keys()
    assert seen[neighbour] == b"old"
    assert seen[UCI] == b"old", "a site that is watched keeps its last state until the next"
    assert seen[INCIDENT] == opened().to_json().encode()


async def test_a_site_retired_by_a_reload_is_cleared(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker:
        told = Told(settings(broker.port))
        told.exporter.offer(LINK_UP)
        told.exporter.offer(UCI_DOWN)
        async with listening(broker) as ear, told.running():
            await ear.until_said(STATUS, b"online")
            told.exporter.reload(fleet(USUAL))
            await ear.until_said(UCI, b"")
            seen = await retained(broker)
    assert UCI not in seen
    assert LINK in seen


async def test_a_reload_moves_to_another_broker_and_says_goodbye_to_the_first(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    async with Mosquitto(tmp_path / "one") as one, Mosquitto(tmp_path / "two") as two:
        told = Told(settings(one.port))
        told.exporter.offer(LINK_UP)
        async with listening(one) as first, listening(two) as second, told.running():
            await first.until_said(STATUS, b"online")
            moved = {"mqtt": settings(two.port).model_dump()}
            told.exporter.reload(fleet(exporters=moved))
            await first.until_said(STATUS, b"offline")
            await second.until_said(STATUS, b"online")
    assert LINK in second.last


async def test_a_refused_password_is_told_once_with_what_to_check(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Mosquitto(tmp_path, users={"guardia": "right"}) as broker:
        told = Told(settings(broker.port, username="guardia", password="wrong"))
        async with told.running():
            await told.telemetry.until_failures(3)
            corrected = settings(broker.port, username="guardia", password="right").model_dump()
            told.exporter.reload(fleet(exporters={"mqtt": corrected}))
            await told.telemetry.until_up()
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "user `guardia`" in errors[0]
    assert "check exporters.mqtt.username and password" in errors[0]
    assert "wrong" not in caplog.text


@pytest.mark.parametrize(
    "acl",
    [
        pytest.param("user guardia\ntopic write guardia/v1/noc-1/#\n", id="may not read"),
        pytest.param("user guardia\ntopic read guardia/v1/noc-1/#\n", id="may not write"),
    ],
)
async def test_a_broker_that_forbids_half_of_it_is_used_and_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, acl: str
) -> None:
    users = {"guardia": "s3cret"}
    async with Mosquitto(tmp_path, users=users, acl=acl) as broker, Proxy(broker.port) as proxy:
        told = Told(settings(proxy.port, username="guardia", password="s3cret"))
        told.exporter.offer(LINK_UP)
        async with told.running():
            await told.telemetry.until_up()
            await until(lambda: "what we publish does not come back" in caplog.text)
            proxy.cut()
            await told.telemetry.until_failures(1)
            await told.telemetry.until_up()
    told_of = [record for record in caplog.records if "does not come back" in record.getMessage()]
    assert len(told_of) == 1
    assert "allow user `guardia` to read and write guardia/v1/noc-1/#" in caplog.text


async def test_a_broker_that_refuses_the_subscription_is_used_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    users = {"guardia": "s3cret"}
    acl = "user guardia\ntopic readwrite guardia/v1/noc-1/#\ntopic deny guardia/v1/noc-1/site/#\n"
    async with Mosquitto(tmp_path, users=users, acl=acl) as broker:
        told = Told(settings(broker.port, username="guardia", password="s3cret"))
        told.exporter.offer(LINK_UP)
        async with told.running():
            await told.telemetry.until_up()
    assert told.telemetry.failures["mqtt"] == 0


async def test_a_black_holed_broker_is_noticed_and_left(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path) as broker, Proxy(broker.port) as proxy:
        told = Told(settings(proxy.port, keepalive="1s"))
        async with told.running():
            await told.telemetry.until_up()
            proxy.swallow()
            await told.telemetry.until_failures(1)
            assert told.telemetry.up["mqtt"] is False
            proxy.cut()
            proxy.forward()
            await told.telemetry.until_up()


async def test_stopping_while_a_broker_does_not_answer_takes_less_than_a_second(
    tmp_path: Path,
) -> None:
    async with Mosquitto(tmp_path) as broker, Proxy(broker.port) as proxy:
        proxy.swallow()
        told = Told(settings(proxy.port))
        async with told.running():
            await until(lambda: proxy.accepted > 0)
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 1


async def test_probe_events_are_told_only_when_asked_for_and_not_retained(tmp_path: Path) -> None:
    run = ran("cs-maneadero/link/cfe", "icmp")
    topic = f"{BASE}/probe/cs-maneadero/link/cfe"
    async with Mosquitto(tmp_path) as broker, listening(broker) as ear:
        quiet = Told(settings(broker.port))
        quiet.exporter.observe(run)
        async with quiet.running():
            await ear.until_said(STATUS, b"online")
        await ear.until_said(STATUS, b"offline")
        assert topic not in ear.last
        talkative = Told(settings(broker.port, probes=True))
        talkative.exporter.observe(run)
        async with talkative.running():
            await ear.until_said(topic, probe_event(run).to_json().encode())
            assert topic not in await retained(broker)


def test_probe_events_beyond_the_queue_are_dropped_and_counted() -> None:
    told = Told(settings(1, probes=True))
    for _ in range(1005):
        told.exporter.observe(ran("cs-maneadero/link/cfe", "icmp"))
    assert told.telemetry.drops["mqtt"] == 5
    assert told.telemetry.queues["mqtt"] == 1000


async def test_the_certificate_of_the_broker_is_verified_under_the_name_given(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("broker.example.mx")
    ca_file, cert_file, key_file = (tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(ca_file)
    certificate.cert_chain_pems[0].write_to_path(cert_file)
    certificate.private_key_pem.write_to_path(key_file)
    trusting = {"ca_file": str(ca_file), "server_name": "broker.example.mx"}
    async with Mosquitto(tmp_path, tls=(cert_file, key_file)) as broker:
        wrong_name = Told(settings(broker.port, tls={"ca_file": str(ca_file)}))
        async with wrong_name.running():
            await wrong_name.telemetry.until_failures(1)
        assert "certificate verify failed" in caplog.text
        right = Told(settings(broker.port, tls=trusting))
        async with right.running():
            await right.telemetry.until_up()
        careless = Told(settings(broker.port, tls={"verify": False}))
        async with careless.running():
            await careless.telemetry.until_up()


async def test_a_missing_certificate_file_or_an_impossible_host_is_a_trouble_and_no_crash(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told(settings(free_port(), tls={"ca_file": str(tmp_path / "none.pem")}))
    async with told.running():
        await told.telemetry.until_failures(1)
        assert "cannot use the certificates in" in caplog.text
        told.exporter.reload(fleet(exporters={"mqtt": {"host": "a..b"}}))
        await told.telemetry.until_failures(3)
    assert "broker a..b:1883" in caplog.text
