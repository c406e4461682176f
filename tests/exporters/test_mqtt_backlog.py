"""What the broker is owed, told without a broker."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from config.component import ComponentKind
from exporters.mqtt_backlog import MAX_FAREWELLS, MAX_PROBE_EVENTS, Backlog, Message
from exporters.mqtt_message import MAX_PAYLOAD_BYTES, wire
from exporters.mqtt_topic import Topics
from monitor.events import IncidentEvent
from monitor.normalize import probe_event
from monitor.vocabulary import State
from tests.exporters.incident import area, closed, opened, part
from tests.exporters.watched import fleet, ran, state

WATCHED = fleet()
TOPICS = Topics("noc-1")
DOWN = state(WATCHED, "cs-maneadero/link/cfe", State.DOWN)
UP = state(WATCHED, "cs-maneadero/link/cfe", State.UP)
LINK = TOPICS.of_state(DOWN)
INCIDENT = TOPICS.of_incident(opened())


def take_one(backlog: Backlog) -> Message:
    (message,) = backlog.take(1)
    return message


def test_topics_are_those_of_the_design() -> None:
    assert TOPICS.status == "guardia/v1/noc-1/status"
    assert LINK == "guardia/v1/noc-1/site/cs-maneadero/link/cfe/state"
    site = state(WATCHED, "cs-maneadero")
    assert TOPICS.of_state(site) == "guardia/v1/noc-1/site/cs-maneadero/state"
    node = state(WATCHED, "node/cfe-tij-1")
    assert TOPICS.of_state(node) == "guardia/v1/noc-1/node/cfe-tij-1/state"
    assert INCIDENT == "guardia/v1/noc-1/incident/INC-1"
    probe = probe_event(ran("cs-maneadero/link/cfe", "icmp"))
    assert TOPICS.of_probe(probe) == "guardia/v1/noc-1/probe/cs-maneadero/link/cfe"


def test_the_topic_of_a_component_is_that_of_its_states() -> None:
    for key, component in WATCHED.components.items():
        assert TOPICS.of_component(component) == TOPICS.of_state(state(WATCHED, key))


def test_no_name_can_smuggle_a_wildcard_into_a_topic() -> None:
    assert TOPICS.of_incident(opened("a+b#c")) == "guardia/v1/noc-1/incident/a_b_c"


def test_only_the_newest_state_is_told() -> None:
    backlog = Backlog()
    backlog.keep(LINK, DOWN, 0)
    backlog.keep(LINK, UP, 1)
    message = take_one(backlog)
    assert (message.topic, message.retain) == (LINK, True)
    assert message.payload == UP.to_json().encode()
    assert backlog.sent(message)
    assert backlog.take(1) == []


def test_a_state_that_changes_while_it_is_on_its_way_is_told_again() -> None:
    backlog = Backlog()
    backlog.keep(LINK, DOWN, 0)
    message = take_one(backlog)
    backlog.keep(LINK, UP, 1)
    backlog.sent(message)
    assert take_one(backlog).payload == UP.to_json().encode()


def test_the_end_of_an_incident_is_told_and_then_its_topic_cleared() -> None:
    backlog = Backlog()
    backlog.close(INCIDENT, closed(opened()), 0)
    farewell = take_one(backlog)
    assert b'"phase":"closed"' in farewell.payload
    assert backlog.take(1) == []
    backlog.sent(farewell)
    clearing = take_one(backlog)
    assert (clearing.payload, clearing.retain) == (b"", True)
    backlog.sent(clearing)
    assert INCIDENT not in backlog
    assert len(backlog) == 0


def test_what_was_not_confirmed_stays_due() -> None:
    backlog = Backlog()
    backlog.keep(LINK, DOWN, 0)
    backlog.pass_on("probe", probe_event(ran("cs-maneadero/link/cfe", "icmp")))
    for message in backlog.take(10):
        backlog.failed(message)
    assert [message.topic for message in backlog.take(10)] == [LINK, "probe"]


def test_incidents_go_first_and_probe_events_last() -> None:
    backlog = Backlog()
    backlog.pass_on("probe", probe_event(ran("cs-maneadero/link/cfe", "icmp")))
    backlog.keep(LINK, DOWN, 0)
    backlog.keep(INCIDENT, opened(), 0)
    assert [message.topic for message in backlog.take(10)] == [INCIDENT, LINK, "probe"]


def test_after_a_reconnect_everything_retained_is_due_again() -> None:
    backlog = Backlog()
    backlog.keep(LINK, DOWN, 0)
    backlog.keep(INCIDENT, opened(), 0)
    for message in backlog.take(10):
        assert backlog.sent(message)
    backlog.all_again()
    again = backlog.take(10)
    assert {message.topic for message in again} == {LINK, INCIDENT}
    assert not any(backlog.sent(message) for message in again), "told before"


def test_too_many_probe_events_lose_the_oldest() -> None:
    backlog = Backlog()
    event = probe_event(ran("cs-maneadero/link/cfe", "icmp"))
    lost = sum(backlog.pass_on(str(number), event) for number in range(MAX_PROBE_EVENTS + 3))
    assert (lost, len(backlog)) == (3, MAX_PROBE_EVENTS)
    assert take_one(backlog).topic == "3"


def test_too_many_ended_incidents_lose_the_oldest_end_but_clear_its_topic() -> None:
    backlog = Backlog()
    ended = closed(opened())
    topics = [f"x/incident/{number}" for number in range(MAX_FAREWELLS + 1)]
    assert sum(backlog.close(topic, ended, 0) for topic in topics) == 1
    oldest, second = backlog.take(2)
    assert (oldest.topic, oldest.payload) == (topics[0], b"")
    assert second.payload != b""


class Exchange:
    """A backlog and its broker, and what the broker should hold in the end."""

    def __init__(self) -> None:
        self.backlog = Backlog()
        self.broker: dict[str, bytes] = {}
        self.wanted: dict[str, bytes] = {}

    def keep(self, topic: str) -> None:
        self.backlog.keep(topic, opened(), 0)
        self.wanted[topic] = wire(opened())

    def close(self, topic: str) -> None:
        self.backlog.close(topic, closed(opened()), 0)
        self.wanted.pop(topic, None)

    def clear(self, topic: str) -> None:
        self.backlog.clear(topic, 0)
        self.wanted.pop(topic, None)

    def send(self, _topic: str) -> None:
        for message in self.backlog.take(1):
            self.broker[message.topic] = message.payload
            self.backlog.sent(message)

    def fail(self, _topic: str) -> None:
        for message in self.backlog.take(1):
            self.backlog.failed(message)

    def forget(self, _topic: str) -> None:
        self.broker.clear()
        self.backlog.all_again()

    @property
    def held(self) -> dict[str, bytes]:
        return {topic: payload for topic, payload in self.broker.items() if payload}


STEPS = st.sampled_from(
    [Exchange.keep, Exchange.close, Exchange.clear, Exchange.send, Exchange.fail, Exchange.forget]
)


@given(st.lists(st.tuples(STEPS, st.sampled_from(["x/incident/1", "x/incident/2"]))))
def test_whatever_happens_the_broker_ends_up_with_what_was_last_wanted(
    steps: list[tuple[Callable[[Exchange, str], None], str]],
) -> None:
    exchange = Exchange()
    for step, topic in steps:
        step(exchange, topic)
    while len(exchange.backlog):
        exchange.send("")
    assert exchange.held == exchange.wanted


def test_an_incident_that_touches_half_the_country_is_cut_to_what_a_broker_takes() -> None:
    links = tuple(part(ComponentKind.LINK, f"cfe-{number}") for number in range(3000))
    huge = opened(touched=(*links, area("uci")))
    payload = wire(huge)
    assert len(payload) <= MAX_PAYLOAD_BYTES
    cut = IncidentEvent.model_validate_json(payload)
    assert [kept.name for kept in cut.critical_areas] == ["uci"]
    assert wire(opened()) == opened().to_json().encode()
