"""What happens in stories, in the words of those who tell them."""

from dataclasses import replace
from random import Random

from bench.judgement.link_model import Link, LinkModel
from bench.judgement.scenarios.scenario import Deed
from bench.judgement.scenarios.stage import Stage
from bench.judgement.scenarios.world import EVERYTHING, Way
from config.fleet import Fleet
from probes.reading import PowerFigures, Reason


def cut(at_s: float, *places: str) -> Deed:
    """These answer nothing any more."""

    def do(stage: Stage) -> None:
        stage.world.silent.update(places)

    return Deed(at_s, do)


def mend(at_s: float, *places: str) -> Deed:
    """These answer again."""

    def do(stage: Stage) -> None:
        stage.world.silent.difference_update(places)

    return Deed(at_s, do)


def flap(at_s: float, place: str, *, down_s: float, up_s: float, times: int) -> tuple[Deed, ...]:
    """Cut and mend, over and over."""
    turns = [at_s + turn * (down_s + up_s) for turn in range(times)]
    return tuple(
        deed for turn_s in turns for deed in (cut(turn_s, place), mend(turn_s + down_s, place))
    )


def lose_uplink(at_s: float) -> Deed:
    """Our own access is gone: nothing answers, the anchors neither."""
    return cut(at_s, EVERYTHING)


def regain_uplink(at_s: float) -> Deed:
    return mend(at_s, EVERYTHING)


def filter_ping(at_s: float, *places: str) -> Deed:
    """A firewall on the way drops ping from now on."""

    def do(stage: Stage) -> None:
        stage.world.deaf_to_ping.update(places)

    return Deed(at_s, do)


def allow_ping(at_s: float, *places: str) -> Deed:
    def do(stage: Stage) -> None:
        stage.world.deaf_to_ping.difference_update(places)

    return Deed(at_s, do)


def spoil_ids(at_s: float, *places: str) -> Deed:
    """A firewall has mislaid the session of our identifier; a fresh one passes."""

    def do(stage: Stage) -> None:
        stage.world.stale_ids.update(places)

    return Deed(at_s, do)


def answer_wrongly(at_s: float, reason: Reason, *places: str) -> Deed:
    """Something comes back, or something of ours fails, at once."""

    def do(stage: Stage) -> None:
        stage.world.wrong |= dict.fromkeys(places, reason)

    return Deed(at_s, do)


def answer_rightly(at_s: float, *places: str) -> Deed:
    def do(stage: Stage) -> None:
        for place in places:
            stage.world.wrong.pop(place, None)

    return Deed(at_s, do)


def degrade(
    at_s: float, place: str, *, loss: float = 0.0, slower_s: float = 0.0, jitter_s: float = 0.0
) -> Deed:
    """A way loses at random, or answers late, from now on."""

    def do(stage: Stage) -> None:
        stage.world.ways[place] = Way(loss, None, slower_s, jitter_s)

    return Deed(at_s, do)


def burst(at_s: float, place: str, model: LinkModel) -> Deed:
    """A way loses in bursts, as one of the thirty models does."""

    def do(stage: Stage) -> None:
        link = Link(model, Random(f"{place} {model.name}"))
        stage.world.ways[place] = Way(model.loss_ratio if not model.burst_s else 0.0, link)

    return Deed(at_s, do)


def clear(at_s: float, place: str) -> Deed:
    """A way is as good as it was."""

    def do(stage: Stage) -> None:
        stage.world.ways.pop(place, None)

    return Deed(at_s, do)


def says(at_s: float, unit: str, figures: PowerFigures) -> Deed:
    """A power unit says this from now on."""

    def do(stage: Stage) -> None:
        stage.world.power[unit] = figures

    return Deed(at_s, do)


def discharges(
    at_s: float, unit: str, figures: PowerFigures, *, down_to: float, in_s: float, steps: int = 10
) -> tuple[Deed, ...]:
    """A battery runs down, told in steps."""
    charge, runtime_s = figures.charge_ratio or 1.0, figures.runtime_s or in_s
    deeds = []
    for step in range(steps + 1):
        done = step / steps
        left = charge + (down_to - charge) * done
        said = replace(figures, charge_ratio=left, runtime_s=runtime_s * left / charge)
        deeds.append(says(at_s + done * in_s, unit, said))
    return tuple(deeds)


def set_clock(at_s: float, seconds: float) -> Deed:
    """Somebody sets the wall clock of our machine; the monotonic one goes on."""

    def do(stage: Stage) -> None:
        stage.clock.wrong_s += seconds

    return Deed(at_s, do)


def stall(at_s: float, seconds: float) -> Deed:
    """Our own loop stands still."""

    def do(stage: Stage) -> None:
        stage.stall(seconds)

    return Deed(at_s, do)


def restart(at_s: float) -> Deed:
    """Our daemon is killed, and started again."""
    return Deed(at_s, None)


def reload(at_s: float, fleet: Fleet) -> Deed:
    """Somebody changes the site list."""

    def do(stage: Stage) -> None:
        stage.reload(fleet)

    return Deed(at_s, do)
