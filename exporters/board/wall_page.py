"""The wall display: one page that shows others in turn, so that a full screen stays one."""

from aiohttp import web

from exporters.board.frame import Frame

EVERY_S = 20
SHOWN = (
    ("now", ""),
    ("areas", "areas?trouble=1"),
    ("map", "map"),
    ("telemedicine", "telemedicine"),
)
"""By the word in the menu; what lies below the first screen of a page is not shown."""


class WallPage:
    """`/wall`, or `/wall?every=<seconds>`."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def page(self, request: web.Request) -> web.Response:
        every_s = _seconds(request.query.get("every", ""))
        return self._frame.answer(
            request, "wall.html.j2", lambda _now: {"shown": SHOWN, "every_s": every_s}
        )


def _seconds(written: str) -> int:
    """Return how long each page is shown.

    Raises:
        HTTPBadRequest: it is no time that people could read a page in.

    """
    if not written:
        return EVERY_S
    if written.isascii() and written.isdecimal() and 5 <= int(written[:6]) <= 600:
        return int(written[:6])
    raise web.HTTPBadRequest(text="`every` is how many seconds each page is shown: 5 to 600")
