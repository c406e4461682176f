"""A report on paper: what it shows, in both languages, and that names cannot break it."""

import re
from html.parser import HTMLParser

import pytest

from monitor.report.page import page
from monitor.report.report import Report, report
from monitor.report.words import WORDS
from monitor.vocabulary import Cause
from tests.monitor.report.sample import (
    BEGINS,
    HOUR,
    QUESTION,
    clinic,
    fleet,
    incident,
    record,
    steps,
)

VOID = {"meta", "br"}


class Nesting(HTMLParser):
    """Every element is closed by its own end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is opened."""


def told(**site: str) -> Report:
    changes = ((-100.0, "up"), (600.0, "down"), (660.0, "up"))
    held = record(
        {"cs": steps(*changes), "cs/link/cfe#telemedicine": steps((0, "ready"), number=40)},
        incidents=(incident("20261104-160000", "link", 600, 660),),
        lives=((BEGINS - HOUR, BEGINS + 40 * HOUR),),
    )
    return report(fleet(clinic(**site)), held, QUESTION)


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_is_whole_and_says_what_happened(language: str) -> None:
    text = page(told(), language)  # type: ignore[arg-type]
    words = WORDS[language]  # type: ignore[index]
    nesting = Nesting()
    nesting.feed(text)
    assert (nesting.open, nesting.faults) == ([], [])
    for word in ("title", "not_over", "by_group", "how"):
        assert words[word] in text
    assert "Ensenada" in text
    assert {"es": "4 – 5 noviembre 2026", "en": "4 – 5 November 2026"}[language] in text
    assert "20261104-160000" in text
    assert "2026-11-04 10:00:00 −06:00" in text
    assert "97.500 %" in text  # 39 of 40 hours


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = page(told(), "es")
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="([^"]*)"', text) == []
    assert "default-src 'none'" in text


def test_names_of_people_are_text() -> None:
    text = page(told(name="<b>Hospital & Cía</b>", municipality='"><i>'), "es")
    assert "<b>Hospital" not in text
    assert "&lt;b&gt;Hospital &amp; Cía" in text
    assert '"><i>' not in text


def test_every_cause_has_words() -> None:
    assert [cause for cause in Cause if f"cause_{cause.value}" not in WORDS["es"]] == []


def test_a_quiet_period_says_that_nothing_was() -> None:
    quiet = report(fleet(clinic()), record({"cs": steps((-10, "up"))}), QUESTION)
    text = page(quiet, "en")
    assert text.count("Nothing in this period.") == 5
    assert "100.000 %" in text
    assert WORDS["en"]["not_over"] not in text


def test_the_same_report_is_the_same_page() -> None:
    assert page(told(), "es") == page(told(), "es")
