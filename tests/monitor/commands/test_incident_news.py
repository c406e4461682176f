"""One line when an incident opens, when people are called again, and when it is over."""

from datetime import timedelta

from monitor.commands.incident_news import IncidentNews
from monitor.vocabulary import Phase
from tests.exporters.incident import OPENED_AT, closed, opened


def test_the_life_of_an_incident_is_three_lines() -> None:
    news = IncidentNews()
    incident = opened(pages=1)
    [line] = news.of([incident])
    assert line.startswith("03:14:07  opened ")  # in Ensenada
    assert "UCI" in line
    assert list(news.of([incident])) == []
    quiet = opened(phase=Phase.UPDATED, revision=2, pages=1)
    assert list(news.of([quiet])) == []
    worse = opened(phase=Phase.UPDATED, revision=3, pages=2)
    assert len(list(news.of([worse]))) == 1
    [over] = news.of([closed(worse)])
    assert "closed" in over
    assert list(news.of([closed(worse)])) == []


def test_the_oldest_news_comes_first() -> None:
    later = opened("INC-2", at=OPENED_AT + timedelta(seconds=9))
    first, second = IncidentNews().of([later, opened("INC-1")])
    assert first[:8] < second[:8]
