"""One connection to a broker: made, said goodbye to, and its failures put into words."""

import asyncio
import logging
import math
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiomqtt

from config.settings import MqttSettings
from exporters.tls import NamedContext, context_of

WINDOW = 50
"""Publications in flight: 50 per round trip, and no more than paho-mqtt is asked to hold."""
ANSWER_TIMEOUT_S = 10.0
GOODBYE_S = 0.4
ONLINE, OFFLINE = b"online", b"offline"

_MAX_INCOMING = 10_000
_BAD_CREDENTIALS = frozenset({134, 135})  # CONNACK 4 and 5 of MQTT 3.1.1, as MQTT 5 counts them
_BAD_CLIENT_ID = 133

# aiomqtt and paho-mqtt log what they also raise; we tell it once, in our own words.
_SILENT = logging.getLogger("guardia.mqtt.library")
_SILENT.setLevel(logging.CRITICAL + 1)


class BrokerLostError(Exception):
    """The connection could not be made or is gone. `level` is how loudly to say so."""

    def __init__(self, text: str, level: int = logging.WARNING) -> None:
        super().__init__(text)
        self.level = level


@asynccontextmanager
async def connection(
    settings: MqttSettings, client_id: str, status_topic: str
) -> AsyncIterator[aiomqtt.Client]:
    """Connect, and on the way out say `offline` and disconnect, within a second.

    The client id is always the same: a broker then drops our half-open former connection, and
    publishes its last will, before this one says `online` and not a minute later.

    Raises:
        BrokerLostError: no connection; the text names the broker and, where known, the fix.

    """
    client = await _connected(settings, client_id, status_topic)
    try:
        yield client
    finally:
        # A broker that is gone cannot be told; our last will tells it to the others.
        with suppress(aiomqtt.MqttError):
            async with answer_within(GOODBYE_S):
                await client.publish(status_topic, OFFLINE, qos=1, retain=True)
        await _leave(client)


@asynccontextmanager
async def answer_within(seconds: float = ANSWER_TIMEOUT_S) -> AsyncIterator[None]:
    """Bound what is awaited inside.

    aiomqtt's own timeout is `asyncio.wait_for`, which before Python 3.12 forgets a cancellation
    that comes in the same turn as the answer: the daemon would then not stop.

    Raises:
        aiomqtt.MqttError: the time is over.

    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise aiomqtt.MqttError(f"no answer within {seconds:g} s") from error


async def _leave(client: aiomqtt.Client) -> None:
    """Disconnect and close the socket, whatever state it is in."""
    with suppress(aiomqtt.MqttError):  # it was closed, only not acknowledged
        async with answer_within(GOODBYE_S):
            await client.__aexit__(None, None, None)


async def _connected(settings: MqttSettings, client_id: str, status_topic: str) -> aiomqtt.Client:
    try:
        tls = None if settings.tls is None else await asyncio.to_thread(context_of, settings.tls)
        client = aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.username,
            password=settings.password.get_secret_value() if settings.password else None,
            identifier=client_id,
            will=aiomqtt.Will(status_topic, OFFLINE, qos=1, retain=True),
            keepalive=min(max(1, round(settings.keepalive)), 65_535),
            timeout=math.inf,  # we bound each call ourselves, see answer_within
            tls_context=tls,
            max_inflight_messages=WINDOW,
            max_queued_incoming_messages=_MAX_INCOMING,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            logger=_SILENT,
        )
        client.pending_calls_threshold = WINDOW
        return await _entered(client, tls)
    except (aiomqtt.MqttError, ValueError) as error:  # ValueError: certificates, or a host
        raise lost(error, settings) from error


async def _entered(client: aiomqtt.Client, tls: NamedContext | None) -> aiomqtt.Client:
    try:
        async with answer_within():
            return await client.__aenter__()
    except BaseException:  # aiomqtt leaves its socket open when the answer fails to come
        await _leave(client)
        if tls is not None:
            tls.give_up()
        raise


def lost(error: BaseException, settings: MqttSettings) -> BrokerLostError:
    """Put a failure into words, with the fix where there is one."""
    place = f"broker {settings.host}:{settings.port}"
    code = getattr(getattr(error, "rc", None), "value", None)
    if code in _BAD_CREDENTIALS:
        who = f"user `{settings.username}`" if settings.username else "a client without a user"
        fix = "check exporters.mqtt.username and password"
        return BrokerLostError(f"{place} refuses {who}: {error}; {fix}", logging.ERROR)
    if code == _BAD_CLIENT_ID:
        fix = "set exporters.mqtt.client_id"
        return BrokerLostError(f"{place} refuses our client id: {error}; {fix}", logging.ERROR)
    why = error.__cause__ if isinstance(error.__cause__, aiomqtt.MqttError) else error
    return BrokerLostError(f"{place}: {why}")
