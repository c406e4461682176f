"""Reload validates first; health tells the truth."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from config.fleet import Fleet
from monitor.control import HEARTBEAT_S, Control, changed_at_start_only
from monitor.orders import Origin
from monitor.right_of_way import RightOfWay
from tests.clock import FakeClock
from tests.exporters.watched import FixedDesk
from tests.monitor.story import clinic, fleet
from tests.telemetry import RecordingTelemetry

OPERATOR = Origin("127.0.0.1")


class NotingDesk(FixedDesk):
    """Remembers who had the configuration loaded, and with how many problems."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[tuple[int, str]] = []

    def reloaded(self, problems: Sequence[str], origin: Origin) -> None:
        self.loads.append((len(problems), origin.place))


class House:
    """What a control acts upon."""

    def __init__(self, clock: FakeClock) -> None:
        self.present = fleet(clinic())
        self.next: Fleet | Sequence[str] = fleet(clinic(), clinic("other"))
        self.telemetry = RecordingTelemetry()
        self.switch_s = 0.0
        self.desk = NotingDesk()
        self.control = Control(
            Path("guardia.yaml"),
            self.load,
            lambda: self.present,
            self.apply,
            clock,
            self.telemetry,
            self.desk,
            RightOfWay(),
        )

    def load(self, path: Path, previous: Fleet) -> Fleet | Sequence[str]:
        assert (path, previous) == (Path("guardia.yaml"), self.present)
        self.switch_s = sys.getswitchinterval()
        return self.next

    def apply(self, loaded: Fleet) -> None:
        self.present = loaded


async def test_a_valid_configuration_is_taken_over(clock: FakeClock) -> None:
    house = House(clock)
    assert await house.control.reload(OPERATOR) == ()
    assert [site.id for site in house.present.sites] == ["cs", "other"]
    assert house.telemetry.reloads == [True]
    assert house.desk.loads == [(0, "127.0.0.1")]


async def test_while_it_is_read_the_loop_has_the_right_of_way(clock: FakeClock) -> None:
    house, usual_s = House(clock), sys.getswitchinterval()
    await house.control.reload(OPERATOR)
    assert house.switch_s < usual_s / 10
    assert sys.getswitchinterval() == usual_s


async def test_a_faulty_one_changes_nothing_and_says_why(clock: FakeClock) -> None:
    house = House(clock)
    before = house.present
    house.next = ["sites.yaml:3:1: unknown key"]
    assert await house.control.reload(OPERATOR) == ["sites.yaml:3:1: unknown key"]
    assert house.present is before
    assert house.telemetry.reloads == [False]
    assert house.desk.loads == [(1, "127.0.0.1")]


def test_settings_read_only_at_the_start_are_named() -> None:
    slow = {"max_packets_per_second": 100}
    after = fleet(listen="127.0.0.1:1", icmp=slow, language="en", board_url="https://g.mx")
    assert changed_at_start_only(fleet(), after) == ["listen", "icmp"]


@pytest.mark.parametrize(
    ("before", "after", "is_named"),
    [
        ({}, {"webhook": {"url": "http://127.0.0.1:1/"}}, True),
        ({}, {"mqtt": {"host": "127.0.0.1"}}, True),
        ({"mqtt": {"host": "127.0.0.1"}}, {}, True),
        ({"mqtt": {"host": "127.0.0.1"}}, {"mqtt": {"host": "127.0.0.2"}}, False),
    ],
)
def test_of_the_exporters_mqtt_alone_moves_at_a_reload(
    before: dict[str, object], after: dict[str, object], is_named: bool
) -> None:
    changed = changed_at_start_only(fleet(exporters=before), fleet(exporters=after))
    assert changed == (["exporters"] if is_named else [])


def test_ready_comes_after_healthy_and_a_stopped_heart_is_neither(clock: FakeClock) -> None:
    control = House(clock).control
    assert (control.health().healthy, control.health().ready) == (True, False)
    control.ready()
    assert control.health().ready
    clock.skip(HEARTBEAT_S + 1)
    assert not control.health().healthy
    assert "11 s" in control.health().reason
    control.beat()
    assert control.health().healthy
