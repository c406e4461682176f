"""Stories: actions in, truths out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator import deeds
from simulator.live_world import LiveWorld
from simulator.timeline import Timeline
from tests.simulator.worlds import action, small_world

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Story:
    """A world, told what to do and asked what happened."""

    def __init__(self, extra: str = "") -> None:
        self.live = LiveWorld(small_world(extra), START)
        self.live.take()

    def do(self, now_s: float, do: str, **named: object) -> list[str]:
        self.live.advance(now_s)
        deeds.apply(action(do, **named), self.live, now_s)
        return self.told()

    def until(self, now_s: float) -> list[str]:
        self.live.advance(now_s)
        return self.told()

    def told(self) -> list[str]:
        self.turn = self.live.take()
        return [
            " ".join(filter(None, (one.site, one.component, one.what, one.facts.get("cause"))))
            for one in self.turn.happened
        ]

    def wire(self, key: str) -> dict[str, Any]:
        return dict(self.turn.set[key])


@pytest.fixture
def story() -> Story:
    return Story()


def test_a_clinic_loses_its_link_and_gets_it_back(story: Story) -> None:
    assert story.do(1, "cut", site="clinic", link="cfe") == [
        "clinic site down link",
        "clinic link/cfe down link",
    ]
    assert story.wire("clinic/link/cfe")["state"] == "down"
    assert story.do(2, "restore", site="clinic", link="cfe") == [
        "clinic site up link",
        "clinic link/cfe up link",
    ]
    assert story.wire("clinic/link/cfe")["state"] == "up"


def test_a_hospital_with_two_links_stays_reachable(story: Story) -> None:
    assert story.do(1, "cut", site="hospital", link="cfe") == ["hospital link/cfe down link"]
    assert story.do(2, "cut", site="hospital", link="lte")[0] == "hospital site down link"


def test_an_area_fails_alone(story: Story) -> None:
    assert story.do(1, "cut", site="hospital", area="uci") == [
        "hospital area/uci down area_network"
    ]
    assert story.do(2, "restore", site="hospital", area="uci") == [
        "hospital area/uci up area_network"
    ]


def test_an_address_names_the_area_that_has_it(story: Story) -> None:
    assert story.do(1, "cut", address="127.64.0.10") == ["hospital area/uci down area_network"]
    assert story.do(2, "cut", address="127.64.0.33") == ["clinic link/cfe down address"]


def test_a_node_takes_down_all_that_hangs_on_it(story: Story) -> None:
    assert story.do(1, "cut", node="core") == [
        "node/core down node",
        "node/pop down node",
        "hospital link/cfe down node",
        "clinic site down node",
        "clinic link/cfe down node",
    ]
    fault = story.live.components("clinic")["link/cfe"]
    assert fault is not None
    assert fault.root == "node/core"


def test_our_own_access_takes_everything(story: Story) -> None:
    told = story.do(1, "cut", vantage=True)
    assert "anchor/127.79.255.254 down vantage" in told
    assert "clinic site down vantage" in told
    assert not any(" down " in line and "vantage" not in line for line in told)


def test_what_broke_first_stays_to_blame(story: Story) -> None:
    story.do(1, "cut", site="clinic", link="cfe")
    assert "clinic mains mains_lost" in story.do(2, "mains", site="clinic", present=False)
    fault = story.live.components("clinic")["link/cfe"]
    assert fault is not None
    assert fault.cause == "link"
    story.do(3, "restore", site="clinic", link="cfe")
    fault = story.live.components("clinic")["link/cfe"]
    assert fault is not None
    assert fault.cause == "power"


def test_mains_lost_battery_runs_down_and_the_link_follows(story: Story) -> None:
    lost = story.do(10, "mains", site="hospital", present=False)
    assert lost[:2] == ["hospital mains mains_lost", "hospital power/planta generator_starting"]
    assert "hospital area/urgencias down power" in lost
    assert story.until(20) == ["hospital power/planta generator_fault"]
    assert story.until(10 + 961) == ["hospital power/ups-site battery_low"]
    empty = story.until(10 + 1201)
    assert empty[0] == "hospital power/ups-site battery_depleted"
    assert "hospital link/cfe down power" in empty
    assert "hospital link/lte down power" in empty
    assert story.wire("hospital/link/cfe")["state"] == "down"
    back = story.do(1300, "mains", site="hospital", present=True)
    assert "hospital link/cfe up power" in back
    assert story.wire("hospital/link/cfe")["state"] == "up"


def test_power_back_does_not_mend_a_cut(story: Story) -> None:
    story.do(0, "mains", site="clinic", present=False)
    story.do(1, "cut", site="clinic", link="cfe")
    story.do(2, "mains", site="clinic", present=True)
    story.until(100)
    assert story.live.broken()["clinic/link/cfe"].cause == "link"


def test_a_feeder_takes_the_mains_of_all_its_sites(story: Story) -> None:
    told = story.do(1, "mains", feeder="centro", present=False)
    assert {"hospital mains mains_lost", "clinic mains mains_lost"} <= set(told)


def test_a_microcut_costs_a_site_without_ups_its_boot_time(story: Story) -> None:
    story.do(10, "mains", site="clinic", present=False)
    assert story.do(10.3, "mains", site="clinic", present=True) == ["clinic mains mains_back"]
    assert story.until(70) == []
    assert story.until(70.4) == ["clinic site up power", "clinic link/cfe up power"]


def test_a_flap_goes_down_and_up_as_often_as_asked(story: Story) -> None:
    told = story.do(0, "flap", site="clinic", link="cfe", period="4s", duty=0.25, count=3)
    assert told == [
        "clinic link/cfe flapping",
        "clinic site down link",
        "clinic link/cfe down link",
    ]
    transitions = []
    for tenth in range(1, 200):
        transitions += [
            (tenth / 10, line.split()[2]) for line in story.until(tenth / 10) if "link/cfe" in line
        ]
    assert transitions == [
        (1.0, "up"),
        (4.0, "down"),
        (5.0, "up"),
        (8.0, "down"),
        (9.0, "up"),
        (9.0, "steady"),
    ]


def test_a_flap_that_is_played_late_still_tells_every_turn(story: Story) -> None:
    story.do(0, "flap", site="clinic", link="cfe", period="4s", count=3)
    told = [line for line in story.until(60) if "link/cfe" in line]
    assert [line.split()[2] for line in told] == ["up", "down", "up", "down", "up", "steady"]


def test_restore_ends_a_flap(story: Story) -> None:
    story.do(0, "flap", site="clinic", link="cfe", period="4s", count=100)
    story.do(1, "restore", site="clinic", link="cfe")
    assert story.until(1000) == []


def test_a_service_fails_and_recovers(story: Story) -> None:
    assert story.do(1, "service", site="hospital", service="expediente", status=503) == [
        "hospital service/expediente answers",
        "hospital service/expediente down service",
    ]
    assert story.live.sites["hospital"].services["expediente"].status == 503
    story.do(2, "service", site="hospital", service="expediente", latency="3s")
    assert story.live.sites["hospital"].services["expediente"].status == 503
    assert "hospital service/expediente up service" in story.do(
        3, "service", site="hospital", service="expediente", status=200
    )


def test_impairment_and_filter_reach_the_wire_and_the_truth(story: Story) -> None:
    assert story.do(
        1, "impair", site="clinic", link="cfe", impairment={"loss": 0.2, "burst": "5s"}
    ) == ["clinic link/cfe impaired"]
    assert story.turn.happened[0].facts == {"loss": 0.2, "burst": 5.0}
    assert story.wire("clinic/link/cfe")["impairment"]["burst"] == 5.0
    assert story.do(2, "impair", site="clinic", link="cfe") == ["clinic link/cfe cleared"]
    assert story.wire("clinic/link/cfe")["impairment"] is None
    assert story.do(3, "icmp", site="clinic", filtered=True) == ["clinic site icmp_filtered"]
    assert story.wire("clinic")["filters_icmp"] is True


@pytest.mark.parametrize(
    ("do", "named", "problem"),
    [
        ("cut", {"site": "nowhere"}, "no site is called `nowhere`"),
        ("cut", {"site": "clinic", "link": "lte"}, "site `clinic` has no link `lte`"),
        ("cut", {"node": "nowhere"}, "no node is called `nowhere`"),
        ("cut", {"address": "127.64.9.9"}, "nobody has the address 127.64.9.9"),
        ("mains", {"feeder": "norte", "present": True}, "no site has the feeder `norte`"),
        ("generator", {"site": "clinic", "fails": True}, "site `clinic` has no generator"),
        ("ups", {"site": "hospital", "unit": "panel"}, "site `hospital` has no unit `panel`"),
        ("isolation", {"site": "hospital", "unit": "ups-uci", "hazard_milliamps": 1.0},
         "site `hospital` has no unit `ups-uci`"),
        ("service", {"site": "clinic", "service": "citas"}, "has no service `citas`"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused_and_nothing_happens(
    story: Story, do: str, named: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        deeds.apply(action(do, **named), story.live, 0)
    assert story.told() == []
    assert story.turn.set == {}


TIMELINE = """
timeline:
  - {at: 2s, do: cut, site: clinic, link: cfe}
  - {at: 1s, do: mains, site: hospital, present: false}
  - {at: 5s, do: restore, site: clinic, link: cfe}
"""


def test_a_timeline_plays_in_order_of_time_from_its_start() -> None:
    story = Story(TIMELINE)
    timeline = Timeline(story.live)
    assert story.until(50) == []
    assert timeline.start(100)
    assert not timeline.start(101)
    assert story.until(100.9) == ["timeline started"]
    assert "hospital mains mains_lost" in story.until(101)
    assert timeline.remaining == 2
    assert "clinic link/cfe down link" in story.until(103)
    assert story.live.worst_lateness_s == pytest.approx(1.0)
    assert story.until(105)[-1] == "timeline ended"


def test_an_empty_timeline_ends_at_once(story: Story) -> None:
    Timeline(story.live).start(0)
    assert story.told() == ["timeline started", "timeline ended"]


def test_what_is_broken_from_the_start_is_a_truth() -> None:
    world = small_world().model_dump()
    world["sites"][0]["power"]["mains"] = False
    world["sites"][0]["services"][0]["status"] = 500
    live = LiveWorld(type(small_world()).model_validate(world), START)
    broken = live.broken()
    assert broken["hospital/area/urgencias"].cause == "power"
    assert broken["hospital/service/expediente"].cause == "service"
    assert "hospital/link/cfe" not in broken  # its UPS still carries it
