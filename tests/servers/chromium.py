"""A real browser, driven by Playwright: started once, with a context of its own for each viewer."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, Self

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import ConsoleMessage, Error, Page, Request, async_playwright, expect

from tests.conftest import require

Scheme = Literal["light", "dark"]

PATIENCE_MS = 15_000
"""For whatever is awaited: a busy machine is no fault of the page."""
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_FAULTS = """async (options) => {
  const found = await axe.run(document, {resultTypes: ['violations'], ...options});
  return found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html} ${node.failureSummary}`));
}"""
_ONLY_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@dataclass
class Viewer:
    """One page, and all that was wrong with it: the console's errors, requests to elsewhere.

    The console is where the browser tells what the content security policy forbade.
    """

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location}")

    def fail(self, error: Error) -> None:
        self.complaints.append(f"uncaught: {error}")

    def follow(self, request: Request) -> None:
        if not request.url.startswith(f"{self.origin}/"):
            self.complaints.append(f"left the origin: {request.url}")

    async def open(self, path: str) -> None:
        """Load a page of the board and wait until it is live."""
        await self.page.goto(f"{self.origin}/{path}")
        await self.until_live()

    async def until_live(self, timeout_ms: float = PATIENCE_MS) -> None:
        """Wait until the page says that it hears what changes."""
        alive = self.page.locator("#connection .alive")
        await alive.wait_for(state="visible", timeout=timeout_ms)

    async def begin_axe(self) -> None:
        """Bring axe-core into the page, past its policy, as a browser's extension would."""
        await self.page.evaluate(AXE_SCRIPT)

    async def barriers(self, *, only_colours: bool = False) -> list[str]:
        """Return what axe-core finds serious or critical."""
        options = _ONLY_COLOURS if only_colours else {}
        found: list[str] = await self.page.evaluate(_FAULTS, options)
        return found


class Chromium:
    """The browser that is installed. Without it tests are skipped loudly, or fail in CI."""

    def __init__(self) -> None:
        self._binary = require("chromium", "chromium")

    async def __aenter__(self) -> Self:
        self._playwright = await async_playwright().start()
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._binary, args=_FLAGS
            )
        except BaseException:
            await self._playwright.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._browser.close()
        await self._playwright.stop()

    @asynccontextmanager
    async def viewer(
        self,
        origin: str,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Scheme = "light",
        forgiven: str = "(?!)",
    ) -> AsyncIterator[Viewer]:
        """Look at one origin, with nothing remembered of others before.

        Raises:
            AssertionError: at the end, if the page complained of what is not `forgiven`, a pattern.

        """
        context = await self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="es-MX",
        )
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        viewer = Viewer(await context.new_page(), origin)
        viewer.page.on("console", viewer.hear)
        viewer.page.on("pageerror", viewer.fail)
        viewer.page.on("request", viewer.follow)
        try:
            yield viewer
        finally:
            await context.close()
        unforgiven = [one for one in viewer.complaints if not re.search(forgiven, one)]
        assert not unforgiven, "\n".join(unforgiven)
