"""The board leads to Grafana, where it was told where that is, and to dashboards that exist."""

import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from exporters.dashboards.every import dashboard_files
from tests.exporters.board.served import PAGES, Served, text_of
from tests.exporters.watched import fleet

SITE = "/sites/hg-ensenada"


@pytest.mark.parametrize("written", ["https://grafana.example.mx", "https://noc.mx/grafana/"])
async def test_every_page_links_to_a_dashboard_that_exists(written: str) -> None:
    served = Served(fleet(grafana_url=written))
    async with TestClient(TestServer(served.app)) as web:
        for path in (*PAGES, SITE):
            text = await text_of(web, path)
            (name,) = re.findall(rf'href="{re.escape(written.rstrip("/"))}/d/([\w-]+)[?"]', text)
            assert f"{name}.json" in dashboard_files()


async def test_a_site_leads_to_itself() -> None:
    served = Served(fleet(grafana_url="https://grafana.example.mx"))
    async with TestClient(TestServer(served.app)) as web:
        text = await text_of(web, f"{SITE}?lang=en")
    link = "https://grafana.example.mx/d/guardia-sitio?var-sitio=hg-ensenada"
    assert f'href="{link}">This site in Grafana<' in text


async def test_without_an_address_there_is_no_link() -> None:
    async with TestClient(TestServer(Served().app)) as web:
        assert "rafana" not in await text_of(web, SITE)


def test_a_dashboard_leads_back_to_the_page_of_a_site() -> None:
    text = "".join(dashboard_files().values())
    assert "${board_url}/sites/${__data.fields.site}" in text
    assert "${board_url}/sites/${sitio}" in text
    assert "#site=" not in text
