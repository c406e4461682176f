"""A runbook is read on a telephone: what is Markdown arrives as HTML, and nothing else."""

import re
from html.parser import HTMLParser

import pytest
from aiohttp.test_utils import TestClient, TestServer

from config.settings import Settings
from exporters.exposition import Exposition
from exporters.runbook_pages import pages, to_html
from exporters.text import Wording, runbook_link, wording_of
from exporters.web import application
from monitor.vocabulary import Cause
from tests.docs.pages import FOLDER, anchors
from tests.exporters.incident import opened
from tests.exporters.watched import FixedCommands, FixedRegistry, fleet

_VOID = {"meta"}


class Nesting(HTMLParser):
    """Fails on a tag that is closed by another, and keeps what is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids |= {value for name, value in attrs if name == "id" and value}
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Una\nlínea.", "<p>Una línea.</p>\n"),
        ("a < b & `c < d`", "<p>a &lt; b &amp; <code>c &lt; d</code></p>\n"),
        ("`**no**` **sí**", "<p><code>**no**</code> <strong>sí</strong></p>\n"),
        ("[vea](power.md#qué)", '<p><a href="power.md#qué">vea</a></p>\n'),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ('[x](a"onclick=b)', '<p><a href="a&quot;onclick=b">x</a></p>\n'),
        ("Antes:\n1. uno\n2. dos", "<p>Antes:</p>\n<ol>\n<li>uno</li>\n<li>dos</li>\n</ol>\n"),
        ("- uno\n  sigue", "<ul>\n<li>uno sigue</li>\n</ul>\n"),
        (
            "1. uno\n   - a\n   - b\n2. dos",
            "<ol>\n<li>uno\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n</li>\n<li>dos</li>\n</ol>\n",
        ),
        (
            "| A | B |\n|---|---|\n| 1 | **2** |",
            (
                "<table>\n<tr><th>A</th><th>B</th></tr>\n"
                "<tr><td>1</td><td><strong>2</strong></td></tr>\n</table>\n"
            ),
        ),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize("name", pages())
def test_every_runbook_is_well_formed_and_leads_only_where_the_daemon_serves(name: str) -> None:
    html, reader = to_html(pages()[name]), Nesting()
    reader.feed(html)
    assert reader.open == []
    assert reader.ids == anchors(FOLDER / "docs" / "runbooks" / name)
    assert re.findall(r"\*\*|\]\(|^#", html, re.MULTILINE) == []
    assert {link.partition("#")[0] for link in re.findall(r'href="([^"]+)"', html)} <= set(pages())


async def test_the_daemon_serves_the_runbook_that_an_alert_links() -> None:
    registry = FixedRegistry(fleet())
    app = application(registry, FixedCommands(), Exposition())
    async with TestClient(TestServer(app)) as client:
        for cause in Cause:
            answer = await client.get(f"/runbooks/{cause}.md")
            assert (answer.status, answer.content_type) == (200, "text/html")
            assert "Qué revisar primero</h2>" in await answer.text()
        assert "power.md" in await (await client.get("/runbooks/")).text()
        missing = await client.get("/runbooks/..%2Falerts.md")
        assert missing.status == 404


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({}, ""),
        ({"board_url": "https://g.mx/"}, "https://g.mx/runbooks/power.md"),
        (
            {"board_url": "https://g.mx", "runbooks_url": "https://wiki/x/"},
            "https://wiki/x/power.md",
        ),
        ({"runbooks_url": "https://wiki/x"}, "https://wiki/x/power.md"),
    ],
)
def test_an_alert_links_the_runbook_of_what_is_now_known(
    settings: dict[str, str], link: str
) -> None:
    known = wording_of(Settings.model_validate({"include": ["x.yaml"], **settings}))
    assert runbook_link(opened(cause=Cause.POWER), known.runbooks_url) == link
    assert Wording().runbooks_url is None
