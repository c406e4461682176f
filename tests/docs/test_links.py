"""Nothing that a page points to is missing."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import FOLDER, anchors, links, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(FOLDER)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = [
        link
        for link in links(page)
        if not re.match(r"https?://|mailto:", link) and not _leads_somewhere(page, link)
    ]
    assert dead == []


def _leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(FOLDER.resolve()):
        return False
    return not anchor or anchor in anchors(target)


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    page = FOLDER / "README.md"
    assert _leads_somewhere(page, "LICENSE")
    assert not _leads_somewhere(page, "LICENCE")
    assert not _leads_somewhere(page, "docs/operators-guide.es.md#no-such-heading")
    assert _leads_somewhere(page, "docs/operators-guide.es.md#cómo-se-lee-un-aviso")
