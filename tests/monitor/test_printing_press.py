"""Reports in a process of their own: what comes back, and what never keeps the daemon waiting."""

import asyncio
import sys
from pathlib import Path

from monitor.printing_press import PrintingPress

CONFIG, JOURNAL = Path("guardia.yaml"), Path("journal.db")


def press(script: str, limit_s: float = 60.0) -> PrintingPress:
    """One whose command is a script of ours."""
    return PrintingPress(CONFIG, JOURNAL, (sys.executable, "-S", "-c", script), limit_s)


async def text(made: object) -> str:
    assert made is not None
    assert not isinstance(made, str), made
    with made as paper:  # type: ignore[attr-defined]
        return str(paper.read().decode())


async def test_what_the_command_writes_comes_back() -> None:
    made = await press("import sys; print(*sys.argv[1:])").printed(["--from=2026-10-01"])
    assert (await text(made)).split() == [
        "report", "--config", "guardia.yaml", "--journal", "journal.db", "--from=2026-10-01",
    ]  # fmt: skip


async def test_it_runs_when_nothing_else_wants_to() -> None:
    until_last = "import os\nwhile os.getpriority(os.PRIO_PROCESS, 0) < 19: pass\nprint('last')"
    assert await text(await press(until_last).printed([])) == "last\n"


async def test_why_it_writes_nothing_comes_back() -> None:
    said = "import sys; print('warning: x\\nError: no site has it', file=sys.stderr); sys.exit(1)"
    assert await press(said).printed([]) == "no site has it"
    assert await press("import sys; sys.exit(3)").printed([]) == "it ended without a word"
    missing = PrintingPress(CONFIG, JOURNAL, ("/nowhere/guardia",))
    assert "/nowhere/guardia" in str(await missing.printed([]))


async def test_one_is_made_at_a_time_and_the_next_after_it() -> None:
    one = press("import sys; sys.stdout.write('done')")
    first, second = await asyncio.gather(one.printed([]), one.printed([]))
    assert await text(first) == "done"
    assert second is None
    assert await text(await one.printed([])) == "done"


async def test_one_that_takes_too_long_is_ended() -> None:
    endless = press("while True: pass", limit_s=0.05)
    assert "it took more than 0.05 s" in str(await endless.printed([]))


async def test_a_daemon_that_stops_waits_for_none() -> None:
    endless = press("while True: pass")
    making = asyncio.create_task(endless.printed([]), name="making")
    while endless._child is None:  # noqa: ASYNC110 nobody tells that it has begun
        await asyncio.sleep(0)
    endless.close()
    assert await making == "it ended without a word"
