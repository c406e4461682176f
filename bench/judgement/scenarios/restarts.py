"""A scenario interrupted: what people were told must be the same, whenever the daemon is killed."""

from collections.abc import Iterator

from bench.judgement.scenarios.runner import Played, Told
from bench.judgement.scenarios.scenario import Scenario
from bench.judgement.scenarios.stage import AWAY_S
from monitor.vocabulary import Cause, Phase

_AFTER_S = (0.7, 4.0)
"""After a deed: what it broke is in doubt, and then as good as proven."""
_AROUND_S = (-0.3, 0.3)
"""Around what is told: just before it, and just after."""
_REGAINED_S = (-0.3, 0.3, 10.0)
"""Around the end of our blindness, and while all is asked anew."""
_ENDS_S = 75.0
"""A daemon killed later than so long before the end has no time to see all end."""
_DOUBT_S = 45.0
"""How much later what was not yet told may be told: a lost probe or two are not written down, and
doubt is had again when the grid of the probe comes round (30 s at a clinic)."""


def instants(scenario: Scenario, whole: Played) -> list[float]:
    """Return when to kill the daemon: after each deed, around what it told, and while blind."""
    found = {deed.at_s + late_s for deed in scenario.deeds for late_s in _AFTER_S}
    for told in whole.told:
        spoken = [told.told_s, *([told.first_s] if told.first_s is not None else [])]
        found |= {at_s + late_s for at_s in spoken for late_s in _AROUND_S}
    for began_s, ended_s in _blindness(whole):
        found |= {(began_s + ended_s) / 2, *(ended_s + late_s for late_s in _REGAINED_S)}
    last_s = scenario.lasts_s - _ENDS_S
    return sorted(round(at_s, 3) for at_s in found if 1.0 < at_s < last_s)


def _blindness(whole: Played) -> Iterator[tuple[float, float]]:
    """Yield from when to when the daemon said of itself that it could not see."""
    told_s: dict[str, float] = {}
    for at_s, event in whole.heard:
        if event.cause is Cause.MONITOR_BLIND:
            told_s.setdefault(event.id, at_s)
            if event.phase is Phase.CLOSED:
                yield told_s[event.id], at_s


def changed(whole: Played, killed: Played, killed_at_s: float) -> list[str]:
    """Return what a kill changed, in words; empty if nothing."""
    told, again = _ordered(whole), _ordered(killed)
    shown = {one.about for one in killed.told} - {one.about for one in whole.told}
    if shown:
        return [f"{', '.join(sorted(shown))} is on the board, and would not be"]
    if len(told) != len(again):
        return [f"{len(again)} incidents instead of {len(told)}"]
    found: list[str] = []
    for before, after in zip(told, again, strict=True):
        found += _compared(before, after, killed_at_s)
    found += [
        f"{key} ends {killed.states[key]} instead of {state}"
        for key, state in whole.states.items()
        if killed.states.get(key) is not state
    ]
    return found


def _ordered(played: Played) -> list[Told]:
    """Return what people remember: what they were called for, and what is still open."""
    remembered = (told for told in played.told if told.pages or not told.is_closed)
    return sorted(remembered, key=lambda told: (told.about, told.opened_at))


def _compared(before: Told, after: Told, killed_at_s: float) -> Iterator[str]:
    of = f"{before.cause} of {before.about}"
    for word in ("about", "cause", "priority", "pages", "is_closed"):
        was, now = getattr(before, word), getattr(after, word)
        if was != now:
            yield f"{of}: {word} {now} instead of {was}"
    if before.told_s < killed_at_s:
        if (before.id, before.opened_at) != (after.id, after.opened_at):
            yield f"{of}: it began at {after.opened_at:%X} instead of {before.opened_at:%X}"
        return
    later_s = (after.opened_at - before.opened_at).total_seconds()
    if not -AWAY_S - 1.0 <= later_s <= AWAY_S + _DOUBT_S:
        yield f"{of}: it begins {later_s:+.1f} s later"
