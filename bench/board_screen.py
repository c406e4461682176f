"""A browser before the board: how soon it paints, what it takes, when what happened is on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.async_api import Browser, CDPSession, async_playwright

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_FIRST_PAINT = """() => new Promise((found) => {
  new PerformanceObserver((list) => {
    const paint = list.getEntries().find((one) => one.name === 'first-contentful-paint');
    if (paint) found(paint.startTime / 1000);
  }).observe({ type: 'paint', buffered: true });
})"""
_WATCH = """() => {
  window.shown = {};
  const idsOf = (nodes) => [...nodes]
    .filter((one) => one.matches?.('.incident')).map((one) => one.id.slice('incident-'.length));
  new MutationObserver((changes) => {
    const came = changes.flatMap((one) => idsOf(one.addedNodes));
    const went = changes.flatMap((one) => idsOf(one.removedNodes));
    requestAnimationFrame(() => setTimeout(() => {
      const painted = performance.timeOrigin + performance.now();
      for (const id of came) shown[`opened ${id}`] ??= painted;
      for (const id of went)
        if (!document.getElementById(`incident-${id}`)) shown[`closed ${id}`] ??= painted;
    }));
  }).observe(document.getElementById('incidents'), { childList: true });
}"""
"""After the next frame the change is on the screen."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page opened by a browser that knew nothing of it."""

    first_paint_s: float
    transferred_bytes: int


@asynccontextmanager
async def screen() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        yield browser
        await browser.close()


async def loaded(browser: Browser, url: str) -> Loaded:
    """Open a page with an empty cache, and count everything that came over the wire."""
    context = await browser.new_context()
    page = await context.new_page()
    wire = await context.new_cdp_session(page)
    sizes = await _counted(wire)
    await page.goto(url)
    await page.locator("#connection .alive").wait_for()
    paint_s = float(await page.evaluate(_FIRST_PAINT))
    await context.close()
    return Loaded(paint_s, sum(sizes))


async def _counted(wire: CDPSession) -> list[int]:
    sizes: list[int] = []
    await wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda said: sizes.append(int(said["encodedDataLength"])))
    return sizes


async def shown(browser: Browser, url: str, lasts_s: float) -> dict[str, datetime]:
    """Watch the page "Now" for a while; return when incidents came and went on it."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(url)
    await page.locator("#connection .alive").wait_for()
    await page.evaluate(_WATCH)
    await asyncio.sleep(lasts_s)
    seen: dict[str, float] = await page.evaluate("() => window.shown")
    await context.close()
    return {one: datetime.fromtimestamp(at_ms / 1000, UTC) for one, at_ms in seen.items()}
