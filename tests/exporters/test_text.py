"""What people read: complete in both languages, safe, short enough, and true."""

import re
from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.area import AreaKind
from config.component import ComponentKind
from exporters.text import (
    LONGEST_SUMMARY,
    Language,
    description,
    incident_link,
    recovery,
    replaced,
    summary,
)
from monitor.events import Evidence
from monitor.vocabulary import Cause, Confidence, Fact, Priority, State, Waypoint
from probes.reading import Reason
from tests.exporters.incident import (
    HOSPITAL,
    OPENED_AT,
    area,
    closed,
    opened,
    part,
    seen,
)

NOW = OPENED_AT + timedelta(seconds=65)
CANNOT_FETCH = seen(Fact.CANNOT_ASK, subject="http", reason="no_socket")
LANGUAGES: tuple[Language, ...] = get_args(Language)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_the_first_line_says_who_what_and_since_when() -> None:
    expected = (
        "P1 · Hospital General de Ensenada (BCIMB000010): UCI sin red desde las 03:14:07 (UTC−8)"
    )
    assert summary(opened(), "es", NOW) == expected


def test_the_first_line_in_english() -> None:
    expected = (
        "P1 · Hospital General de Ensenada (BCIMB000010): ICU without network since "
        "03:14:07 (UTC−8)"
    )
    assert summary(opened(), "en", NOW) == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "(icmp: sin respuesta, http: conexión rechazada)"),
        ("en", "(icmp: no reply, http: connection refused)"),
    ],
)
def test_what_each_probe_of_a_link_says_is_told_in_words(language: Language, words: str) -> None:
    why = seen(Fact.LINK_SILENT, reason="icmp no_reply, http refused")
    assert words in description(opened(evidence=(why,)), language, NOW)


@pytest.mark.parametrize(
    ("fact", "figures", "spanish", "english"),
    [
        (
            Fact.ROUTE_ENDS,
            {"hops": 3.0, "address": "10.20.0.1", "place": "pop", "behind": 0.0},
            "3 saltos, el último que responde es 10.20.0.1 (borde del POP CFE Tijuana 1)",
            "3 hops, the last that answers is 10.20.0.1 (edge of the POP CFE Tijuana 1)",
        ),
        (
            Fact.ROUTE_ENDS,
            {"hops": 4.0, "address": "9.9.9.9", "place": "node", "behind": 1.0},
            "4 saltos, el último que responde es 9.9.9.9 (1 salto más allá del nodo CFE Tijuana 1)",
            "4 hops, the last that answers is 9.9.9.9 (1 hop beyond the node CFE Tijuana 1)",
        ),
        (
            Fact.ROUTE_ENDS,
            {"hops": 1.0, "address": "172.16.0.1"},
            "1 salto, el último que responde es 172.16.0.1",
            "1 hop, the last that answers is 172.16.0.1",
        ),
        (
            Fact.ROUTE_REACHES,
            {"hops": 2.0},
            "2 saltos, el destino contesta ping",
            "2 hops, the target answers ping",
        ),
        (
            Fact.ROUTE_UNSEEN,
            {},
            "no responde ningún equipo del camino",
            "nobody on the way answers",
        ),
    ],
)
def test_a_trace_is_told_by_where_it_ends(
    fact: Fact, figures: dict[str, float | str], spanish: str, english: str
) -> None:
    line = told_of_route(fact, 7, **figures)
    incident = opened(cause=Cause.LINK, evidence=(line,))
    assert f"- 03:14:14 traza a 10.9.9.9: {spanish}\n" in description(incident, "es", NOW)
    assert f"- 03:14:14 trace to 10.9.9.9: {english}\n" in description(incident, "en", NOW)


def told_of_route(fact: Fact, second: int = 0, **figures: float | str) -> Evidence:
    return seen(fact, second, "CFE Tijuana 1", target="10.9.9.9", **figures)


@every_language
@pytest.mark.parametrize("waypoint", Waypoint)
def test_every_waypoint_has_words(language: Language, waypoint: Waypoint) -> None:
    def told(place: str) -> str:
        line = told_of_route(Fact.ROUTE_ENDS, hops=2.0, address="10.20.0.1", place=place)
        return description(opened(evidence=(line,)), language, NOW)

    assert told(waypoint) != told("elsewhere")


def test_the_message_holds_what_a_person_on_call_needs() -> None:
    event = opened(
        touched=(area("uci"), area("imagenologia", life=False)),
        evidence=(
            seen(Fact.AREA_SILENT, subject="hg-ensenada/area/uci", reason="no_reply"),
            seen(
                Fact.ON_BATTERY, -63, "hg-ensenada/power/ups-uci", charge_ratio=0.83, runtime_s=1447
            ),
            seen(Fact.OTHER_LINK_UP, 3, "hg-ensenada/link/lte"),
        ),
    )
    assert description(event, "es", NOW, "https://guardia.example.mx/").splitlines() == [
        "P1: un área crítica para la vida está afectada o en riesgo",
        "Qué pasa: UCI e Imagenología sin red",
        "Áreas críticas: UCI",
        "Otras áreas: Imagenología",
        (
            "Sitio: Hospital General de Ensenada · CLUES BCIMB000010 · Ensenada, Baja California "
            "· tel. 646 176 7600"
        ),
        "Desde: 03:14:07 (UTC−8) del 21 nov 2026, hace 1 min 05 s",
        "Causa probable: falla de la red interna del área (confianza alta)",
        "Evidencia:",
        "- 03:13:04 UPS en batería (carga 83 %, quedan 24 min) · ups-uci",
        "- 03:14:07 el área dejó de responder (sin respuesta) · UCI",
        "- 03:14:10 el otro enlace responde · lte",
        "Energía: UPS en batería (carga 83 %, quedan 24 min) · ups-uci, 03:13:04",
        "Sigue funcionando: el otro enlace responde · lte",
        "Qué revisar primero:",
        "1. Llame al área: ¿trabajan sus equipos?, ¿pasaron al procedimiento en papel?",
        "2. Revise el switch del área: energía, puerto de subida y fibra hacia el site.",
        "3. Pregunte si alguien movió cables o equipo a esa hora.",
        "4. Si el switch no enciende, trátelo como falla de energía del rack.",
        'Para acusar recibo: guardia ack INC-1 --by "SU NOMBRE"',
        "Incidente: INC-1 · visto por noc-1",
        "Tablero: https://guardia.example.mx/incidents/INC-1",
    ]


def test_the_recovery_says_how_long_it_lasted() -> None:
    assert recovery(closed(opened()), "es") == (
        "RECUPERADO · P1 · Hospital General de Ensenada (BCIMB000010): UCI sin red "
        "desde las 03:14:07 hasta las 03:18:17 (UTC−8), duró 4 min 10 s"
    )


@every_language
def test_a_closed_incident_is_never_told_as_if_it_went_on(language: Language) -> None:
    over = closed(opened())
    first, whole = summary(over, language, NOW), description(over, language, NOW)
    word = "terminó" if language == "es" else "over"
    assert word in first
    assert word in whole
    assert "4 min 10 s" in first
    assert "1. " not in whole, "there is nothing left to check"


def test_an_alert_that_gave_way_to_a_worse_one_says_that_it_goes_on() -> None:
    assert replaced(opened(), "es", NOW).startswith("Sigue, ahora como otra alerta: P1 · ")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"cause": Cause.LINK, "touched": (area("uci"),)}, "sin Internet, UCI sin comunicación"),
        (
            {"cause": Cause.POWER, "touched": (area("uci", state=State.UP), area("urgencias"))},
            "falla eléctrica, Urgencias sin comunicación, UCI en riesgo",
        ),
        (
            {
                "cause": Cause.LINK,
                "root": part(ComponentKind.LINK, "cfe"),
                "touched": (part(ComponentKind.LINK, "cfe"),),
                "evidence": (seen(Fact.OTHER_LINK_UP),),
            },
            "enlace cfe caído, opera con el otro enlace",
        ),
        (
            {
                "cause": Cause.LINK,
                "root": part(ComponentKind.LINK, "cfe"),
                "touched": (part(ComponentKind.LINK, "cfe"),),
                "evidence": (seen(Fact.ON_BACKUP, 3, "hg-ensenada/link/lte"),),
            },
            "enlace cfe caído, opera con el de respaldo lte",
        ),
        (
            {"cause": Cause.ICMP_FILTERED, "root": part(ComponentKind.LINK, "cfe"), "touched": ()},
            "el enlace cfe funciona pero no contesta ping",
        ),
        (
            {"cause": Cause.SERVICE, "touched": (part(ComponentKind.SERVICE, "expediente"),)},
            "falla de Expediente clínico",
        ),
        ({"cause": Cause.UNDETERMINED, "touched": ()}, "no responde"),
        ({"cause": Cause.MONITOR_BLIND, "touched": ()}, "Guardia noc-1: no puede ver la red"),
        (
            {"cause": Cause.MONITOR_BLIND, "touched": (), "evidence": (CANNOT_FETCH,)},
            "Guardia noc-1: no puede preguntar por http, lo demás se vigila",
        ),
        (
            {"cause": Cause.NODE, "touched": (part(ComponentKind.SITE, "a"),) * 7},
            "sin servicio, 7 sitios afectados",
        ),
    ],
)
def test_each_cause_says_what_is_lost_and_for_whom(changes: dict[str, object], what: str) -> None:
    assert f"{what} desde las 03:14:07" in summary(opened().model_copy(update=changes), "es", NOW)


@every_language
@pytest.mark.parametrize("fact", Fact)
def test_every_fact_has_words(language: Language, fact: Fact) -> None:
    """A fact without words would be an undefined value, and the message would be the bare one."""
    text = description(opened(evidence=(seen(fact),)), language, NOW)
    line = next(line for line in text.splitlines() if line.startswith("- 03:14:07 "))
    assert len(line) > len("- 03:14:07 ") + 5
    assert fact.value not in line or fact.value == "charge"


@every_language
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words_and_things_to_check(language: Language, cause: Cause) -> None:
    text = description(opened(cause=cause), language, NOW)
    assert re.search(r"^3\. .{20,}$", text, re.MULTILINE)
    assert re.search(r"^(Causa probable|Probable cause): \w{2,} .+\(", text, re.MULTILINE)


@every_language
@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("confidence", Confidence)
def test_every_priority_and_confidence_has_words(
    language: Language, priority: Priority, confidence: Confidence
) -> None:
    text = description(opened(priority=priority, confidence=confidence), language, NOW)
    assert re.match(rf"{priority}: .{{8,}}", text)
    assert re.search(r"\((confianza|confidence) \w+\)", text)


@every_language
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(language: Language, reason: Reason) -> None:
    text = description(
        opened(evidence=(seen(Fact.SERVICE_FAILING, reason=reason.value),)), language, NOW
    )
    told = re.search(r"^- 03:14:07 .*\((.+)\)", text, re.MULTILINE)
    assert told is not None
    assert "_" not in told[1]
    assert len(told[1]) > 3


@every_language
@pytest.mark.parametrize("kind", [kind for kind in AreaKind if kind is not AreaKind.OTRA])
def test_every_kind_of_area_has_a_name(language: Language, kind: AreaKind) -> None:
    unnamed = area(kind.value.replace("_", "-"))
    text = summary(opened(root=unnamed, touched=(unnamed,)), language, NOW)
    name = text.partition("): ")[2]
    assert name[0].isupper() or kind is AreaKind.CEYE
    assert not name.startswith(kind.value)


def test_a_name_that_people_gave_is_kept() -> None:
    named = area("uci").model_copy(update={"name": "Terapia intensiva norte"})
    assert "Terapia intensiva norte sin red" in summary(opened(touched=(named,)), "es", NOW)


@pytest.mark.parametrize("second", ["hidalgo", "hielo", "imagenologia", "laboratorio"])
def test_y_becomes_e_before_its_own_sound(second: str) -> None:
    word = "y" if second in ("hielo", "laboratorio") else "e"
    text = summary(opened(touched=(area("uci"), area(second))), "es", NOW)
    assert f"UCI {word} " in text


@pytest.mark.parametrize(
    ("opened_at", "now", "expected"),
    [
        ("2026-11-21T09:00:05Z", "2026-11-21T09:01:00Z", "desde la 01:00:05 (UTC−8)"),
        ("2026-11-21T05:00:05Z", "2026-11-21T09:01:00Z", "desde el 20 nov a las 21:00:05 (UTC−8)"),
        ("2026-07-01T05:00:05Z", "2026-07-01T05:00:09Z", "desde las 22:00:05 (UTC−7)"),
    ],
)
def test_times_are_those_of_the_site(opened_at: str, now: str, expected: str) -> None:
    """Ensenada keeps the summer time of California; the state list does not decide it."""
    event = opened(at=datetime.fromisoformat(opened_at))
    assert expected in summary(event, "es", datetime.fromisoformat(now))


def test_an_unknown_time_zone_is_told_in_utc() -> None:
    lost = HOSPITAL.model_copy(update={"timezone": "America/Nowhere"})
    assert "11:14:07 (UTC)" in summary(opened(site=lost), "es", NOW)


def test_what_is_known_of_power_is_the_last_of_each_source() -> None:
    ups = "hg-ensenada/power/ups-uci"
    event = opened(
        cause=Cause.POWER,
        evidence=(
            seen(Fact.ON_BATTERY, 0, ups, charge_ratio=0.9, runtime_s=1800),
            seen(Fact.CHARGE, 60, ups, charge_ratio=0.41, runtime_s=500),
            seen(Fact.GENERATOR_FAULT, 12, "hg-ensenada/power/planta"),
            seen(Fact.BATTERY_WOULD_BE_EMPTY, 560, ups),
        ),
    )
    text = description(event, "es", NOW)
    assert (
        "Energía: carga de la batería (41 %, quedan 8 min 20 s) · ups-uci, 03:15:07; "
        "planta de emergencia en falla · planta, 03:14:19; "
        "se agotaría la batería (proyección) · ups-uci, 03:23:27"
    ) in text


def test_silent_power_telemetry_is_unknown_and_not_good() -> None:
    event = opened(cause=Cause.LINK, evidence=(seen(Fact.POWER_SILENT),))
    assert "energía desconocida" in description(event, "es", NOW)
    assert "Energía: sin datos" in description(opened(), "es", NOW)


@every_language
def test_a_long_incident_still_fits_one_screen(language: Language) -> None:
    """Many chat services cut at 4,096 characters; texts of people are as long as allowed."""
    long_name = "Nombre " * 28
    event = opened(
        site=HOSPITAL.model_copy(update={"name": long_name, "municipality": long_name}),
        touched=tuple(
            area(f"area-{n}").model_copy(update={"name": f"{long_name} {n}"}) for n in range(60)
        )
        + tuple(part(ComponentKind.SERVICE, f"s-{n}", long_name) for n in range(60)),
        evidence=tuple(
            seen(Fact.AREA_SILENT, n, f"x/area/{long_name}", reason="no_reply") for n in range(90)
        ),
    )
    text = description(event, language, NOW)
    assert len(text) < 4096
    assert "82" in text, "what is not shown is counted"
    line = summary(event, language, NOW)
    assert len(line) <= LONGEST_SUMMARY
    assert line.endswith("(UTC−8)"), "since when is never what is cut"
    assert len(recovery(closed(event), language)) <= LONGEST_SUMMARY
    assert len(replaced(event, language, NOW)) <= LONGEST_SUMMARY


def test_a_name_cannot_add_lines_colours_or_turn_the_text_around() -> None:
    evil = HOSPITAL.model_copy(
        update={"name": "Clínica\n\nP4 · todo bien\x1b[31m\u202e\x07\u2028 fin\ud800"}
    )
    event = opened(site=evil, touched=(area("uci").model_copy(update={"name": "{{ 7*7 }}\r\nX"}),))
    text = summary(event, "es", NOW)
    assert "Clínica P4 · todo bien[31m fin (BCIMB000010): {{ 7*7 }} X sin red" in text
    assert text.isprintable()
    assert description(event, "es", NOW).encode()


def test_figures_of_the_wrong_type_do_not_cost_the_page() -> None:
    event = opened(evidence=(seen(Fact.ON_BATTERY, charge_ratio="mucho", runtime_s=float("nan")),))
    assert "UPS en batería\n" in description(event, "es", NOW)


def test_a_text_that_cannot_be_made_still_becomes_a_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("exporters.text.Scene", lambda *_: object())
    text = description(opened(), "es", NOW)
    assert text == ("P1 · Hospital General de Ensenada: area_network uci · 2026-11-21 11:14:07 UTC")
    assert "no text incident=INC-1" in caplog.text


@pytest.mark.parametrize(
    ("board_url", "link"),
    [
        (None, ""),
        ("http://board.example.mx", "http://board.example.mx/incidents/INC-1"),
        ("http://board.example.mx/", "http://board.example.mx/incidents/INC-1"),
    ],
)
def test_the_link_leads_to_the_board(board_url: str | None, link: str) -> None:
    assert incident_link(opened(), board_url) == link


@given(
    name=st.text(max_size=200),
    subject=st.text(max_size=200),
    zone=st.text(max_size=40),
    second=st.integers(-10_000_000, 10_000_000),
    figure=st.one_of(st.floats(), st.text(max_size=30)),
    language=st.sampled_from(LANGUAGES),
)
def test_no_words_of_others_break_a_text(
    name: str,
    subject: str,
    zone: str,
    second: int,
    figure: float | str,
    language: Language,
) -> None:
    event = opened(
        site=HOSPITAL.model_copy(update={"name": name, "timezone": zone}),
        evidence=(seen(Fact.CHARGE, second, subject, charge_ratio=figure, reason=name),),
    )
    first = summary(event, language, NOW)
    assert first.isprintable()
    assert first.startswith("P1 · ")
    lines = description(event, language, NOW).split("\n")
    assert all(line.isprintable() for line in lines)
    assert lines[-1].startswith("Incident"), "and none of them costs the message"
