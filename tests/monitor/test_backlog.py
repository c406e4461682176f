"""What waits to be folded: links before what lies behind them, and nobody for long."""

import pytest

from config.component import Probe
from config.probe import IcmpSettings
from monitor.backlog import FAIR_S, FAIR_TURN, Answer, Backlog
from probes.reading import Reading


def probe(component: str, *, explains: bool) -> Probe:
    asked = IcmpSettings(target="127.0.0.1")
    return Probe(f"{component}#icmp", component, asked, 15.0, 1.0, explains)


LINK, AREA = probe("cs/link/cfe", explains=True), probe("cs/area/uci", explains=False)


def backlog_of(*arrivals: tuple[Probe, str, float]) -> Backlog[str]:
    backlog: Backlog[str] = Backlog()
    for asked, name, came_s in arrivals:
        backlog.put(asked, Answer(name, Reading(True, 0.01), came_s - 0.01, came_s))
    return backlog


def taken(backlog: Backlog[str], now_s: float) -> list[str]:
    names = []
    while backlog:
        names.append(backlog.take(now_s).entry)
    return names


def test_what_explains_others_is_folded_first() -> None:
    backlog = backlog_of((AREA, "uci", 10.0), (LINK, "cfe", 10.1), (LINK, "lte", 10.2))
    assert taken(backlog, 10.3) == ["cfe", "lte", "uci"]


def test_nobody_waits_for_ever() -> None:
    links = [(LINK, f"link-{number}", 10.0) for number in range(3 * FAIR_TURN)]
    areas = [(AREA, "uci", 10.0), (AREA, "urgencias", 10.0)]
    backlog = backlog_of(*links, *areas)
    names = taken(backlog, 10.0 + FAIR_S)
    assert names.index("uci") == FAIR_TURN - 1
    assert names.index("urgencias") == 2 * FAIR_TURN - 1
    assert [name for name in names if name.startswith("link")] == [name for _, name, _ in links]


def test_an_empty_one_says_so() -> None:
    backlog = backlog_of()
    assert not backlog
    with pytest.raises(IndexError):
        backlog.take(0.0)
