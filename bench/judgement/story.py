"""One story told aloud: what people heard, and what a kill at a given second makes of it.

`python -m bench.judgement --story NAME` plays it with all its kills, `--kill S` with that one.
"""

from argparse import ArgumentTypeError
from collections.abc import Iterator, Sequence

from bench.judgement.scenario_trial import play_scenario
from bench.judgement.scenarios.library import BY_NAME
from bench.judgement.scenarios.restarts import changed
from bench.judgement.scenarios.runner import Played, faults, play
from bench.judgement.scenarios.scenario import Scenario
from config.suggestion import fix_for

EVERY_KILL = 1_000_000


def known(name: str) -> str:
    """Return the name of a story.

    Raises:
        ArgumentTypeError: there is none of that name.

    """
    if name not in BY_NAME:
        raise ArgumentTypeError(
            f"there is no story `{name}`; {fix_for(name, list(BY_NAME), 'correct it')}"
        )
    return name


def tell(names: Sequence[str], kills_s: Sequence[float]) -> Iterator[str]:
    """Yield lines: of each story, what went wrong with it; nothing but its own line if all is well.

    With kills, each of them is played alone, and all that is told is written beside it.
    """
    for name in names:
        if kills_s:
            yield from _retold(BY_NAME[name], kills_s)
        else:
            yield from _summed_up(name)


def _summed_up(name: str) -> Iterator[str]:
    outcome = play_scenario(name, EVERY_KILL)
    upset = len({line.partition(": ")[0] for line in outcome.upset})
    yield f"{name}: {outcome.kills} restarts, {upset} upset"
    yield from (f"  wrong: {line}" for line in (*outcome.faults, *outcome.upset))


def _retold(scenario: Scenario, kills_s: Sequence[float]) -> Iterator[str]:
    whole = play(scenario)
    yield f"{scenario.name}:"
    yield from _aloud(whole)
    yield from (f"  wrong: {line}" for line in faults(scenario, whole))
    for at_s in kills_s:
        killed = play(scenario, [at_s])
        yield f"killed at {at_s:g} s:"
        yield from _aloud(killed)
        yield from (f"  wrong: {line}" for line in changed(whole, killed, at_s))


def _aloud(played: Played) -> Iterator[str]:
    for at_s, event in played.heard:
        call = f" calls: {event.call}" if event.call else ""
        yield (
            f"  {at_s:8.2f} s {event.id} {event.phase} {event.cause} {event.priority} of"
            f" {event.root.key}, since {event.opened_at:%X}, {event.pages} pages{call}"
        )
