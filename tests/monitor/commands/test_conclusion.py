"""What the answers of one site say together."""

from collections.abc import Mapping

import pytest

from config.fleet import Fleet
from monitor.commands.conclusion import Answer, conclude
from probes.reading import PowerFigures, Reading, Reason
from tests.monitor.story import GOOD, ON_BATTERY, clinic, fleet, hospital

TWO_LINKS = [
    {"id": link, "probes": [{"kind": "icmp", "target": f"127.64.0.{host}"}]}
    for host, link in enumerate(("cfe", "lte"), start=1)
]
SERVICE = {"id": "expediente", "probes": [{"kind": "http", "url": "http://127.64.0.5/"}]}


def concluded(watched: Fleet, failed: Mapping[str, Reason] = {}, power: PowerFigures = GOOD) -> str:
    """Ask every probe of a fleet; the components named by their ids fail."""
    answers = []
    for probe in watched.probes.values():
        component = watched.components[probe.component]
        reading = Reading(True, 0.01, power=power if probe.settings.kind == "power" else None)
        if component.id in failed:
            reading = Reading.failed(failed[component.id], "")
        answers.append(Answer(component, reading))
    return "\n".join(conclude(answers))


def test_all_is_well() -> None:
    assert concluded(fleet(hospital())) == "5 asked, 5 answered.\nMains are present."


def test_a_site_that_is_cut_off_says_nothing_of_what_lies_behind() -> None:
    silence = dict.fromkeys(("cfe", "ups", "uci", "urgencias", "quirofano"), Reason.NO_REPLY)
    said = concluded(fleet(hospital()), silence)
    assert "No link answers: the site is cut off from here" in said
    assert "its power is unknown, not good" in said
    assert "silent with the links" in said
    assert "inside the building" not in said
    assert said.endswith("asks again before it calls anything down.")


def test_one_link_of_two() -> None:
    said = concluded(fleet(hospital(links=TWO_LINKS)), {"cfe": Reason.NO_REPLY})
    assert "cfe does not answer while another link does" in said
    assert "cut off" not in said


@pytest.mark.parametrize(
    ("failed", "words"),
    [(("uci",), "uci does not"), (("uci", "urgencias"), "uci, urgencias do not")],
)
def test_an_area_behind_a_link_that_answers(failed: tuple[str, ...], words: str) -> None:
    said = concluded(fleet(hospital()), dict.fromkeys(failed, Reason.NO_REPLY))
    assert f"{words} answer while a link does: look at the network inside the building." in said


def test_a_service() -> None:
    said = concluded(fleet(clinic(services=[SERVICE])), {"expediente": Reason.STATUS})
    assert "expediente does not answer: look at the service itself." in said


def test_power_is_told_absent_or_unknown() -> None:
    assert "Mains are absent" in concluded(fleet(hospital()), power=ON_BATTERY)
    said = concluded(fleet(hospital()), {"ups": Reason.STALE})
    assert "power telemetry is silent: its power is unknown" in said
    assert "power" not in concluded(fleet(clinic()))


def test_our_own_failure_counts_for_nothing() -> None:
    said = concluded(fleet(hospital()), dict.fromkeys(("cfe", "uci"), Reason.NO_PERMISSION))
    assert "5 asked, 3 answered." in said
    assert "2 could not be asked: the trouble is on our side" in said
    assert "No link answers" not in said
    assert "does not answer" not in said


def test_parts_of_different_kinds_may_share_a_name() -> None:
    named_alike = fleet(clinic(services=[SERVICE | {"id": "cfe"}]))
    answers = [
        Answer(named_alike.components["cs/link/cfe"], Reading(True, 0.1)),
        Answer(named_alike.components["cs/service/cfe"], Reading.failed(Reason.STATUS, "")),
    ]
    assert "cfe does not answer: look at the service" in "\n".join(conclude(answers))
