"""Stored readings: a file of probe events as MQTT carries them, one JSON object a line, or gzipped.

Events of one broker may overtake each other by a little; they come out in order of time.
"""

import gzip
import heapq
import itertools
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from monitor.events import ProbeEvent
from probes.echo_figures import EchoFigures
from probes.reading import HttpFigures, PowerFigures, Reading

REORDER = timedelta(seconds=10)
"""How much later than its time an event may stand in the file."""
_GZIP = b"\x1f\x8b"


class StoredError(Exception):
    """A file that cannot be replayed: the text names the file, the line and the fix."""


def stored_events(path: Path) -> Iterator[ProbeEvent]:
    """Yield the events of a file in order of time.

    Raises:
        StoredError: it cannot be read, or a line of it is no probe event.

    """
    waiting: list[tuple[datetime, int, ProbeEvent]] = []
    order = itertools.count()
    newest: datetime | None = None
    for event in _read(path):
        newest = event.at if newest is None else max(newest, event.at)
        heapq.heappush(waiting, (event.at, next(order), event))
        while waiting and newest - waiting[0][0] >= REORDER:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _read(path: Path) -> Iterator[ProbeEvent]:
    number = 0
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _event(line, f"{path}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        where = f"{path}:{number + 1}" if number else f"{path}"
        raise StoredError(f"{where}: cannot be read: {error}") from error


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as beginning:
        is_gzipped = beginning.read(2) == _GZIP
    return gzip.open(path, "rb") if is_gzipped else path.open("rb")  # type: ignore[return-value]


def _event(line: bytes, where: str) -> ProbeEvent:
    try:
        return ProbeEvent.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(step) for step in problem["loc"])
        what = f"`{field}`: {problem['msg']}" if field else str(problem["msg"])
        raise StoredError(f"{where}: no probe event: {what}; {_fix(line)}") from error


def _fix(line: bytes) -> str:
    if not line.endswith(b"\n"):
        return "the last line was cut short: delete it"
    if line.startswith(b"guardia/"):
        return "leave out the topics (mosquitto_sub without -v)"
    return "record `guardia/v1/+/probe/#` alone, one event a line"


def reading_of(event: ProbeEvent) -> Reading:
    """Return the reading that an event was made of.

    Of the round trips of several packets only extremes and mean were published: those between
    count as the mean.
    """
    echo, http, power = event.echo, event.http, event.power
    figures = None
    if echo is not None:
        known = [echo.rtt_min_s, *[echo.rtt_mean_s] * (echo.received - 2), echo.rtt_max_s]
        rtts = [echo.rtt_mean_s] if echo.received == 1 else known[: echo.received]
        figures = EchoFigures(echo.sent, tuple(round((rtt or 0.0) * 1e9) for rtt in rtts))
    return Reading(
        event.success,
        event.duration_s,
        event.reason,
        event.detail,
        echo=figures,
        http=None if http is None else HttpFigures(**http.model_dump()),
        power=None
        if power is None
        else PowerFigures(
            age_s=max(0.0, (event.at - power.measured_at).total_seconds()), **power.model_dump()
        ),
    )
