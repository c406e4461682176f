"""`guardia status --watch` in a pipe: news on standard output, absences on standard error."""

from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from monitor.commands.daemon_api import DaemonApi, DaemonUnreachableError
from monitor.commands.follow import LONGEST_S, REFRESH_S, follow
from monitor.events import IncidentEvent
from tests.exporters.incident import opened

REFUSED = DaemonUnreachableError("no Guardia answers at http://h:1 (connection refused)")
STARTING = DaemonUnreachableError("no Guardia answers at http://h:1 (HTTP status 503)")
Answer = list[IncidentEvent] | DaemonUnreachableError


class ScriptedApi(DaemonApi):
    """Answers, one after the other, what it was given; then somebody presses Ctrl-C."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__("http://h:1")
        self._answers: Iterator[Answer] = chain(answers)

    async def incidents(self, *, closed_too: bool = False) -> list[IncidentEvent]:
        assert closed_too
        answer = next(self._answers, None)
        if answer is None:
            raise KeyboardInterrupt
        if isinstance(answer, DaemonUnreachableError):
            raise answer
        return answer


async def followed(*answers: Answer) -> list[float]:
    """Follow until Ctrl-C; return how long was waited before each question but the first."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async with ScriptedApi(*answers) as api:
        with pytest.raises(KeyboardInterrupt):
            await follow(api, sleep)
    return waited


async def test_a_restart_of_the_daemon_is_told_beside_and_its_incidents_are_not_told_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before, after = opened("INC-1"), opened("INC-2")
    await followed([before], REFUSED, REFUSED, STARTING, [before], [before, after])
    out, err = capsys.readouterr()
    assert [line.split()[1] for line in out.splitlines()] == ["opened", "opened"]
    assert err.splitlines() == [
        f"{REFUSED}; trying again until it does",
        f"{STARTING}; trying again until it does",
        "the daemon answers again",
    ]


async def test_waits_grow_while_nobody_answers_are_bounded_and_begin_anew() -> None:
    waited = await followed([], *repeat(REFUSED, 60), [], [])
    absent = waited[1:61]
    assert all(REFRESH_S <= pause_s <= LONGEST_S for pause_s in absent)
    assert max(absent) > 4 * REFRESH_S
    assert [waited[0], *waited[61:]] == [REFRESH_S] * 3


async def test_nobody_from_the_start_is_an_error() -> None:
    async with ScriptedApi(REFUSED) as api:
        with pytest.raises(DaemonUnreachableError):
            await follow(api)
