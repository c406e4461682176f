"""Finds what an earlier life left on the broker, by reading our own topics once.

An incident that closed, or a site that was retired, while the daemon was stopped has a retained
message that nobody would ever clear. Reading also shows whether the broker takes what we write:
a publication that its access list forbids is acknowledged like any other.
"""

import asyncio

import aiomqtt

from exporters.mqtt_broker import ONLINE, answer_within
from exporters.mqtt_topic import Topics
from monitor.ports import Clock

ECHO_S = 10.0
_REFUSED = 128  # SUBACK (MQTT 3.1.1, 3.9.3)


class Sweep:
    """Once in the life of a daemon: `begin`, `hear` every message, `end`."""

    def __init__(self, topics: Topics, clock: Clock) -> None:
        self.done = False
        self._topics = topics
        self._clock = clock
        self._filters = (topics.status, f"{topics.incidents}/+", *topics.every_state)
        self._echo = asyncio.Event()

    async def begin(self, client: aiomqtt.Client) -> str:
        """Ask for everything retained; return what is wrong with the answer, or nothing."""
        self._echo.clear()
        async with answer_within():
            answers = await client.subscribe([(wanted, 1) for wanted in self._filters])
        refused = [
            wanted
            for wanted, answer in zip(self._filters, answers, strict=True)
            if _code(answer) >= _REFUSED
        ]
        return f"the broker refuses to let us read {', '.join(refused)}" if refused else ""

    def hear(self, message: aiomqtt.Message) -> str:
        """Return the topic if this was retained before we came, or nothing."""
        topic = message.topic.value
        if message.retain:
            return topic if message.payload and topic != self._topics.status else ""
        if topic == self._topics.status and message.payload == ONLINE:
            self._echo.set()
        return ""

    async def end(self, client: aiomqtt.Client) -> str:
        """Stop reading once our `online` has come back: all that was retained came before it.

        Returns what is wrong when it has not come back within `ECHO_S`, or nothing.
        """
        await self._clock.wait(self._echo, ECHO_S)
        async with answer_within():
            await client.unsubscribe(list(self._filters))
        self.done = True
        return "" if self._echo.is_set() else "what we publish does not come back to us"


def _code(answer: object) -> int:
    """Return the number of a SUBACK code: aiomqtt gives a number or an object with one."""
    value = getattr(answer, "value", answer)
    return value if isinstance(value, int) else 0
