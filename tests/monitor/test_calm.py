"""What a calm run leaves out changes nothing: the same story, with every step taken, ends alike."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest

from config.component import Probe
from config.site import Node
from monitor.events import AnyEvent
from monitor.outcome import Outcome
from monitor.sight.sight import Surroundings
from monitor.standing import Standing
from monitor.watch import Watch
from probes.echo_figures import EchoFigures
from probes.reading import Battery, Mains, PowerFigures, Reading, Reason, UnitState
from tests.clock import START
from tests.monitor.story import GOOD, clinic, fleet, hospital

Told = list[Outcome | list[AnyEvent]]
TURNS, LINKS, STEP_S = 300, 5, 7.0
SPELL_TURNS = 12


def watch() -> Watch:
    numbers = count(1)
    icmp = {"kind": "icmp", "target": "127.65.0.1"}
    sites = [
        clinic(f"cs-{n}", links=[{"id": "cfe", "node": "pop", "probes": [icmp]}])
        for n in range(LINKS)
    ]
    powered = hospital(power=[_source(kind) for kind in ("ups", "generator", "ats")])
    whole = replace(fleet(powered, *sites), nodes=(Node(id="pop"),))
    return Watch(whole, Surroundings(("127.65.0.9",)), lambda _: f"i-{next(numbers)}")


def _source(kind: str) -> dict[str, object]:
    asked = {"kind": "power", "url": f"http://127.65.0.1/power/{kind}"}
    return {"id": kind, "kind": kind, "source": asked}


_RARE = (
    replace(GOOD, mains=Mains.ABSENT, state=UnitState.ON_BATTERY),
    replace(GOOD, state=UnitState.ON_BATTERY, battery=Battery.LOW, charge_ratio=0.1),
    replace(GOOD, state=UnitState.RUNNING),
    replace(GOOD, state=UnitState.STOPPED),
    replace(GOOD, mains=Mains.UNKNOWN),
    replace(GOOD, battery=Battery.REPLACE),
)


def power_of(chance: Random, turn: int) -> PowerFigures:
    """Return what is said nearly always, or for some turns on end something else."""
    spell = turn // SPELL_TURNS
    is_odd = spell % 2 == 1 and chance.random() < 0.8
    said = _RARE[spell // 2 % len(_RARE)] if is_odd else GOOD
    return replace(said, measured_at=START + timedelta(seconds=turn * STEP_S))


def reading_of(probe: Probe, chance: Random, silent: set[str], turn: int) -> Reading:
    """Return an answer, a loss, or a run that could not be made; delays now and then shift."""
    is_icmp = probe.settings.kind == "icmp"
    roll = chance.random()
    if roll < 0.004:
        return Reading.failed(Reason.SEND_FAILED, "", 0.0)
    if probe.component in silent or roll < 0.03:
        echo = EchoFigures(1) if is_icmp else None
        return replace(Reading.failed(Reason.NO_REPLY, "", 2.0), echo=echo)
    rtt_s = chance.lognormvariate(-3.5, 0.2) * (8 if chance.random() < 0.01 else 1)
    echo = EchoFigures(1, (round(rtt_s * 1e9),)) if is_icmp else None
    power = power_of(chance, turn) if probe.settings.kind == "power" else None
    return Reading(True, rtt_s, echo=echo, power=power)


def played(seed: int) -> tuple[Watch, Told]:
    """Play an hour: single losses, outages of links, the fall of the node, and our own cut."""
    chance, held, silent = Random(seed), watch(), set[str]()
    told: Told = []
    probes = list(held.probes().values())
    for turn in range(TURNS):
        at_s, at = 1000.0 + turn * STEP_S, START + timedelta(seconds=turn * STEP_S)
        if turn % 40 == 0:
            often = chance.choice((0.0, 0.0, 0.15, 0.6, 1.0))
            silent = {probe.component for probe in probes if chance.random() < often}
        for probe in probes:
            told.append(held.observe(probe, reading_of(probe, chance, silent, turn), at_s, at))
        told.append(held.tick(at_s, at))
    return held, told


@pytest.mark.parametrize("seed", range(3))
def test_what_a_calm_run_leaves_out_changes_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, quickly = played(seed)
    monkeypatch.setattr(Standing, "is_settled", property(lambda _: False))
    stepped, step_by_step = played(seed)
    assert quickly == step_by_step
    assert list(quick.standings()) == list(stepped.standings())
    assert quick.sight.blindness == stepped.sight.blindness


def test_most_runs_are_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[str] = []
    follow = Watch._follow

    def counted(
        held: Watch, standing: Standing, probe: Probe, reading: Reading, at_s: float, at: datetime,
        asked_s: float | None, events: list[AnyEvent],
    ) -> Outcome:  # fmt: skip
        followed.append(standing.key)
        return follow(held, standing, probe, reading, at_s, at, asked_s, events)

    held = watch()
    probes = [probe for key, probe in held.probes().items() if "/link/" in key]
    monkeypatch.setattr(Watch, "_follow", counted)
    for turn in range(10):
        at = START + timedelta(seconds=30 * turn)
        for probe in probes:
            held.observe(probe, Reading(True, 0.02), 1000.0 + 30 * turn, at)
    assert len(followed) <= 2 * len(probes)
