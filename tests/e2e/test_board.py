"""An operator before the board, in a real browser, with the real daemon behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door
from tests.servers.chromium import Chromium

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGES = ("", "areas", "sites", "sites/clinic", "incidents", "telemedicine", "rollout", "map")
FOCUSED = "document.activeElement"


@asynccontextmanager
async def watching(
    folder: Path,
    **settings: Any,  # noqa: ANN401
) -> AsyncIterator[tuple[Door, Daemon, Chromium]]:
    """Run a daemon that watches one clinic, and a browser."""
    async with (
        Door() as door,
        Chromium(folder / "browser") as browser,
        Daemon(folder / "guardia", [clinic(door.target)], **settings) as daemon,
    ):
        await daemon.until_state("link/link1", "up")
        yield door, daemon, browser


async def tab_to(browser: Chromium, selector: str) -> None:
    """Go on by the keyboard until something has the focus."""
    for _ in range(60):
        if await browser.evaluate(f"{FOCUSED}.matches({selector!r})"):
            return
        await browser.press("Tab", 9)
    raise AssertionError(f"the keyboard does not reach {selector}")


async def test_an_outage_appears_is_taken_on_by_keyboard_and_ends_without_reloading(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path) as (door, daemon, browser):
        await browser.open(daemon.url)
        await browser.until("!document.querySelector('#connection .alive').hidden")
        await browser.evaluate("window.neverReloaded = true")
        await door.shut()
        await browser.until("document.querySelectorAll('.incident').length === 1")
        assert "caído 1" in await browser.evaluate(
            "document.getElementById('counts').innerText.replace(/\\s+/g, ' ')"
        )
        await tab_to(browser, "form.acknowledge input[name=by]")
        await browser.write("Guardia de redes")
        await browser.press("Enter", 13)
        await browser.until("document.querySelector('.taken')?.innerText.includes('de redes')")
        (incident,) = await daemon.incidents()
        assert incident.acknowledged is not None
        assert incident.acknowledged.by == "Guardia de redes"
        await door.open()
        await browser.until("document.querySelectorAll('.incident').length === 0")
        assert await browser.evaluate("window.neverReloaded")
        assert browser.errors == []


async def test_a_token_is_asked_for_where_one_is_needed(tmp_path: Path) -> None:
    token = "a-token-of-the-noc-1"
    async with watching(tmp_path, api_token=token) as (door, daemon, browser):
        await browser.open(daemon.url)
        await door.shut()
        await browser.until("document.querySelectorAll('.incident').length === 1")
        await tab_to(browser, "form.acknowledge input[name=by]")
        await browser.write("NOC")
        await browser.press("Enter", 13)
        await browser.until(f"{FOCUSED}.name === 'token'")
        await browser.write(token)
        await browser.press("Enter", 13)
        await browser.until("document.querySelector('.taken')?.innerText.includes('NOC')")


async def test_the_page_of_a_site_follows_it_without_reloading(tmp_path: Path) -> None:
    async with watching(tmp_path) as (door, daemon, browser):
        await browser.open(f"{daemon.url}/sites/clinic?lang=en")
        await browser.evaluate("window.neverReloaded = true")
        await door.shut()
        await browser.until("document.querySelector('.standing .state.down') !== null")
        assert (
            await browser.evaluate("window.neverReloaded && document.documentElement.lang") == "en"
        )


async def test_a_daemon_that_is_gone_is_told_and_found_again(tmp_path: Path) -> None:
    async with watching(tmp_path) as (door, daemon, browser):
        await browser.open(daemon.url)
        await browser.until("!document.querySelector('#connection .alive').hidden")
        await daemon.kill()
        await browser.until("!document.querySelector('#connection .lost').hidden")
        await daemon.start()
        await browser.until("!document.querySelector('#connection .alive').hidden", 20)
        await daemon.until_state("link/link1", "up")
        await door.shut()
        await browser.until("document.querySelectorAll('.incident').length === 1")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [360, 1920])
async def test_every_page_fits_and_breaks_no_rule_of_its_own(
    tmp_path: Path, width: int, language: str
) -> None:
    async with watching(tmp_path) as (_door, daemon, browser):
        await browser.resize(width, 800)
        for path in PAGES:
            await browser.open(f"{daemon.url}/{path}?lang={language}")
            assert await browser.evaluate("document.documentElement.lang") == language
            too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not await browser.evaluate(too_wide), f"{path} at {width}"
        assert browser.errors == []
