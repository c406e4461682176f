"""Who is watched, from one midnight to the next."""

from dataclasses import replace
from datetime import timedelta

from config.fleet import Fleet
from config.site import Node
from monitor.roster import Roster
from tests.clock import START
from tests.monitor.story import clinic, fleet

RETIRED = clinic("viejo", retired_from="2026-11-22")
MIDNIGHT = START + timedelta(hours=21)  # in Mexico City


def listed() -> Fleet:
    return replace(fleet(RETIRED, clinic()), nodes=(Node(id="pop"),))


def test_where_nobody_is_retired_the_fleet_is_the_one_loaded() -> None:
    loaded = listed()
    assert Roster(loaded).watched(START) is loaded


def test_a_retired_site_leaves_and_all_else_stays_the_very_same() -> None:
    loaded = listed()
    watched = Roster(loaded).watched(MIDNIGHT)
    planned = Fleet(loaded.settings, (clinic(),), loaded.nodes)
    assert watched == planned
    assert watched.components == planned.components
    assert all(part is loaded.components[key] for key, part in watched.components.items())
    assert watched.probes.keys() == planned.probes.keys()
    assert list(watched.sites_by_id) == ["cs"]


def test_it_is_due_at_the_midnight_of_the_site_once() -> None:
    roster = Roster(listed())
    roster.watched(START)
    assert not roster.is_due(MIDNIGHT - timedelta(seconds=1))
    assert roster.is_due(MIDNIGHT)
    roster.watched(MIDNIGHT)
    assert not roster.is_due(MIDNIGHT + timedelta(days=400))


def test_a_site_that_is_no_longer_said_to_be_retired_comes_back() -> None:
    roster = Roster(listed())
    roster.watched(MIDNIGHT)
    back = fleet(clinic("viejo"), clinic())
    roster.take(back)
    assert roster.watched(MIDNIGHT) is back
