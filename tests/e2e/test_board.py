"""Operators before the board, in a real browser, with the real daemon behind it.

One daemon and one browser serve all; each story has a clinic of its own.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.e2e.board_fleet import CLINICS, HOSPITAL, BoardFleet, board_fleet
from tests.e2e.board_layout import overlaps, too_wide
from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]

PAGES = (
    "", "areas", "sites", f"sites/{HOSPITAL}", "incidents", "incidents/{incident}",
    "telemedicine", "rollout?federal_state=BC", "map", "reports", "wall",
)  # fmt: skip
WIDTHS = (360, 1920)
MARK = "window.neverReloaded = true"
UNMARKED = "() => window.neverReloaded !== true"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BoardFleet]:
    async with board_fleet(tmp_path_factory.mktemp("board")) as built:
        yield built


def card(page: Page, site: str) -> Locator:
    """Return the card of an incident of a clinic."""
    return page.locator(".incident", has_text=CLINICS[site])


async def tab_to(page: Page, target: Locator) -> None:
    """Go on by the keyboard until something has the focus, and shows it."""
    for _ in range(60):
        if await target.evaluate("(one) => one === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await expect(target).to_be_focused()
    ring = "(one) => getComputedStyle(one).outlineStyle"
    assert await target.evaluate(ring) == "solid", "the focus cannot be seen"


async def test_an_outage_appears_is_taken_on_and_ends_without_reloading(fleet: BoardFleet) -> None:
    async with fleet.browser.viewer(fleet.daemon.url) as viewer:
        page, site = viewer.page, "taken-on"
        await viewer.open("")
        await page.evaluate(MARK)
        await expect(card(page, site)).to_have_count(0)

        await fleet.doors[site].shut()
        await expect(card(page, site)).to_be_visible()
        await expect(page.locator("#counts .down dd")).not_to_have_text("0")

        await card(page, site).get_by_label("Su nombre o puesto").fill("Guardia de redes")
        await card(page, site).get_by_role("button", name="Acusar recibo").click()
        await expect(card(page, site).locator(".taken")).to_contain_text("Atiende Guardia de redes")
        (taken,) = [one for one in await fleet.daemon.incidents() if one.site.id == site]
        assert taken.acknowledged is not None
        assert taken.acknowledged.by == "Guardia de redes"

        await fleet.doors[site].open()
        await expect(card(page, site)).to_have_count(0)
        assert not await page.evaluate(UNMARKED)


async def test_the_keyboard_alone_takes_an_outage_on(fleet: BoardFleet) -> None:
    async with fleet.browser.viewer(fleet.daemon.url) as viewer:
        page, site = viewer.page, "by-keyboard"
        await viewer.open("")
        await page.evaluate(MARK)
        await page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Ir al contenido")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()

        await fleet.doors[site].shut()
        await expect(card(page, site)).to_be_visible()
        await tab_to(page, card(page, site).locator("summary"))
        await page.keyboard.press("Enter")
        await expect(card(page, site).locator(".evidence")).to_be_visible()
        await tab_to(page, card(page, site).get_by_label("Su nombre o puesto"))
        await page.keyboard.type("Ing. Ruiz")
        await page.keyboard.press("Enter")
        await expect(card(page, site).locator(".taken")).to_contain_text("Ing. Ruiz")

        await fleet.doors[site].open()
        await expect(card(page, site)).to_have_count(0)
        assert not await page.evaluate(UNMARKED)


async def test_the_page_of_a_site_follows_it_in_the_language_that_was_chosen(
    fleet: BoardFleet,
) -> None:
    async with fleet.browser.viewer(fleet.daemon.url) as viewer:
        page, site = viewer.page, "followed"
        await viewer.open(f"sites/{site}")
        await expect(page.locator("html")).to_have_attribute("lang", "es")
        await expect(page.locator(".standing .state")).to_have_text("responde")
        await page.get_by_role("link", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator(".standing .state")).to_have_text("up")
        await viewer.until_live()
        await page.evaluate(MARK)

        await fleet.doors[site].shut()
        await expect(page.locator(".standing .state")).to_have_text("down")
        assert not await page.evaluate(UNMARKED)
        await page.get_by_role("link", name="Now").click()
        await expect(page.get_by_role("heading", name="Open incidents")).to_be_visible()
        await expect(card(page, site)).to_contain_text("Probable cause")
        await fleet.doors[site].open()
        await expect(card(page, site)).to_have_count(0)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_every_page_fits_a_telephone_and_a_wall(fleet: BoardFleet, language: str) -> None:
    incident = await fleet.incident_of(HOSPITAL)
    async with fleet.browser.viewer(fleet.daemon.url) as viewer:
        await viewer.open(f"?lang={language}")
        for path in PAGES:
            await viewer.open(path.format(incident=incident))
            await expect(viewer.page.locator("html")).to_have_attribute("lang", language)
            for width in WIDTHS:
                await viewer.page.set_viewport_size({"width": width, "height": 800})
                assert await too_wide(viewer.page) == [], f"/{path} at {width}"
                assert await overlaps(viewer.page) == [], f"/{path} at {width}"


async def test_axe_finds_nothing_serious_on_any_page_by_day_or_night(fleet: BoardFleet) -> None:
    incident = await fleet.incident_of(HOSPITAL)
    async with fleet.browser.viewer(fleet.daemon.url) as viewer:
        for path in PAGES:
            await viewer.open(path.format(incident=incident))
            await viewer.begin_axe()
            assert await viewer.barriers() == [], f"/{path}"
            # The elements are the same by night, only their colours are not.
            await viewer.page.emulate_media(color_scheme="dark")
            assert await viewer.barriers(only_colours=True) == [], f"/{path} by night"
            await viewer.page.emulate_media(color_scheme="light")


async def test_a_wall_turns_its_pages_waits_for_who_looks_and_sounds_when_it_is_told_to(
    fleet: BoardFleet,
) -> None:
    async with fleet.browser.viewer(fleet.daemon.url, height=2400) as viewer:
        page = viewer.page
        await page.emulate_media(reduced_motion="reduce")
        await viewer.open("wall")
        title, state = page.locator("#wall-title"), page.locator("#wall-state")
        await expect(page.locator("#wall-stage .incident").first).to_be_visible()
        await expect(page.locator("#wall-stage form")).to_have_count(0)
        await expect(state).to_have_text("En pausa")
        await page.keyboard.press("ArrowRight")
        await expect(title).to_have_text("Áreas críticas")
        await page.get_by_role("button", name="Rotar").click()
        await expect(state).to_have_text("Cambia cada 20 s")
        await page.locator("#wall-stage").hover()
        await expect(state).to_have_text("Espera: alguien mira de cerca")
        await page.evaluate(
            "() => { window.tones = 0; const start = OscillatorNode.prototype.start;"
            " OscillatorNode.prototype.start = function (at) { window.tones += 1;"
            " start.call(this, at); }; }"
        )
        await page.get_by_label("P2").check()
        assert await page.evaluate("() => window.tones") == 1
        await page.get_by_role("button", name="Pantalla completa").click()
        await expect(page.locator("body.on-wall")).to_have_count(1)
        await expect(page.locator(".top nav")).to_be_hidden()


SIXTY = """
const parse = DOMParser.prototype.parseFromString;
DOMParser.prototype.parseFromString = function (...given) {
  const page = parse.apply(this, given);
  const list = page.querySelector('.incidents');
  for (let one = 1; list?.querySelector('.incident') && list.children.length < 60; one += 1)
    list.append(list.querySelector('.incident').cloneNode(true));
  return page;
};
"""
"""A bad day: the open incidents are shown again and again, until there are sixty."""
WHOLE = """() => {
  const covered = scrollY && document.querySelector('#wall-controls').offsetHeight;
  return [...document.querySelectorAll('.incident')].flatMap((one, number) => {
    const { top, bottom } = one.getBoundingClientRect();
    return top >= covered && bottom <= innerHeight ? [number] : [];
  });
}"""
"""Which incidents can be seen from their first line to their last."""


async def test_a_wall_shows_what_does_not_fit_screen_by_screen(fleet: BoardFleet) -> None:
    async with fleet.browser.viewer(fleet.daemon.url, width=1920, height=1080) as viewer:
        page = viewer.page
        await page.clock.install()
        await page.add_init_script(SIXTY)
        await viewer.open("wall")
        title, screen = page.locator("#wall-title"), page.locator("#wall-screen")
        await expect(page.locator("#wall-stage .incident")).to_have_count(60)
        count = int((await screen.inner_text()).removeprefix("1/"))
        assert 3 < count < 30
        seen = set(await page.evaluate(WHOLE))
        for number in range(2, count + 1):
            await page.keyboard.press("ArrowRight")
            await expect(screen).to_have_text(f"{number}/{count}")
            await expect(page.locator("#wall-controls")).to_be_in_viewport()
            seen |= set(await page.evaluate(WHOLE))
        assert seen == set(range(60)), "every incident is whole on one of the screens"

        await page.keyboard.press("ArrowRight")
        await expect(title).to_have_text("Áreas críticas")
        assert await page.evaluate("() => scrollY") == 0
        await page.keyboard.press("ArrowLeft")
        await expect(screen).to_have_text(f"{count}/{count}")
        await page.keyboard.press("ArrowRight")
        await expect(title).to_have_text("Áreas críticas")

        await page.get_by_role("button", name="Página anterior").click()
        await expect(screen).to_have_text(f"{count}/{count}")
        await page.get_by_role("button", name="Rotar").click()
        await page.keyboard.press("Home")  # somebody looks for himself: it goes on from there
        await page.wait_for_function("() => scrollY === 0")
        await expect(page.locator("#wall-state")).to_have_text("Espera: alguien mira de cerca")
        for number in (2, 3):
            await page.clock.fast_forward(60_000)
            await expect(screen).to_have_text(f"{number}/{count}")


async def test_a_daemon_that_is_gone_is_told_and_found_again(fleet: BoardFleet) -> None:
    async with fleet.browser.viewer(fleet.daemon.url, forgiven="ERR_") as viewer:
        page, site = viewer.page, "come-back"
        await viewer.open("")
        await fleet.daemon.kill()
        await expect(page.locator("#connection .lost")).to_be_visible()
        await fleet.daemon.start()
        await viewer.until_live(30_000)
        await fleet.daemon.until_state("link/link1", "up", site=site)
        await fleet.doors[site].shut()
        await expect(card(page, site)).to_be_visible()
        await fleet.doors[site].open()
        await expect(card(page, site)).to_have_count(0)


async def test_a_token_is_asked_for_where_one_is_needed(fleet: BoardFleet, tmp_path: Path) -> None:
    token = "a-token-of-the-noc-1"
    async with (
        Door() as door,
        Daemon(tmp_path, [clinic(door.target)], api_token=token) as daemon,
        fleet.browser.viewer(daemon.url, forgiven=" 401 ") as viewer,
    ):
        page = viewer.page
        await daemon.until_state("link/link1", "up")
        await viewer.open("")
        await door.shut()
        await page.get_by_label("Su nombre o puesto").fill("NOC")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Clave de órdenes")).to_be_focused()
        await page.keyboard.type(token)
        await page.keyboard.press("Enter")
        await expect(page.locator(".taken")).to_contain_text("NOC")
