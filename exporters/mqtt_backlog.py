"""What the broker should hold, and what it has yet to be told. No I/O: the exporter does that."""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from exporters.mqtt_message import wire
from monitor.events import IncidentEvent, ProbeEvent, StateEvent

MAX_PROBE_EVENTS = 1000
MAX_FAREWELLS = 1000


class Stage(Enum):
    """KEEP: retained for good. CLOSE: tell the end, then clear. CLEAR: take it off the broker."""

    KEEP = "keep"
    CLOSE = "close"
    CLEAR = "clear"


@dataclass(slots=True, eq=False)
class Entry:
    """What one retained topic should say. Only the newest matters, so a newer one replaces it."""

    stage: Stage
    event: StateEvent | IncidentEvent | None
    since_s: float
    told: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One publication. `entry` is None for a probe event, which is not retained."""

    topic: str
    payload: bytes
    entry: Entry | None
    probe: ProbeEvent | None = None

    @property
    def retain(self) -> bool:
        return self.entry is not None


class Backlog:
    """Level-triggered: one entry per topic, the newest wins, so the fleet bounds its size.

    Ends of incidents are events that must be told though their topic is going away: at most
    `MAX_FAREWELLS` wait, and beyond that the oldest topic is cleared without a word. Probe
    events are a plain queue of `MAX_PROBE_EVENTS` that loses its oldest.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._incidents_due: dict[str, None] = {}
        self._states_due: dict[str, None] = {}
        self._farewells: dict[str, None] = {}
        self._probes: deque[tuple[str, ProbeEvent]] = deque()

    def __len__(self) -> int:
        return len(self._incidents_due) + len(self._states_due) + len(self._probes)

    def __contains__(self, topic: str) -> bool:
        return topic in self._entries

    def kept_states(self) -> list[str]:
        """Return every topic of a state that should stay on the broker."""
        return [
            topic
            for topic, entry in self._entries.items()
            if entry.stage is Stage.KEEP and isinstance(entry.event, StateEvent)
        ]

    def keep(self, topic: str, event: StateEvent | IncidentEvent, now_s: float) -> None:
        """Have the broker retain this event."""
        self._put(topic, Entry(Stage.KEEP, event, now_s))

    def close(self, topic: str, event: IncidentEvent, now_s: float) -> int:
        """Tell the end of an incident, then clear its topic; return how many ends were lost."""
        self._put(topic, Entry(Stage.CLOSE, event, now_s))
        self._farewells[topic] = None
        if len(self._farewells) <= MAX_FAREWELLS:
            return 0
        self.clear(next(iter(self._farewells)), now_s)
        return 1

    def clear(self, topic: str, now_s: float) -> None:
        """Take a topic off the broker."""
        self._put(topic, Entry(Stage.CLEAR, None, now_s))

    def pass_on(self, topic: str, event: ProbeEvent) -> int:
        """Queue a probe event; return how many older ones were lost for it."""
        self._probes.append((topic, event))
        if len(self._probes) <= MAX_PROBE_EVENTS:
            return 0
        self._probes.popleft()
        return 1

    def all_again(self) -> None:
        """Tell everything anew: a broker that was away may have forgotten all."""
        for topic in self._entries:
            self._due(topic)[topic] = None

    def take(self, count: int) -> list[Message]:
        """Return the next to publish, each topic once: incidents, then states, then probes."""
        taken: list[Message] = []
        for due in (self._incidents_due, self._states_due):
            while due and len(taken) < count:
                topic = next(iter(due))
                del due[topic]
                entry = self._entries[topic]
                taken.append(
                    Message(topic, b"" if entry.event is None else wire(entry.event), entry)
                )
        while self._probes and len(taken) < count:
            topic, event = self._probes.popleft()
            taken.append(Message(topic, wire(event), None, event))
        return taken

    def sent(self, message: Message) -> bool:
        """Note that the broker has it; return whether that was the first time."""
        entry = message.entry
        if entry is None:
            return True
        first, entry.told = not entry.told, True
        if self._entries.get(message.topic) is entry:
            self._advance(message.topic, entry)
        return first

    def failed(self, message: Message) -> None:
        """Put back what the broker has not confirmed."""
        if message.probe is not None:
            self._probes.appendleft((message.topic, message.probe))
        elif message.topic in self._entries:
            self._due(message.topic)[message.topic] = None

    def _advance(self, topic: str, entry: Entry) -> None:
        if entry.stage is Stage.CLOSE:
            self.clear(topic, entry.since_s)
        elif entry.stage is Stage.CLEAR:
            del self._entries[topic]
            self._due(topic).pop(topic, None)

    def _put(self, topic: str, entry: Entry) -> None:
        self._farewells.pop(topic, None)
        self._entries[topic] = entry
        self._due(topic)[topic] = None

    def _due(self, topic: str) -> dict[str, None]:
        return self._incidents_due if "/incident/" in topic else self._states_due
