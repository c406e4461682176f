"""Asking for a report on the board: the form, the file, and why there is none."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.exporters.board.served import Browser, Served, text_of

MONTH = "from=2026-10-01&to=2026-10-31"


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
async def web(served: Served) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(served.app)) as client:
        yield client


async def test_the_form_offers_last_month_and_what_the_fleet_has(web: Browser) -> None:
    text = await text_of(web, "/reports")
    assert 'name="from" value="2026-10-01"' in text
    assert 'name="to" value="2026-10-31"' in text
    assert '<option value="BC">Baja California</option>' in text
    assert 'action="report"' in text


async def test_what_is_chosen_becomes_the_options_of_the_command(
    web: Browser, served: Served
) -> None:
    query = f"{MONTH}&state=BC&municipality=--out=x&site=&provider=&format=csv-outages&lang=en"
    async with web.get(f"/report?{query}") as answer:
        assert (answer.status, await answer.read()) == (200, b"paper")
        assert answer.content_type == "text/csv"
        named = answer.headers["Content-Disposition"]
    assert named == 'attachment; filename="guardia-2026-10-01-2026-10-31-outages.csv"'
    assert served.press.words == [
        "--from=2026-10-01", "--to=2026-10-31", "--lang=en", "--format=csv", "--table=outages",
        "--state=BC", "--municipality=--out=x",
    ]  # fmt: skip


async def test_a_page_may_do_nothing_but_carry_its_style(web: Browser) -> None:
    async with web.get(f"/report?{MONTH}") as answer:
        assert answer.headers["Content-Disposition"].startswith("inline;")
        policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith("sandbox")


async def test_while_one_is_made_the_next_is_told_to_come_back(
    web: Browser, served: Served
) -> None:
    served.press.paper = None
    async with web.get(f"/report?{MONTH}&state=BC") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        text = await answer.text()
    assert "Se está haciendo otro informe" in text
    assert '<option value="BC" selected>' in text  # what was asked stays in the form


async def test_why_none_is_made_is_told_as_text(web: Browser, served: Served) -> None:
    served.press.paper = "no site has --site `<b>`"
    text = await text_of(web, f"/report?{MONTH}&site=<b>", 400)
    assert "no site has --site `&lt;b&gt;`" in text
    assert "<b>" not in text


@pytest.mark.parametrize(
    "query",
    ["", "from=x&to=y", "from=2026-10-31&to=2026-10-01", "from=2020-01-01&to=2026-10-01",
     f"{MONTH}&format=pdf"],
)  # fmt: skip
async def test_a_question_that_is_none_is_never_printed(
    web: Browser, served: Served, query: str
) -> None:
    text = await text_of(web, f"/report?{query}", 400)
    assert 'role="alert"' in text
    assert served.press.words == ()


async def test_a_page_of_others_cannot_have_reports_made(web: Browser, served: Served) -> None:
    async with web.get(f"/report?{MONTH}", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 403
    assert served.press.words == ()
