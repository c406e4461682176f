"""The lists of incidents that a terminal shows, narrow and wide."""

from datetime import timedelta

import pytest

from monitor.commands.panel import IncidentList, counts_line
from monitor.events import IncidentEvent
from monitor.vocabulary import Cause, Priority, State
from tests.exporters.incident import OPENED_AT, closed, opened
from tests.monitor.commands.terminal import shown

NOW = OPENED_AT + timedelta(minutes=12, seconds=5)


def listed(*incidents: IncidentEvent, width: int = 80, lines: int | None = None) -> str:
    return shown(IncidentList(incidents, NOW, lines), width)


@pytest.mark.parametrize("width", [60, 80, 100, 119, 120, 160])
def test_what_one_must_know_is_there_at_every_width(width: int) -> None:
    text = listed(opened(), width=width)
    words = " ".join(text.split())
    for known in ("P1", "Hospital General de Ensenada", "BCIMB000010", "12 min 05 s", "uci"):
        assert known in words
    assert "area network" in words
    assert max(map(len, text.splitlines())) <= width


def test_open_comes_before_closed_and_the_worst_first() -> None:
    text = listed(
        closed(opened("INC-0", cause=Cause.SERVICE)),
        opened("INC-1", priority=Priority.P3, cause=Cause.LINK),
        opened("INC-2", priority=Priority.P1, cause=Cause.POWER),
    )
    places = [text.index(word) for word in ("power", "link", "service (over)")]
    assert places == sorted(places)


def test_without_critical_areas_the_root_is_named() -> None:
    incident = opened(touched=())
    assert incident.root.name in listed(incident)


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("lines", [1, 5, 20])
def test_a_small_screen_says_how_many_more_there_are(width: int, lines: int) -> None:
    incidents = [opened(f"INC-{n}") for n in range(40)]
    text = listed(*incidents, width=width, lines=lines)
    assert len(text.splitlines()) <= lines
    shown_too = text.count("P1")
    assert f"… and {40 - shown_too} more" in text
    assert lines < 5 or shown_too > 0


def test_a_large_screen_shows_them_all() -> None:
    incidents = [opened(f"INC-{n}") for n in range(5)]
    text = listed(*incidents, lines=40)
    assert text.count("P1") == 5
    assert "more" not in text


def test_the_counts_are_one_line() -> None:
    counts = {State.UP: 171, State.DEGRADED: 0, State.DOWN: 2, State.UNKNOWN: 0}
    assert counts_line(counts).plain == " 171 up   0 degraded   2 down   0 unknown  "
