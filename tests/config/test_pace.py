"""How long a ping is waited for, and how far apart it is sent in doubt: by class and by medium."""

import pytest

from config.component import Probe
from config.fleet import Fleet
from config.settings import Settings
from config.site import Site


def probes(medium: str = "fiber", ping: dict[str, float] | None = None) -> dict[str, Probe]:
    asked = {"kind": "icmp", "target": "127.64.0.1", **(ping or {})}
    site = Site.model_validate(
        {
            "id": "hg",
            "name": "Hospital",
            "type": "hospital",
            "links": [{"id": "cfe", "medium": medium, "probes": [asked]}],
            "areas": [{"id": "uci", "probes": [asked]}],
        }
    )
    return Fleet(Settings(include=("x.yaml",)), (site,)).probes


def test_life_critical_pings_are_given_up_sooner_and_overlap() -> None:
    probe = probes()["hg/area/uci#icmp"]
    assert probe.settings.timeout == 0.5
    assert (probe.overlaps, probe.pace_s, probe.lag_s) == (True, 0.25, 0.25)


def test_all_else_waits_for_its_answer() -> None:
    probe = probes()["hg/link/cfe#icmp"]
    assert (probe.settings.timeout, probe.overlaps, probe.pace_s, probe.lag_s) == (1, False, 1, 0)


def test_behind_a_satellite_an_answer_may_take_its_time() -> None:
    assert probes("satellite")["hg/area/uci#icmp"].settings.timeout == 1.0


def test_a_ping_that_says_its_timeout_has_it() -> None:
    probe = probes(ping={"timeout": 2.0})["hg/area/uci#icmp"]
    assert (probe.settings.timeout, probe.pace_s, probe.lag_s) == (2.0, 0.25, 1.75)


@pytest.mark.parametrize("ping", [{"packets": 3}, {"timeout": 0.25}])
def test_several_packets_or_a_short_wait_do_not_overlap(ping: dict[str, float]) -> None:
    assert not probes(ping=ping)["hg/area/uci#icmp"].overlaps
