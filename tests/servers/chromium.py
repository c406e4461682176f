"""A real browser, driven over the DevTools protocol: no library between the test and the page."""

import asyncio
import base64
import itertools
import re
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.conftest import require
from tests.servers.program import Program

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0",
)  # fmt: skip
_POLL_S = 0.05
_LARGEST_ANSWER_BYTES = 64 * 2**20


class Chromium:
    """One browser with one page. `errors` is all that the page's console complained of."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        binary = require("chromium", "chromium")
        command = [binary, *_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self._program = Program(command, ready="DevTools listening on", folder=folder)
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.errors: list[str] = []

    async def __aenter__(self) -> Self:
        await self._program.start()
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(
            await self._page(), max_msg_size=_LARGEST_ANSWER_BYTES
        )
        self._listener = asyncio.create_task(self._listen(), name="devtools")
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._listener
        await self._session.close()
        await self._program.stop()

    async def open(self, url: str) -> None:
        """Load a page and wait until its scripts have run once."""
        await self.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Give the browser an order of the DevTools protocol; return what it answers."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        return await self._answers[number]

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401
        """Return the value of an expression in the page; a promise is waited for."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def until(self, expression: str, within_s: float = 10.0) -> None:
        """Return once an expression holds in the page."""
        ends_s = asyncio.get_running_loop().time() + within_s
        while not await self.evaluate(expression):
            if asyncio.get_running_loop().time() > ends_s:
                text = await self.evaluate("document.body.innerText")
                raise AssertionError(f"never so: {expression}\n{text}\n{self.errors}")
            await asyncio.sleep(_POLL_S)

    async def press(self, key: str, code: int) -> None:
        """Press a key and let it go, such as `Tab` (9) or `Enter` (13)."""
        known = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        text = {"text": "\r"} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **known, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    async def write(self, text: str) -> None:
        """Type into whatever has the focus."""
        await self.call("Input.insertText", text=text)

    async def resize(self, width: int, height: int) -> None:
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def screenshot(self, path: Path) -> None:
        answer = await self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(answer["data"]))

    async def _page(self) -> str:
        line = next(line for line in self._program.output if "DevTools listening on" in line)
        found = re.search(r"ws://([\w.:]+)/", line)
        assert found is not None
        async with self._session.get(f"http://{found[1]}/json/list") as answer:
            pages = await answer.json(content_type=None)
        return str(next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"])

    async def _listen(self) -> None:
        async for message in self._socket:
            told = message.json()
            waiting = self._answers.pop(told.get("id", 0), None)
            if waiting is not None and "error" in told:
                waiting.set_exception(AssertionError(told["error"]["message"]))
            elif waiting is not None:
                waiting.set_result(told["result"])
            elif told.get("method") == "Runtime.exceptionThrown":
                self.errors.append(str(told["params"]["exceptionDetails"]))
            elif told.get("method") == "Log.entryAdded":
                entry = told["params"]["entry"]
                if entry["level"] == "error":
                    self.errors.append(f"{entry['text']} {entry.get('url', '')}")
