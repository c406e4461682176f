"""Tells an MQTT broker: states and open incidents as retained messages, and that we live."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiomqtt

from config.fleet import Fleet
from config.settings import MqttSettings
from exporters.backoff import Backoff
from exporters.mqtt_backlog import Backlog, Message
from exporters.mqtt_broker import ONLINE, WINDOW, BrokerLostError, answer_within, connection, lost
from exporters.mqtt_sweep import Sweep
from exporters.mqtt_topic import Topics
from monitor.events import AnyEvent, IncidentEvent, StateEvent
from monitor.normalize import probe_event
from monitor.ports import Clock, ProbeRun, Registry, Telemetry
from monitor.trouble import Trouble
from monitor.vocabulary import Phase

LOG = logging.getLogger(__name__)
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
STEADY_S = 60.0
"""A connection that held this long was a good one: the next wait is short again."""


class MqttExporter:
    """Keeps a broker level with what we believe, through every loss of the connection.

    `offer` files events in a `Backlog`, which is bounded and says what overflow does. After each
    connection everything is published anew, and then `online`: a subscriber that reads `online`
    reads current states. The first connection also sweeps up what an earlier life left behind.
    """

    name = "mqtt"

    def __init__(
        self, settings: MqttSettings, registry: Registry, telemetry: Telemetry, clock: Clock
    ) -> None:
        fleet = registry.fleet()
        vantage = fleet.settings.vantage
        self._settings = settings
        self._registry = registry
        self._telemetry = telemetry
        self._clock = clock
        self._vantage = vantage
        self._topics = Topics(vantage)
        self._watched = self._topics_of(fleet)
        self._backlog = Backlog()
        self._flying = 0
        self._work = asyncio.Event()
        self._moved = asyncio.Event()
        self._announced = asyncio.Event()
        self._sweep = Sweep(self._topics, clock)
        self._backoff = Backoff(FIRST_WAIT_S, LONGEST_WAIT_S)
        self._trouble = Trouble(LOG, "mqtt")
        self._acl_trouble = Trouble(LOG, "mqtt access")

    def offer(self, event: AnyEvent) -> None:
        """File one event. Never waits, whatever the broker does."""
        now_s = self._clock.monotonic()
        lost_count = 0
        if isinstance(event, StateEvent):
            self._backlog.keep(self._topics.of_state(event), event, now_s)
        else:
            lost_count = self._file_incident(event, now_s)
        self._filed(lost_count)

    def observe(self, run: ProbeRun) -> None:
        """File one run, if runs are to be told at all."""
        if self._settings.probes:
            event = probe_event(run)
            self._filed(self._backlog.pass_on(self._topics.of_probe(event), event))

    def reload(self, fleet: Fleet) -> None:
        """Clear the topics of what is watched no more; move if the broker's settings changed."""
        self._watched = self._topics_of(fleet)
        for topic in self._backlog.kept_states():
            if topic not in self._watched and not topic.startswith(self._topics.monitor):
                self._backlog.clear(topic, self._clock.monotonic())
        self._ring()
        settings = fleet.settings.exporters.mqtt
        if settings is not None and settings != self._settings:
            self._settings = settings
            self._moved.set()

    async def run(self) -> None:
        """Stay connected until cancelled; then say `offline`."""
        for state in self._registry.states():
            self.offer(state)
        for incident in self._registry.incidents():
            if incident.phase is not Phase.CLOSED:
                self.offer(incident)
        while True:
            began_s = self._clock.monotonic()
            await self._live()
            if self._clock.monotonic() - began_s >= STEADY_S:
                self._backoff.reset()
            await self._clock.sleep(self._backoff.failed())

    async def _live(self) -> None:
        """Live through one connection, or one failure to get it."""
        self._moved.clear()
        settings = self._settings
        client_id = settings.client_id or f"guardia-{self._vantage}"
        try:
            async with connection(settings, client_id, self._topics.status) as client:
                error = await self._session(client)
        except BrokerLostError as refused:
            error = refused
        finally:
            self._telemetry.exporter_up(self.name, is_up=False)
        self._note(error if isinstance(error, BrokerLostError) else lost(error, settings))

    async def _session(self, client: aiomqtt.Client) -> BaseException:
        """Work until the connection ends; return why.

        The tasks report here instead of failing, for before Python 3.13 a task group lets a
        child's error eclipse a cancellation: a broker that dies in the instant in which we are
        stopped would keep us running.
        """
        self._backlog.all_again()
        self._flying = 0
        self._announced.clear()
        ended: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        works = (self._listen, self._publish, self._end_sweep, self._until_moved)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_report(work, client, ended), name=f"mqtt:{work.__name__}")
                for work in works
            ]
            error = await ended
            for task in tasks:
                task.cancel()
        return error

    async def _publish(self, client: aiomqtt.Client) -> None:
        if not self._sweep.done:
            self._note_denied(await self._sweep.begin(client))
        async with asyncio.TaskGroup() as group:
            while True:
                self._work.clear()
                for message in self._backlog.take(WINDOW - self._flying):
                    self._flying += 1
                    group.create_task(self._publish_one(client, message), name="mqtt:message")
                if not self._flying and not self._announced.is_set():
                    await self._announce(client)
                await self._work.wait()

    async def _publish_one(self, client: aiomqtt.Client, message: Message) -> None:
        try:
            async with answer_within():
                await client.publish(message.topic, message.payload, qos=1, retain=message.retain)
        except BaseException:  # cancelled too: what was not confirmed is not lost
            self._backlog.failed(message)
            raise
        finally:
            self._flying -= 1
        entry = message.entry
        if self._backlog.sent(message) and entry and isinstance(entry.event, IncidentEvent):
            self._telemetry.delivered(self.name, self._clock.monotonic() - entry.since_s)
        self._ring()

    async def _announce(self, client: aiomqtt.Client) -> None:
        """Say `online`, now that all else is told."""
        async with answer_within():
            await client.publish(self._topics.status, ONLINE, qos=1, retain=True)
        self._announced.set()
        self._telemetry.exporter_up(self.name, is_up=True)
        if not self._trouble.over():
            LOG.info("connected broker=%s:%d", self._settings.host, self._settings.port)

    async def _listen(self, client: aiomqtt.Client) -> None:
        """Hear what the broker retains; notice, by its exception, when the connection ends."""
        async for message in client.messages:
            topic = self._sweep.hear(message)
            if topic and topic not in self._backlog and topic not in self._watched:
                self._backlog.clear(topic, self._clock.monotonic())
                self._ring()

    async def _end_sweep(self, client: aiomqtt.Client) -> None:
        await self._announced.wait()
        if not self._sweep.done:
            self._note_denied(await self._sweep.end(client))

    async def _until_moved(self, _client: aiomqtt.Client) -> None:
        await self._moved.wait()
        raise BrokerLostError("the settings of the broker changed", logging.INFO)

    def _file_incident(self, event: IncidentEvent, now_s: float) -> int:
        topic = self._topics.of_incident(event)
        if event.phase is Phase.CLOSED:
            return self._backlog.close(topic, event, now_s)
        self._backlog.keep(topic, event, now_s)
        return 0

    def _topics_of(self, fleet: Fleet) -> frozenset[str]:
        return frozenset(map(self._topics.of_component, fleet.components.values()))

    def _filed(self, lost_count: int) -> None:
        if lost_count:
            self._telemetry.dropped(self.name, lost_count)
        self._ring()

    def _ring(self) -> None:
        self._telemetry.queue_length(self.name, len(self._backlog))
        self._work.set()

    def _note(self, error: BrokerLostError) -> None:
        self._telemetry.delivery_failed(self.name)
        self._trouble.happened(str(error), error.level)

    def _note_denied(self, what: str) -> None:
        if what:
            fix = f"allow user `{self._settings.username}` to read and write {self._topics.base}/#"
            self._acl_trouble.happened(
                f"{what}: {fix}; until then topics of an earlier life may stay,"
                " and a write that the broker forbids goes unnoticed"
            )


async def _report(
    work: Callable[[aiomqtt.Client], Awaitable[None]],
    client: aiomqtt.Client,
    ended: asyncio.Future[BaseException],
) -> None:
    """Do it, and have the first failure of all end the session."""
    try:
        await work(client)
    except* (BrokerLostError, aiomqtt.MqttError) as group:
        if not ended.done():
            ended.set_result(_first(group))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
