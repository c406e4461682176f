"""Somebody who is woken finds what to do: a page for every cause, and every alert leads to it."""

import re

import pytest

from exporters.alert import ALERT_NAMES
from exporters.rules.rule import Alert
from exporters.rules.rules_file import groups
from monitor.vocabulary import Cause
from tests.docs.pages import FOLDER, GUIDE, anchors, headings

RUNBOOKS = FOLDER / "docs" / "runbooks"
CHAPTERS = [
    "Qué significa",
    "Qué revisar primero",
    "A quién llamar",
    "Qué no hacer",
    "Cuándo escalar",
]
ALERTS = [rule for group in groups() for rule in group.rules if isinstance(rule, Alert)]


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_runbook_with_all_its_chapters(cause: Cause) -> None:
    page = RUNBOOKS / f"{cause}.md"
    assert headings(page)[1:6] == CHAPTERS
    text = page.read_text(encoding="utf-8")
    assert f"**{ALERT_NAMES[cause]}**" in text
    steps = text.partition("## Qué revisar primero")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\d\. ", steps, re.MULTILINE)) >= 3, "what to check, in order"
    for chapter in ("Qué no hacer", "Cuándo escalar"):
        said = text.partition(f"## {chapter}")[2].partition("\n## ")[0]
        assert len(re.findall(r"^- ", said, re.MULTILINE)) >= 2, chapter


def test_there_is_no_runbook_that_nothing_leads_to() -> None:
    pages = {page.stem for page in RUNBOOKS.glob("*.md")}
    assert pages == {*Cause, "guardia", "README"}


@pytest.mark.parametrize("page", ["README.md", "../operators-guide.es.md"])
def test_every_cause_is_linked_from_the_docs(page: str) -> None:
    text = (RUNBOOKS / page).read_text(encoding="utf-8")
    assert [cause for cause in Cause if f"{cause}.md)" not in text] == []
    assert GUIDE.exists()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_alert_of_prometheus_leads_to_its_heading(alert: Alert) -> None:
    page, _, anchor = alert.runbook_path().partition("#")
    assert anchor in anchors(RUNBOOKS / page)


def test_the_page_about_rules_lists_all_of_them_with_their_delay_and_severity() -> None:
    page = (FOLDER / "docs" / "alerting.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]*) ?\| (\w+) \|$", page, re.MULTILINE)
    assert [(name, hold.replace(" ", "").replace("in", ""), how) for name, hold, how in listed] == [
        (alert.name, alert.hold, alert.severity) for alert in ALERTS
    ]
    recorded = {rule.name for group in groups() for rule in group.rules if rule not in ALERTS}
    families = {name.rpartition("ratio")[0] for name in recorded}
    windows = re.findall(r"^\| `([\w:]+:)ratio(\w+)`((?:, `…\w+`)+)", page, re.MULTILINE)
    assert {family for family, _, _ in windows} == families
    assert {
        f"{family}ratio{window}"
        for family, first, others in windows
        for window in (first, *re.findall(r"…(\w+)", others))
    } == recorded
