"""Plays the night, and photographs each page: run by `bench.screenshots` inside the simulator.

python -m bench.photographer URL CONTROL FOLDER
"""

import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.night import EARLY, LAST, LATE, POWER_LOST
from simulator.client import ControlClient

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_PATIENCE_MS = 120_000.0
_SETTLE_S = 60.0
"""The batteries of the one are empty by then, and voice has been measured over every link."""
_STARTING_S = 60
LARGEST_BYTES = 250_000
PAGES = {
    "now": "",
    "areas": "areas",
    "sites": "sites",
    "site": f"sites/{POWER_LOST}",
    "incidents": "incidents",
    "telemedicine": "telemedicine",
    "rollout": "rollout",
    "map": "map",
    "reports": "reports",
    "history": f"sites/{POWER_LOST}#part-power",
}
"""What a screen shows of each page, from its top or from the part named."""


def main(url: str, control: Path, into: Path) -> None:
    with _page() as page, ControlClient(control) as simulator:
        _until_it_serves(url)
        page.goto(url)
        page.locator("#counts .unknown.zero").wait_for()
        _play(simulator, EARLY)
        _card(page, "Ensenada").locator("text=falla eléctrica").first.wait_for()
        _play(simulator, LATE)
        _card(page, "Materno Infantil").wait_for()
        time.sleep(_SETTLE_S)
        _play(simulator, LAST)
        page.locator("#counts .on_battery:not(.zero)").wait_for()
        _take_on(page)
        for name, path in PAGES.items():
            page.goto(f"{url}/{path}")
            _photograph(page, into / f"board-{name}.png")
        page.goto(url)
        _card(page, "Ensenada").locator("h3 a").click()
        _photograph(page, into / "board-incident.png")
        page.emulate_media(color_scheme="dark")
        page.goto(url)
        _photograph(page, into / "board-now-dark.png")
        page.goto(f"{url}/wall")
        page.locator("#wall-stage .incident").first.wait_for()
        _photograph(page, into / "board-wall.png")


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        page = browser.new_page(
            viewport={"width": 1440, "height": 900},
            locale="es-MX",
            timezone_id="America/Tijuana",
            reduced_motion="reduce",
        )
        page.set_default_timeout(_PATIENCE_MS)
        yield page
        browser.close()


def _until_it_serves(url: str) -> None:
    for _ in range(_STARTING_S):
        try:
            with urllib.request.urlopen(f"{url}/-/healthy", timeout=1):
                return
        except OSError:
            time.sleep(1)
    raise TimeoutError(f"nothing serves {url}")


def _play(simulator: ControlClient, deeds: tuple[Mapping[str, Any], ...]) -> None:
    for deed in deeds:
        simulator.ask("apply", action=dict(deed))


def _card(page: Page, words: str) -> Any:  # noqa: ANN401 - a Locator
    return page.locator(".incident", has_text=words).first


def _take_on(page: Page) -> None:
    """Acknowledge one incident, as somebody on duty would."""
    card = _card(page, "Materno Infantil")
    card.locator("input[name=by]").fill("Ing. Ruiz, guardia de redes")
    card.locator("button").click()
    card.locator(".taken").wait_for()


def _photograph(page: Page, path: Path) -> None:
    """Take what a screen of 1440 × 900 shows, once the page is live.

    Raises:
        ValueError: it is too large for the repository.

    """
    page.locator("#connection .alive").wait_for()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    size_bytes = path.stat().st_size
    if size_bytes > LARGEST_BYTES:
        raise ValueError(f"{path.name} has {size_bytes} bytes, more than {LARGEST_BYTES}")
    sys.stderr.write(f"[screenshots] {path.name} {size_bytes // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
