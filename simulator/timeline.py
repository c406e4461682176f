"""Plays the timeline of a world: each entry once, at its instant after the start."""

from functools import partial

from simulator import deeds
from simulator.action import Action
from simulator.live_world import LiveWorld

TIMELINE = "timeline"


class Timeline:
    """`remaining` is None before the start, then counts down to zero."""

    def __init__(self, live: LiveWorld) -> None:
        self._live = live
        self.remaining: int | None = None

    def start(self, now_s: float) -> bool:
        """Put every entry on the agenda, counted from now; False if that was done before."""
        if self.remaining is not None:
            return False
        entries = self._live.world.timeline
        self.remaining = len(entries)
        self._live.tell(TIMELINE, "started", entries=len(entries))
        for entry in entries:
            self._live.agenda.at(now_s + entry.at, partial(self._play, entry.action))
        if not entries:
            self._live.tell(TIMELINE, "ended")
        return True

    def _play(self, action: Action, due_s: float) -> None:
        deeds.apply(action, self._live, due_s)
        self.remaining = (self.remaining or 0) - 1
        if self.remaining == 0:
            self._live.tell(TIMELINE, "ended")
