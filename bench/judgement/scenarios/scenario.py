"""What is told of a scenario: the fleet, what happens to it, and who is to be called for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bench.judgement.scenarios.clock import TUESDAY
from bench.judgement.scenarios.stage import Stage
from config.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happens `at_s` seconds into the story. None: the daemon is killed."""

    at_s: float
    do: Callable[[Stage], None] | None


@dataclass(frozen=True, slots=True)
class Page:
    """What people are to be called for: once, unless it becomes worse (`times`).

    `about` is a site, `node/...` or `monitor`. The first call comes within `within_s` of
    `began_s`, and no later than that; `priority` is that of the last.
    """

    about: str
    cause: str
    began_s: float
    within_s: float
    priority: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with its truth. `pages` is empty where nobody is to be called.

    `is_over` says that all is well again at the end, so that nothing may be open then. `awaits`
    names what has to be built before the daemon can do it: it fails until then, and is told of.
    """

    name: str
    fleet: Fleet
    deeds: tuple[Deed, ...]
    lasts_s: float
    pages: tuple[Page, ...] = ()
    anchors: tuple[str, ...] = ()
    start: datetime = TUESDAY
    is_over: bool = True
    awaits: str = ""

    @property
    def is_quiet(self) -> bool:
        return not self.pages
