"""The one question that paging asks, and the order of its answers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from config.settings import Settings
from config.site import Link, Node, Site
from monitor.duty.maintenance import maintenance_of
from monitor.duty.quiet import Quiet, Why, quiet
from monitor.vocabulary import Cause, Priority

ZONE = ZoneInfo("America/Tijuana")
NIGHT = datetime(2026, 12, 1, 3, tzinfo=ZONE)
OPENS, WINDOW_ENDS = NIGHT + timedelta(hours=5), NIGHT + timedelta(hours=1)
MIDNIGHT = datetime(2026, 12, 2, tzinfo=ZONE)
WORK = MaintenanceWindow.model_validate(
    {"id": "w", "reason": "Cambio de switch", "by": "TI", "sites": "cs-1",
     "from": "2026-12-01 02:00", "lasts": "2h"},
    context=WRITTEN,
)  # fmt: skip


def asked(
    *windows: MaintenanceWindow, at: datetime = NIGHT, failed: tuple[str, ...] = (), **written: str
) -> Quiet | None:
    site = Site.model_validate(
        {"id": "cs-1", "name": "Uno", "state": "BC", "links": [Link(id="cfe")], **written}
    )
    fleet = Fleet(Settings(include=("x",)), (site,), maintenance=windows)
    link = fleet.components["cs-1/link/cfe"]
    work, rules = maintenance_of(fleet), fleet.settings
    return quiet(Cause.LINK, Priority.P2, link, [link], site, rules, work, at, failed)


def test_without_a_reason_people_are_called() -> None:
    assert asked() is None
    assert asked(hours="weekdays", at=OPENS) is None
    assert asked(WORK, at=WINDOW_ENDS) is None


def test_each_reason_says_until_when() -> None:
    assert asked(hours="weekdays") == Quiet(Why.CLOSED, OPENS)
    assert asked(WORK) == Quiet(Why.MAINTENANCE, WINDOW_ENDS, ("w",))
    assert asked(active_from="2026-12-02") == Quiet(Why.NOT_ACTIVE, MIDNIGHT)
    assert asked(status="planned") == Quiet(Why.NOT_ACTIVE, None)


def test_one_reason_follows_the_other() -> None:
    assert asked(WORK, hours="weekdays") == Quiet(Why.MAINTENANCE, WINDOW_ENDS, ("w",))
    assert asked(WORK, at=WINDOW_ENDS, hours="weekdays") == Quiet(Why.CLOSED, OPENS)
    assert asked(WORK, status="planned", hours="weekdays") == Quiet(Why.NOT_ACTIVE, None)


def test_a_window_whose_test_failed_is_no_reason() -> None:
    assert asked(WORK, failed=("w",)) is None


def test_a_node_knows_of_maintenance_alone() -> None:
    work = WORK.model_copy(update={"sites": (), "nodes": ("pop",), "timezone": "America/Tijuana"})
    fleet = Fleet(Settings(include=("x",)), (), (Node(id="pop"),), maintenance=(work,))
    node, windows = fleet.components["node/pop"], maintenance_of(fleet)

    def of(at: datetime) -> Quiet | None:
        return quiet(Cause.NODE, Priority.P2, node, [], None, fleet.settings, windows, at)

    assert of(NIGHT) == Quiet(Why.MAINTENANCE, WINDOW_ENDS, ("w",))
    assert of(WINDOW_ENDS) is None
