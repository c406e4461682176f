"""A message to a person: one line for a lock screen, and below it one screen of a telephone."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from exporters import text
from exporters.circle import Named, Others
from exporters.notice import Notification
from exporters.plain import clean
from exporters.scene import Scene
from exporters.scene_parts import LADDER, Limits
from exporters.site_name import fitted, with_short_kind
from monitor.events import IncidentEvent
from monitor.vocabulary import Priority

LONGEST_TITLE = 120
SHORTEST_PLACE, SHORTEST_LAST_PLACE = 20, 10
_SCREEN = Limits(parts=6, critical=12, name=40)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What one addressee is told now. `kind` is None for a test.

    `key` is the same however often this is sent, `thread` what all of one incident have in common;
    both are ASCII. `link` leads to the board and `runbook` to what to do; either may be empty.
    """

    title: str
    text: str
    priority: Priority
    kind: Notification | None
    key: str
    thread: str
    at: datetime
    link: str = ""
    runbook: str = ""

    @property
    def is_over(self) -> bool:
        return self.kind is Notification.CLOSED

    @property
    def is_quiet(self) -> bool:
        """Tell whether it must not ring: what is over, or only to note, wakes nobody up."""
        return self.is_over or self.priority is Priority.P4


def headline(
    event: IncidentEvent, kind: Notification, language: text.Language, now: datetime
) -> str:
    """Return what, which critical area, where and since when, in at most 120 characters."""
    try:
        return _fitted(event, kind, language, now)
    except text.SURPRISES:
        _LOG.exception("no headline incident=%s language=%s", event.id, language)
        return clean(text.bare(event), LONGEST_TITLE)


def body(
    event: IncidentEvent,
    kind: Notification,
    wording: text.Wording,
    who_else: Others,
    now: datetime,
) -> str:
    """Return the lines below the first: since when, why, what to check, who else knows."""
    link = text.incident_link(event, wording.board_url)
    runbook = text.runbook_link(event, wording.runbooks_url)
    try:
        scene = Scene(event, now, link, _SCREEN)
        said = (scene, kind.value, who_else.told, who_else.waiting, runbook)
        return text.tidy(text.say(wording.language, "message", *said))
    except text.SURPRISES:
        _LOG.exception("no message incident=%s language=%s", event.id, wording.language)
        return "\n".join(filter(None, (text.bare(event), f"{event.id}", runbook, link)))


def trial(named: Named, vantage: str, wording: text.Wording, now: datetime) -> Message:
    """Return a message that says that it is a test, and rings as the worst would."""
    language = wording.language
    channel = text.say(language, "receivers", [named])
    key = f"{vantage}/test/{now:%Y%m%dT%H%M%S}"
    return Message(
        title=clean(text.say(language, "trial_lead", vantage), LONGEST_TITLE),
        text=text.tidy(text.say(language, "trial", vantage, channel, now)),
        priority=Priority.P1,
        kind=None,
        key=key,
        thread=key,
        at=now,
        link=wording.board_url or "",
    )


def _fitted(
    event: IncidentEvent, kind: Notification, language: text.Language, now: datetime
) -> str:
    lead = place = when = ""
    room = 0
    for limits in LADDER:
        scene = Scene(event, now, "", limits)
        lead = clean(text.say(language, "lead", scene, kind.value), 400)
        place = clean(text.say(language, "place", scene), 400)
        when = clean(text.say(language, "when", scene))
        room = LONGEST_TITLE - len(_joined(lead, "?", when)) + 1
        for where in _places(scene, place, room):
            if len(where) <= room:
                return _joined(lead, where, when)
    where = fitted(place, max(SHORTEST_LAST_PLACE, room))
    rest = LONGEST_TITLE - len(_joined("?", where, when)) + 1
    return _joined(clean(lead, rest), where, when)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _places(scene: Scene, place: str, room: int) -> Iterator[str]:
    """Yield how to say where, from the fullest to the shortest that still says it."""
    if scene.clues and place == scene.site_name:
        yield f"{place} ({scene.clues})"
    yield place
    yield with_short_kind(place)
    if room >= SHORTEST_PLACE:
        yield fitted(place, room)
