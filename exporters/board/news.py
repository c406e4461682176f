"""News as viewers receive it: one JSON object, whose HTML the server has rendered and escaped."""

import json

from exporters.board.cards import Card
from exporters.board.feed import News
from exporters.board.rendering import render, stamp
from exporters.text import Language
from monitor.events import IncidentEvent
from monitor.vocabulary import Phase


def rendered(news: News, language: Language) -> str:
    """Return the `data` of an event on /events (docs/board.md)."""
    return json.dumps(
        {
            "at": stamp(news.at),
            "incidents": [_incident(one, news, language) for one in news.incidents],
            "sites": news.sites,
            "counts": render("counts.html.j2", language, up="", counts=news.counts),
            "blind": render("blind.html.j2", language, up="", blind=_blind(news)),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _incident(one: IncidentEvent, news: News, language: Language) -> dict[str, object]:
    card = Card(one, news.at)
    if one.phase is Phase.CLOSED:
        return {"id": one.id, "rank": card.rank, "told": False, "html": None}
    html = render("incident_card.html.j2", language, up="", card=card)
    return {"id": one.id, "rank": card.rank, "told": one.pages > 0 and not one.quiet, "html": html}


def _blind(news: News) -> Card | None:
    return None if news.blind is None else Card(news.blind, news.at)
