"""What is being worked on, and what may be silent meanwhile."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.area import Area
from config.component import Component
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from config.settings import Settings
from config.site import Link, Node, PowerSource, Service, Site
from monitor.duty.maintenance import Maintenance, Muting, Window, maintenance_of, window_on

NOON = datetime(2026, 12, 1, 20, tzinfo=UTC)  # in Tijuana; 14:00 in Mexico City


def hospital(name: str, state: str = "BC", node: str = "pop-1") -> Site:
    return Site.model_validate(
        {
            "id": name,
            "name": name,
            "type": "hospital",
            "state": state,
            "links": [Link(id="cfe", node=node), Link(id="lte")],
            "power": [PowerSource.model_validate({"id": kind}) for kind in ("ups", "generator")],
            "areas": [
                Area.model_validate({"id": area}) for area in ("uci", "urgencias", "farmacia")
            ],
            "services": [Service(id="receta")],
        }
    )


NODES = (Node(id="core"), Node(id="pop-1", parent="core"), Node(id="pop-2", parent="core"))
SITES = (hospital("hg-1"), hospital("hg-2", node="pop-2"), hospital("hg-df", state="DF"))


def fleet(*windows: MaintenanceWindow) -> Fleet:
    return Fleet(Settings(include=("x",)), SITES, NODES, maintenance=windows)


COMPONENTS = fleet().components


def window(
    name: str = "w", hours: float = 2.0, from_: str = "2026-12-01 11:00", **written: object
) -> MaintenanceWindow:
    known = {"id": name, "reason": "Cambio de switch", "by": "TI", **written}
    if "every" not in written:
        known |= {"from": from_, "lasts": f"{hours}h"}
    return MaintenanceWindow.model_validate(known, context=WRITTEN)


def on(**written: object) -> Window:
    return window_on(fleet(), window(**written))  # type: ignore[arg-type]


def covered(one: Window, at: datetime = NOON) -> str:
    return " ".join(key for key, part in COMPONENTS.items() if one.covers(part, at))


def part(path: str) -> Component:
    return COMPONENTS[path]


REST_OF_HG_1 = (
    "hg-1 hg-1/link/cfe hg-1/link/lte hg-1/power/ups hg-1/power/generator "
    "hg-1/area/farmacia hg-1/service/receta"
)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"sites": "hg-1"}, REST_OF_HG_1),
        ({"sites": "hg-1", "parts": ["link/lte", "power"]},
         "hg-1/link/lte hg-1/power/ups hg-1/power/generator"),
        ({"sites": "hg-1", "parts": "area"}, "hg-1/area/farmacia"),
        ({"sites": "hg-1", "parts": "area", "critical_areas": "uci"},
         "hg-1/area/uci hg-1/area/farmacia"),
        ({"sites": "hg-1", "parts": "link", "critical_areas": "uci"},
         "hg-1/link/cfe hg-1/link/lte hg-1/area/uci"),
        ({"sites": "hg-1", "parts": "area/uci"}, ""),  # not by its path: by its own key
        ({"sites": "hg-1", "expects": "generator_test"}, "hg-1/power/ups hg-1/power/generator"),
        ({"states": "BC", "parts": "service"}, "hg-1/service/receta hg-2/service/receta"),
        ({"nodes": "pop-2", "timezone": "America/Tijuana"}, "hg-2/link/cfe node/pop-2"),
        ({"nodes": "core", "timezone": "America/Tijuana"},
         "hg-1/link/cfe hg-2/link/cfe hg-df/link/cfe node/core"),
        ({"nodes": "pop-1", "sites": "hg-1", "parts": "power", "timezone": "America/Tijuana"},
         "hg-1/link/cfe hg-1/power/ups hg-1/power/generator hg-df/link/cfe node/pop-1"),
    ],
)  # fmt: skip
def test_what_a_window_covers(written: dict[str, object], told: str) -> None:
    assert covered(on(**written)) == told


def test_each_site_by_its_own_clock() -> None:
    both = on(types="hospital", parts="service")
    assert covered(both) == "hg-1/service/receta hg-2/service/receta"  # 12:00 there
    assert covered(both, NOON - timedelta(hours=2)) == "hg-df/service/receta"
    assert both.active(NOON)
    assert both.active(NOON - timedelta(hours=2))
    assert not both.active(NOON + timedelta(hours=2))


def test_it_begins_and_ends_when_it_says() -> None:
    one, link = on(sites="hg-1"), part("hg-1/link/cfe")
    starts, ends = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    assert [one.covers(link, at) for at in (starts, ends - timedelta(seconds=1), ends)] == [
        True, True, False,
    ]  # fmt: skip
    assert one.next_change(starts - timedelta(days=1)) == starts
    assert one.next_change(starts) == ends
    assert one.next_change(ends) is None


def test_ending_one_ends_what_is_under_way_and_not_what_comes_back() -> None:
    once = on(sites="hg-1").ended(NOON)
    link = part("hg-1/link/cfe")
    assert once.covers(link, NOON - timedelta(seconds=1))
    assert not once.covers(link, NOON)
    assert once.next_change(NOON) is None

    weekly = on(sites="hg-1", every={"day": "tue", "at": "11:00", "lasts": "2h"}).ended(NOON)
    assert not weekly.covers(link, NOON)
    assert weekly.covers(link, NOON + timedelta(days=7))
    assert weekly.next_change(NOON) == NOON + timedelta(days=7, hours=-1)


def muting(
    root: str, touched: str, *windows: MaintenanceWindow, failed: tuple[str, ...] = ()
) -> str:
    """Return the windows that mute a trouble, or `told`."""
    parts = [part(f"hg-1/{path}") for path in touched.split()]
    found = maintenance_of(fleet(*windows)).muting(part(f"hg-1/{root}"), parts, NOON, failed)
    return "told" if found is None else " ".join(found.windows)


ALL = window("all", sites="hg-1")
LINKS = window("links", sites="hg-1", parts="link")
TEST = window("test", sites="hg-1", expects="generator_test")
NAMED = window("named", sites="hg-1", parts="link", critical_areas=["uci", "urgencias"])
POP = window("pop", nodes="pop-1", timezone="America/Tijuana")


@pytest.mark.parametrize(
    ("root", "touched", "windows", "told"),
    [
        ("link/cfe", "link/cfe", (), "told"),
        ("link/cfe", "link/cfe", (LINKS,), "links"),
        ("link/cfe", "link/cfe link/lte service/receta area/farmacia", (LINKS,), "links"),
        ("link/cfe", "link/cfe", (POP,), "pop"),
        ("link/cfe", "link/cfe link/lte", (POP,), "told"),  # the other link is not of the node
        # life-critical areas, only by name
        ("link/cfe", "link/cfe link/lte area/uci area/urgencias", (ALL,), "told"),
        ("link/cfe", "link/cfe link/lte area/uci area/urgencias", (NAMED,), "named"),
        ("area/uci", "area/uci", (ALL,), "told"),
        ("area/uci", "area/uci", (NAMED,), "named"),
        ("area/uci", "area/uci area/farmacia", (NAMED,), "told"),
        ("area/uci", "area/uci area/farmacia", (NAMED, ALL), "all named"),
        ("area/farmacia", "area/farmacia", (LINKS,), "told"),
        # a generator test, and a cable pulled meanwhile
        ("power/ups", "power/ups power/generator", (TEST,), "test"),
        ("power/ups", "power/ups power/generator area/uci", (TEST,), "told"),  # its battery fades
        ("link/cfe", "link/cfe", (TEST,), "told"),
        ("link/cfe", "link/cfe link/lte power/ups power/generator", (TEST,), "told"),
        # a power source dies while a link is worked on
        ("power/ups", "power/ups", (LINKS,), "told"),
        ("link/cfe", "link/cfe power/ups", (LINKS,), "told"),
        ("link/cfe", "link/cfe power/ups", (LINKS, TEST), "links test"),
    ],
)
def test_what_is_told_all_the_same(
    root: str, touched: str, windows: tuple[MaintenanceWindow, ...], told: str
) -> None:
    assert " ".join(sorted(muting(root, touched, *windows).split())) == told


def test_a_test_that_fails_mutes_nothing_more() -> None:
    assert muting("power/ups", "power/ups", TEST, failed=("test",)) == "told"
    assert muting("power/ups", "power/ups", TEST, ALL, failed=("test",)) == "all"


def test_it_is_thought_over_when_the_cover_ends() -> None:
    windows = (
        window("a", 2.0, "2026-12-01 11:00", sites="hg-1", parts="link/cfe"),
        window("b", 2.0, "2026-12-01 12:30", sites="hg-1", parts="link"),
        window("c", 1.0, "2026-12-01 14:30", sites="hg-1", parts="link"),
        window("d", 1.0, "2026-12-01 16:00", sites="hg-1", parts="link"),
    )
    maintenance = maintenance_of(fleet(*windows))
    cfe, lte = part("hg-1/link/cfe"), part("hg-1/link/lte")

    until = NOON + timedelta(hours=3, minutes=30)  # a, then b, then c; there is a gap before d
    assert maintenance.covered_until(cfe, NOON) == until
    assert maintenance.covered_until(lte, NOON) is None
    assert maintenance.muting(cfe, [], NOON) == Muting(("a",), until)
    assert maintenance.next_change(NOON) == NOON + timedelta(minutes=30)
    assert maintenance.muting(cfe, [lte], NOON + timedelta(hours=1)) == Muting(("b",), until)


def test_one_more_window_or_another_of_the_same_id() -> None:
    maintenance = Maintenance().having(on(sites="hg-1")).having(on(sites="hg-2"))
    assert len(maintenance.windows) == 1
    assert not maintenance.covering(part("hg-1/link/cfe"), NOON)
    assert maintenance.covering(part("hg-2/link/cfe"), NOON)


rules = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.sampled_from(["mon", "tue", "sun", "weekends", "daily"]),
            "at": st.sampled_from(["00:00", "01:30", "02:30", "10:00", "23:00"]),
            "lasts": st.sampled_from(["30m", "4h", "20h"]),
        }
    ),
    min_size=1,
    max_size=3,
)
instants = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)


@given(rules, instants)
def test_cover_holds_until_it_ends_and_changes_only_at_a_change(
    every: list[dict[str, str]], at: datetime
) -> None:
    windows = (window(f"w-{n}", sites="hg-1", every=one) for n, one in enumerate(every))
    maintenance, link = maintenance_of(fleet(*windows)), part("hg-1/link/cfe")
    until = maintenance.covered_until(link, at)
    assert (until is None) == (not maintenance.covering(link, at))
    if until is not None and until - at < timedelta(days=20):
        assert not maintenance.covering(link, until)
    changes = [at]
    while len(changes) < 5 and (change := maintenance.next_change(changes[-1])) is not None:
        changes.append(change)
    for begun, ended in pairwise(changes):
        middle = begun + (ended - begun) / 2
        assert begun < ended
        assert maintenance.covering(link, begun) == maintenance.covering(link, middle)
        assert maintenance.covering(link, ended) != maintenance.covering(link, middle)
