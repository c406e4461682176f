"""One scenario as a worker process plays it: to its end, and once more for each kill."""

from dataclasses import dataclass

from bench.judgement.scenarios.library import BY_NAME
from bench.judgement.scenarios.restarts import changed, instants
from bench.judgement.scenarios.runner import faults, play
from bench.judgement.scenarios.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """`delays_s` are those of the pages that came, in order; `upset` what kills changed."""

    name: str
    pages: int
    delays_s: tuple[float, ...]
    faults: tuple[str, ...]
    kills: int
    upset: tuple[str, ...]

    @property
    def scenario(self) -> Scenario:
        return BY_NAME[self.name]

    @property
    def has_right_cause(self) -> bool:
        return not any("was told as" in fault or "nobody was called" in fault
                       for fault in self.faults)  # fmt: skip

    @property
    def has_right_pages(self) -> bool:
        """Tell whether each cause called people as often as it should, and nothing else did."""
        return not any("people were called" in fault or "nobody" in fault for fault in self.faults)


def play_scenario(name: str, most_kills: int) -> ScenarioOutcome:
    """Play one, and again with the daemon killed at each of its instants; or at some of them.

    Those that still await something are not killed: they are wrong already.
    """
    scenario = BY_NAME[name]
    whole = play(scenario)
    found = [] if scenario.awaits else _some(instants(scenario, whole), most_kills)
    upset = [
        f"killed at {at_s:g} s: {what}"
        for at_s in found
        for what in changed(whole, play(scenario, [at_s]), at_s)
    ]
    calls_s = (told.first_s for told in whole.told if told.first_s is not None)
    pairs = zip(calls_s, scenario.pages, strict=False)
    delays_s = tuple(call_s - page.began_s for call_s, page in pairs)
    return ScenarioOutcome(
        name, whole.pages, delays_s, tuple(faults(scenario, whole)), len(found), tuple(upset)
    )


def _some(instants_s: list[float], most: int) -> list[float]:
    """Return all, or so many of them, evenly spread.

    >>> _some([1.0, 2.0, 3.0, 4.0, 5.0], 2)
    [1.0, 3.0]
    """
    if len(instants_s) <= most:
        return instants_s
    return [instants_s[place * len(instants_s) // most] for place in range(most)]
