"""A message to a person: what the first line holds, what stands below it, and how it is cut."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.area import Criticality
from config.component import ComponentKind
from exporters.circle import Named, Others
from exporters.message import LONGEST_TITLE, body, headline, trial
from exporters.notice import Notification
from exporters.text import Language, Wording
from monitor.events import Acknowledgement, Touched
from monitor.vocabulary import Call, Cause, Fact, Priority, State
from tests.exporters.golden_messages import FOLDER, file_of, page
from tests.exporters.golden_scenes import incident
from tests.exporters.incident import HOSPITAL, OPENED_AT, area, closed, later, opened, part, seen

NOW = OPENED_AT + timedelta(seconds=41)
LANGUAGES: tuple[Language, ...] = get_args(Language)
SPANISH = Wording("es", "https://g.mx", "https://g.mx/runbooks")
OPENED, CLOSED, WORSE = Notification.OPENED, Notification.CLOSED, Notification.WORSE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", Cause)
def test_every_message_is_the_reviewed_one(language: Language, cause: Cause) -> None:
    """After a change: `python -m tests.exporters.golden_messages`, and read the difference."""
    assert page(language, cause) == file_of(language, cause).read_text(encoding="utf-8")


def test_no_golden_file_is_left_of_a_cause_that_is_gone() -> None:
    expected = {file_of(language, cause) for language in LANGUAGES for cause in Cause}
    assert set(FOLDER.iterdir()) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("priority", Priority)
def test_a_message_holds_all_that_a_person_on_call_needs(
    language: Language, cause: Cause, priority: Priority
) -> None:
    event = incident(cause, priority)
    wording = Wording(language, "https://g.mx", "https://g.mx/runbooks")
    first = headline(event, OPENED, language, NOW)
    text = body(event, OPENED, wording, Others((Named("webhook"),)), NOW)
    assert first.startswith(f"{priority} · ")
    assert "03:14:07 UTC−8" in first
    assert len(first) <= LONGEST_TITLE
    assert text.count("\n- ") >= 1, "evidence"
    assert text.count("\n- ") <= 2
    assert f"https://g.mx/runbooks/{cause}.md" in text
    assert "\n1. " in text
    assert "webhook" in text
    assert event.id in text
    assert len(text) < 1800, "one screen or two"


def test_the_first_line_says_what_whom_where_and_since_when() -> None:
    assert headline(incident(Cause.LINK, Priority.P1), OPENED, "es", NOW) == (
        "P1 · Sin Internet: UCI y Urgencias sin red · Hospital General de Ensenada "
        "(BCIMB000010) · desde 03:14:07 UTC−8"
    )


def test_the_recovery_says_how_long_it_lasted() -> None:
    assert headline(closed(opened()), CLOSED, "es", NOW) == (
        "RECUPERADO, duró 4 min 10 s · P1 · UCI sin red · Hospital General de Ensenada "
        "(BCIMB000010) · hasta 03:18:17 UTC−8"
    )


def test_what_was_over_before_it_could_be_told_says_so() -> None:
    first = headline(closed(opened()), OPENED, "es", NOW)
    assert first.startswith("YA TERMINÓ, duró 4 min 10 s · P1 · UCI sin red")


@pytest.mark.parametrize(
    ("changes", "kind", "mark"),
    [
        ({"call": Call.WORSE}, WORSE, "EMPEORA · P1"),
        ({"call": Call.ESCALATED, "escalation": 2}, Notification.ESCALATED, "ESCALADO 2 · P1"),
        ({"call": Call.REMINDER, "reminders": 3}, Notification.REMINDER, "RECORDATORIO 3 · P1"),
        ({"call": Call.REOPENED, "reopened": 1}, Notification.REOPENED, "INTERMITENTE · P1"),
    ],
)
def test_what_is_said_again_says_why(
    changes: dict[str, object], kind: Notification, mark: str
) -> None:
    assert headline(opened().model_copy(update=changes), kind, "es", NOW).startswith(mark)


def test_a_long_name_keeps_its_kind_and_its_town() -> None:
    name = "Hospital General de Zona con Medicina Familiar Número 8 de Ensenada, Baja California"
    event = incident(Cause.LINK, Priority.P1)
    event = event.model_copy(update={"site": HOSPITAL.model_copy(update={"name": name})})
    first = headline(event, OPENED, "es", NOW)
    assert len(first) <= LONGEST_TITLE
    assert "UCI y Urgencias sin red · HG de Zona con" in first
    assert "Baja California · desde 03:14:07 UTC−8" in first


def test_many_critical_areas_are_counted_where_they_cannot_be_named() -> None:
    sites = tuple(
        part(ComponentKind.SITE, f"hg-{n}", f"Hospital General de la Población Número {n}")
        for n in range(30)
    )
    areas = tuple(area(f"uci-{n}") for n in range(30))
    root = part(ComponentKind.NODE, "cfe-ens-1", "Nodo de agregación de la península norte")
    event = opened(cause=Cause.NODE, root=root, touched=(root, *sites, *areas))
    first = headline(later(event, call=Call.ESCALATED, escalation=5), OPENED, "es", NOW)
    assert len(first) <= LONGEST_TITLE
    assert "30" in first
    assert first.endswith("desde 03:14:07 UTC−8")


def test_the_message_says_who_else_knows_and_who_has_yet_to_confirm() -> None:
    who = Others((Named("alertmanager"),), (Named("mail", "noc"), Named("telegram", "bc")))
    lines = body(opened(), OPENED, SPANISH, who, NOW).splitlines()
    assert "Ya avisados: Alertmanager" in lines
    assert "Aún sin confirmar: correo noc, Telegram bc" in lines


def test_without_anybody_else_nothing_is_said_of_them() -> None:
    text = body(opened(), OPENED, SPANISH, Others(), NOW)
    assert "avisa" not in text


def test_one_that_is_taken_on_asks_for_no_acknowledgement() -> None:
    taken = Acknowledgement(by="Ing. Ruiz", at=NOW, until=NOW + timedelta(hours=1), note="voy")
    text = body(later(opened(), acknowledged=taken), WORSE, SPANISH, Others(), NOW)
    assert "Atiende: Ing. Ruiz hasta las 04:14:48 · voy" in text
    assert "guardia ack" not in text


def test_without_a_runbook_all_that_is_to_be_checked_is_in_the_message() -> None:
    text = body(opened(), OPENED, Wording("es"), Others(), NOW)
    assert "\n4. Si el switch no enciende" in text
    assert "Guía:" not in text


def test_a_test_says_that_it_is_one_and_rings() -> None:
    message = trial(Named("mail", "noc"), "noc-1", SPANISH, NOW)
    assert message.title == "PRUEBA · Guardia noc-1 puede avisarle por aquí"
    assert "nadie tiene que hacer nada" in message.text
    assert "por correo noc." in message.text
    assert not message.is_quiet


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_worded_still_goes_out(
    language: Language, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("exporters.message.Scene", lambda *_: object())
    wording = Wording(language, "https://g.mx", "https://g.mx/runbooks")
    first = headline(opened(), OPENED, language, NOW)
    assert first.startswith("P1 · Hospital General de Ensenada: area_network uci")
    assert "INC-1" in body(opened(), OPENED, wording, Others(), NOW)
    assert "no headline incident=INC-1" in caplog.text
    assert "no message incident=INC-1" in caplog.text


@given(
    name=st.text(max_size=200),
    root=st.text(max_size=200),
    areas=st.integers(0, 40),
    cause=st.sampled_from(Cause),
    kind=st.sampled_from(Notification),
    language=st.sampled_from(LANGUAGES),
    days=st.integers(0, 40),
    ends=st.booleans(),
)
def test_no_first_line_is_too_long_or_loses_its_priority(
    name: str,
    root: str,
    areas: int,
    cause: Cause,
    kind: Notification,
    language: Language,
    days: int,
    ends: bool,
) -> None:
    touched = tuple(
        Touched(
            key=f"s{n}/area/a{n}",
            kind=ComponentKind.AREA,
            name=f"{root}{n}",
            criticality=Criticality.LIFE,
            state=(State.UP, State.DOWN)[n % 2],
        )
        for n in range(areas)
    )
    event = opened(
        site=HOSPITAL.model_copy(update={"name": name}), cause=cause, touched=touched,
        root=part(ComponentKind.LINK, "cfe", root), reopened=3, evidence=(seen(Fact.LINK_SILENT),),
    )  # fmt: skip
    event = closed(event, days * 86_400.0) if ends else event
    first = headline(event, kind, language, NOW + timedelta(days=days))
    assert len(first) <= LONGEST_TITLE
    assert first.isprintable()
    assert "P1 · " in first
    assert "UTC−8" in first
