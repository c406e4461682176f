"""The pages of the board, as a browser receives them."""

import csv
import gzip
import io
import re
from collections.abc import AsyncIterator, Mapping
from datetime import date
from html.parser import HTMLParser

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from exporters.board import map_page
from monitor.events import Acknowledgement
from monitor.orders import WindowView
from monitor.vocabulary import Cause, Fact, Phase, Priority, State
from probes.reading import Mains, UnitState
from tests.exporters.board.served import (
    HOSTILE,
    PAGES,
    Browser,
    Served,
    clinic,
    hospital,
    text_of,
)
from tests.exporters.incident import HOSPITAL as FACTS
from tests.exporters.incident import OPENED_AT, area, closed, later, opened, seen
from tests.exporters.watched import AT, fleet, power, ran, state


@pytest.fixture
def served() -> Served:
    watched = fleet()
    return Served(
        watched,
        states=[
            state(watched, "hg-ensenada", State.DEGRADED),
            state(watched, "hg-ensenada/area/uci", State.DOWN),
            state(watched, "hg-ensenada/link/cfe", State.UP),
            state(watched, "cs-maneadero", State.UP),
        ],
        incidents=[opened("INC-1"), closed(opened("INC-0"))],
    )


@pytest.fixture
async def web(served: Served) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(served.app)) as client:
        yield client


class Outline(HTMLParser):
    """What a screen reader and a browser make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def words_of(text: str) -> str:
    """Return the text of a page without its tags, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/sites/hg-ensenada", "/incidents/INC-1"])
async def test_each_page_speaks_both_languages_and_says_that_it_is_no_medical_alarm(
    web: Browser, path: str, language: str
) -> None:
    text = await text_of(web, f"{path}?lang={language}")
    assert f'<html lang="{language}">' in text
    assert {"es": "No es un sistema de alarmas médicas", "en": "It is no medical alarm system"}[
        language
    ] in text


@pytest.mark.parametrize("path", [*PAGES, "/sites/hg-ensenada", "/incidents/INC-1"])
async def test_each_page_has_landmarks_one_heading_and_nothing_inline(
    web: Browser, path: str
) -> None:
    text = await text_of(web, path)
    page = Outline(text)
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert len(page.all(landmark)) == (1 if landmark != "nav" else len(page.all("nav")))
    assert all(nav.get("aria-label") for nav in page.all("nav"))
    assert all(script.get("src") for script in page.all("script"))
    assert page.all("style") == []
    assert [attrs for _, attrs in page.tags if "style" in attrs or "onclick" in attrs] == []
    links = [a.get("href") or a.get("src") or "" for a in page.all("a", "link", "script")]
    assert [link for link in links if link.startswith(("/", "http"))] == []  # works behind a proxy
    assert "built-in" not in text
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


async def test_no_link_of_a_page_is_dead(web: Browser) -> None:
    links: set[URL] = set()
    for path in [*PAGES, "/sites/hg-ensenada", "/incidents/INC-1"]:
        page = Outline(await text_of(web, path))
        found = (a.get("href") or a.get("src") or "" for a in page.all("a", "link", "script"))
        links |= {URL(path).join(URL(link)).with_fragment(None) for link in found}
    assert len(links) > 20
    for link in sorted(links):
        async with web.get(str(link)) as answer:
            assert answer.status == 200, link


async def test_headers_let_a_page_run_our_own_files_only(web: Browser) -> None:
    async with web.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_the_language_is_remembered(web: Browser) -> None:
    await text_of(web, "/?lang=en")
    assert 'lang="en"' in await text_of(web, "/areas")
    await text_of(web, "/?lang=es")
    assert '<html lang="es">' in await text_of(web, "/areas")


async def test_the_language_of_the_settings_is_spoken_to_strangers() -> None:
    async with TestClient(TestServer(Served(fleet(language="en")).app)) as web:
        assert '<html lang="en">' in await text_of(web, "/?lang=klingon")


async def test_hostile_names_are_shown_and_never_run() -> None:
    bad = hospital(
        id="hg-bad",
        name=HOSTILE,
        municipality=HOSTILE,
        areas=[{"id": "uci", "name": HOSTILE}],
        links=[{"id": "cfe", "name": HOSTILE, "provider": HOSTILE}],
        services=[{"id": "telemedicina", "name": HOSTILE}],
        location=[20.0, -99.0],
    )
    site = FACTS.model_copy(update={"id": "hg-bad", "name": HOSTILE, "municipality": HOSTILE})
    uci = area("uci").model_copy(update={"name": HOSTILE})
    taken = Acknowledgement(by=HOSTILE, at=AT, until=AT, note=HOSTILE)
    incidents = [
        opened("INC-1", site=site, root=uci, touched=(uci,), acknowledged=taken),
        opened(
            "INC-2",
            site=site,
            cause=Cause.SERVICE,
            evidence=(seen(Fact.SERVICE_FAILING, subject=HOSTILE, reason=HOSTILE),),
        ),
    ]
    served = Served(fleet(bad), incidents=incidents)
    async with TestClient(TestServer(served.app)) as web:
        for path in [*PAGES, "/sites/hg-bad", "/incidents/INC-1", "/incidents/INC-2"]:
            text = await text_of(web, path)
            assert "<script>alert" not in text, path
            assert "\u202e" not in text, path
        assert "&lt;script&gt;alert" in await text_of(web, "/sites/hg-bad")
        hostile = await text_of(web, '/sites?q="><script>alert(1)</script>')
        assert "<script>alert" not in hostile


async def test_now_shows_what_is_open_with_its_cause_its_areas_and_a_way_to_take_it_on(
    web: Browser,
) -> None:
    text = await text_of(web, "/")
    shown = words_of(text)
    assert "Hospital General de Ensenada (BCIMB000010): UCI sin red" in shown
    assert "falla de la red interna del área (confianza alta)" in shown
    assert "03:14:07 (UTC−8)" in shown
    assert "el área dejó de responder (sin respuesta) · UCI" in shown
    assert 'data-incident="INC-1"' in text
    assert "INC-0" not in text
    for count in ("Sitios 2", "responde 1", "degradado 1", "caído 0", "sin datos 0"):
        assert count in shown


async def test_now_puts_the_worst_and_then_the_oldest_first() -> None:
    later_p1 = opened("B", at=OPENED_AT.replace(hour=12))
    served = Served(incidents=[opened("C", priority=Priority.P2), later_p1, opened("A")])
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/")
    assert re.findall(r'id="incident-(\w)"', text) == ["A", "B", "C"]


async def test_now_says_who_has_taken_an_incident_on_instead_of_asking() -> None:
    taken = Acknowledgement(by="Ing. Ruiz", at=AT, until=OPENED_AT.replace(hour=13), note="voy")
    served = Served(incidents=[opened("INC-1", acknowledged=taken)])
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/")
    assert "Atiende Ing. Ruiz hasta" in words_of(text)
    assert "<form" not in text


async def test_our_own_blindness_stands_above_everything() -> None:
    blind = opened(
        "BLIND", cause=Cause.MONITOR_BLIND, evidence=(seen(Fact.INTERFACE_DOWN, subject="eth0"),)
    )
    served = Served(incidents=[blind])
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/")
    assert text.index("Guardia no ve la red") < text.index('id="counts"')
    assert "eth0" in text


async def test_that_one_kind_of_probe_fails_is_an_incident_and_no_blindness() -> None:
    half = opened(
        "HALF", cause=Cause.MONITOR_BLIND, evidence=(seen(Fact.CANNOT_ASK, subject="http"),)
    )
    served = Served(incidents=[half])
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, "/")
        page = words_of(await text_of(web, "/incidents/HALF"))
    assert 'class="blind"' not in text
    assert "Guardia noc-1: no puede preguntar por http" in words_of(text)
    assert "sin datos, no caído" in page


async def test_an_incident_nobody_was_called_for_says_why() -> None:
    served = Served(incidents=[opened("A", pages=0), opened("B", quiet="maintenance:obra")])
    async with TestClient(TestServer(served.app)) as web:
        shown = words_of(await text_of(web, "/"))
    assert "aún no se avisa" in shown
    assert "No se avisa: en mantenimiento" in shown


async def test_a_site_shows_its_parts_power_incidents_and_maintenance(served: Served) -> None:
    served.board.observe(
        ran("hg-ensenada/power/utility", "power", power=power(unit="utility", runtime_s=1440.0))
    )
    served.board.observe(ran("hg-ensenada/power/generator", "power", power=power(unit="generator")))
    async with TestClient(TestServer(served.app)) as web:
        shown = words_of(await text_of(web, "/sites/hg-ensenada"))
    assert "Hospital General de Ensenada degradado" in shown
    assert "UCI caído" in shown
    assert "icmp: sin respuesta" in shown
    assert "24 min" in shown
    assert "nunca ha contestado" in shown  # the transfer switch
    assert "UCI sin red" in shown
    assert "No hay ventanas" in shown


def with_window(watched: Fleet, written: Mapping[str, object]) -> Fleet:
    return watched.maintained((MaintenanceWindow.model_validate(written, context=WRITTEN),), {})


async def test_a_site_shows_the_windows_that_concern_it() -> None:
    served = Served()
    window = {
        "id": "obra", "by": "TI", "reason": "Cambio de switch", "from": "2026-11-21 00:00-08:00",
        "to": "2026-11-21 06:00-08:00", "sites": ["hg-ensenada"],
    }  # fmt: skip
    served.registry.watched = with_window(served.registry.watched, window)
    served.commands.desk.known = [
        WindowView(
            id="obra", reason="Cambio de switch", by="TI", source="file", recurring=False,
            active=True, starts=AT, ends=AT.replace(hour=14), ended_at=None,
            where=("hg-ensenada",), parts=(), critical_areas=(), expects=None, sites=1,
        )
    ]  # fmt: skip
    async with TestClient(TestServer(served.app)) as web:
        assert "Cambio de switch · en curso" in words_of(await text_of(web, "/sites/hg-ensenada"))
        assert "Cambio de switch" not in await text_of(web, "/sites/cs-maneadero")


async def test_what_is_not_there_is_a_page_that_says_so(web: Browser) -> None:
    assert "Ningún sitio vigilado" in await text_of(web, "/sites/nowhere", 404)
    assert "Ningún incidente" in await text_of(web, "/incidents/NO-1", 404)


async def test_critical_areas_name_link_power_and_redundancy(served: Served) -> None:
    served.board.observe(
        ran("hg-ensenada/power/utility", "power", power=power(unit="utility", runtime_s=None))
    )
    async with TestClient(TestServer(served.app)) as web:
        shown = words_of(await text_of(web, "/areas"))
        assert "1 de 1 con problema" in shown
        assert "UCI Baja California 1/1 enlaces responden CFE — Enlaces: 1 · planta" in shown
        assert "Nada coincide" in await text_of(web, "/areas?kind=quirofano")
        assert "hg-ensenada" in await text_of(web, "/areas?q=énsenada&federal_state=BC&trouble=1")


@pytest.mark.parametrize("sort", ["state", "site", "area", "federal_state", "link", "source",
                                  "runtime", "redundancy", "nonsense"])  # fmt: skip
async def test_critical_areas_can_be_sorted(web: Browser, sort: str) -> None:
    text = await text_of(web, f"/areas?sort={sort}")
    assert text.count('aria-sort="ascending"') == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=maneadero", ["cs-maneadero"]),
        ("condition=up", ["cs-maneadero"]),
        ("condition=degraded&federal_state=BC", ["hg-ensenada"]),
        ("federal_state=CS", []),
        ("condition=on_battery", []),
        ("page=99", ["hg-ensenada", "cs-maneadero"]),
        ("page=x", ["hg-ensenada", "cs-maneadero"]),
    ],
)
async def test_sites_are_found(web: Browser, query: str, found: list[str]) -> None:
    text = await text_of(web, f"/sites?{query}")
    assert re.findall(r'href="sites/([\w-]+)"', text) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"INC-0", "INC-1"}),
        ("phase=open", {"INC-1"}),
        ("phase=closed", {"INC-0"}),
        ("q=ENSENADA&priority=P1", {"INC-0", "INC-1"}),
        ("cause=power", set()),
        ("q=tijuana", set()),
    ],
)
async def test_incidents_are_found_and_exported_alike(
    web: Browser, query: str, found: set[str]
) -> None:
    text = await text_of(web, f"/incidents?{query}")
    assert set(re.findall(r'href="incidents/(INC-\d)"', text)) == found
    async with web.get(f"/incidents.json?{query}") as answer:
        assert {one["id"] for one in (await answer.json())["incidents"]} == found
    async with web.get(f"/incidents.csv?{query}") as answer:
        assert answer.content_type == "text/csv"
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert {row["id"] for row in rows} == found


async def test_no_cell_of_the_export_is_a_formula() -> None:
    site = FACTS.model_copy(update={"name": '=HYPERLINK("http://evil")\n+1'})
    served = Served(incidents=[opened("A", site=site)])
    async with (
        TestClient(TestServer(served.app)) as web,
        web.get("/incidents.csv") as answer,
    ):
        rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert '\'=HYPERLINK("http://evil") +1' in rows[1]


async def test_one_incident_has_its_timeline_in_order_and_the_message_to_copy() -> None:
    taken = Acknowledgement(by="Ing. Ruiz", at=OPENED_AT.replace(minute=20), until=OPENED_AT)
    evidence = (
        seen(Fact.AREA_SILENT, subject="hg-ensenada/area/uci", reason="no_reply"),
        seen(Fact.POWER_GOOD, -60),
        seen(Fact.AREA_BACK, 400, subject="hg-ensenada/area/uci"),
    )
    one = later(opened("A", acknowledged=taken, evidence=evidence), 500, phase=Phase.CLOSED)
    one = one.model_copy(update={"closed_at": one.at})
    async with TestClient(TestServer(Served(incidents=[one]).app)) as web:
        shown = words_of(await text_of(web, "/incidents/A"))
    order = ["energía normal", "Se abrió el incidente", "Acusó recibo Ing. Ruiz", "volvió a",
             "Terminó"]  # fmt: skip
    places = [shown.index(step, shown.index("Cronología")) for step in order]
    assert places == sorted(places)
    assert "Qué pasa: UCI sin red" in shown
    assert "<form class" not in shown


async def test_roll_out_counts_planned_installing_and_live_against_the_goal() -> None:
    soon = date(2027, 1, 15)
    watched = fleet(
        clinic(id="a", clues=None),
        clinic(id="b", clues=None, active_from=soon),
        clinic(id="c", clues=None, status="planned", municipality="Tijuana"),
    )
    served = Served(watched, states=[state(watched, "b/link/cfe", State.UP)])
    async with TestClient(TestServer(served.app)) as web:
        shown = words_of(await text_of(web, "/rollout?federal_state=BC"))
        assert "en operación 1 de 3,180" in shown
        assert "Municipios 2 de 1,179" in shown
        assert "Estados 1 de 24" in shown
        assert "Baja California 1 1 1 3" in shown
        assert "Ensenada 0 1 1 2" in shown
        assert "Sitios 1" in words_of(await text_of(web, "/"))


async def test_telemedicine_says_what_was_not_measured() -> None:
    watched = fleet(clinic(services=[{"id": "telemedicina"}]))
    async with TestClient(TestServer(Served(watched).app)) as web:
        shown = words_of(await text_of(web, "/telemedicine"))
        assert "sin medir Centro de Salud Maneadero" in shown
        assert "Nada coincide" in await text_of(web, "/telemedicine?fitness=ready")


async def test_areas_on_a_generator_come_before_those_that_lack_nothing() -> None:
    watched = fleet(
        *(hospital(id=f"hg-{name}", name=name, clues=None) for name in ("azul", "rojo", "verde"))
    )
    served = Served(watched)
    runs = power(unit="generator", state=UnitState.RUNNING, mains=Mains.ABSENT)
    served.board.observe(ran("hg-rojo/power/generator", "power", power=runs))
    async with TestClient(TestServer(served.app)) as web:
        shown = re.findall(r'href="sites/hg-(\w+)"', await text_of(web, "/areas"))
    assert list(dict.fromkeys(shown)) == ["rojo", "azul", "verde"]


async def test_the_map_has_a_dot_for_each_site_and_a_tile_for_each_state(web: Browser) -> None:
    text = await text_of(web, "/map")
    assert text.count("<use ") == 1
    assert "1 sitios no tienen ubicación" in words_of(text)
    assert text.count('class="tile ') == 32
    assert "BC 1/2 con problema: Baja California" in text


def test_the_map_shows_the_part_of_the_country_where_sites_are() -> None:
    assert map_page.view_of([]).width == map_page.WIDTH
    one = map_page.view_of([(500.0, 300.0)])
    assert (one.x + one.width / 2, one.y + one.height / 2) == pytest.approx((500, 300), abs=0.1)
    corners = [(0.0, 0.0), (1000.0, float(map_page.HEIGHT))]
    assert map_page.view_of(corners) == map_page.View(0, 0, map_page.WIDTH, map_page.HEIGHT)
    south = map_page.view_of([(10.0, 0.0), (20.0, 100.0)])
    assert south.y < 0
    assert south.y + south.height > 100
    assert 0.25 <= one.dot_scale < south.dot_scale < 1


async def test_static_files_come_compressed_and_only_once(web: Browser) -> None:
    async with web.get("/static/board.css") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/css"
        tag = answer.headers["ETag"]
    async with web.get("/static/board.css", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    for path in ("/static/nothing.js", "/static/..%2Fboard.py", "/static/%2e%2e%2f"):
        async with web.get(path) as answer:
            assert answer.status == 404


async def test_three_thousand_sites_are_a_small_page() -> None:
    sites = [
        clinic(id=f"cs-{n}", clues=None, location=[15 + n % 17, -117 + n % 29]) for n in range(3180)
    ]
    incidents = [opened(f"INC-{n}") for n in range(50)]
    served = Served(fleet(*sites), incidents=incidents)
    async with TestClient(TestServer(served.app), auto_decompress=False) as web:
        for path in PAGES:
            async with web.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
                body = await answer.read()
            assert len(body) < 150_000, path
            assert gzip.decompress(body).endswith(b"</html>")
