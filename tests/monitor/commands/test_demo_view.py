"""The demo's picture: readable at 100 by 30, and never larger than the screen."""

from datetime import UTC, datetime, timedelta

import pytest

from exporters.text import summary
from monitor.commands.demo_story import Chapter
from monitor.commands.demo_view import Picture, Scene, clock
from monitor.commands.truth_words import Line
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, State
from tests.exporters.incident import closed, opened
from tests.monitor.commands.terminal import shown

NOW = datetime(2026, 11, 21, 11, 20, tzinfo=UTC)
NAMES = {"hg-ensenada": "Hospital General de Ensenada", "um": "Unidad Móvil No. 7"}
COUNTS = {State.UP: 171, State.DEGRADED: 1, State.DOWN: 1, State.UNKNOWN: 0}


def scene(*incidents: IncidentEvent, truths: int = 3, sites: int = 1) -> Scene:
    named = ["hg-ensenada", "um", "c", "d"][:sites]
    lines = [
        Line(NOW + timedelta(seconds=n), site, f"happened {n}", ["uci"])
        for site in named
        for n in range(truths)
    ]
    chapter = Chapter(20, "mains lost at Hospital General de Ensenada")
    return Scene(41.7, chapter, lines, incidents, COUNTS, NAMES, NOW)


def test_what_happened_stands_beside_what_is_said() -> None:
    text = shown(Picture(scene(opened(cause=Cause.POWER))))
    assert text.splitlines()[0].startswith(" 0:41  of 2:00   sites:  171 up")
    assert "▶ Mains lost at Hospital General de Ensenada." in text
    [row] = [line for line in text.splitlines() if "Hospital General de Ensenada  " in line]
    assert " P1 " in row  # the site's name on the left, the incident on the right
    assert "03:20:00 uci happened 0" in text  # in the time of the site


def test_a_site_of_which_nothing_is_said_shows_that() -> None:
    [row] = [line for line in shown(Picture(scene())).splitlines() if "Ensenada  " in line]
    assert row.rstrip().endswith("nothing")


def test_an_incident_where_nothing_happened_has_a_row_too() -> None:
    text = shown(Picture(scene(opened(), truths=0)))
    assert "Hospital General de Ensenada" in text
    assert "P1" in text


def test_no_word_is_cut() -> None:
    text = shown(Picture(scene(closed(opened()), opened("INC-2"), sites=2)))
    words = set(text.split())
    for said in (closed(opened()), opened("INC-2")):
        missing = set(summary(said, "es", NOW).split()) - words
        assert missing <= {"·"}  # the priority stands by itself
    assert "…" not in text


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (160, 50)])
def test_it_fits_the_screen_by_leaving_out_the_oldest(width: int, height: int) -> None:
    text = shown(Picture(scene(opened(), truths=20, sites=3)), width, height)
    assert len(text.splitlines()) <= height
    assert "earlier)" in text
    assert "happened 19" in text
    assert "happened 0\n" not in text


def test_a_large_screen_has_room_for_more() -> None:
    few, many = (
        shown(Picture(scene(truths=8, sites=3)), 100, height).count("uci happened")
        for height in (24, 60)
    )
    assert few < many == 24


def test_the_clock_stops_with_the_story() -> None:
    over = Scene(150.0, Chapter(120, "over"), [], [], COUNTS, NAMES, NOW)
    assert shown(Picture(over)).startswith(" 2:00  of 2:00")
    assert [clock(s) for s in (-1, 0, 59.9, 61)] == ["0:00", "0:00", "0:59", "1:01"]
