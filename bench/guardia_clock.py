"""What Guardia's engine reports, as it is by default."""

import asyncio
from collections.abc import Sequence

from bench.trips import Answer
from config.probe import IcmpSettings
from probes.icmp import IcmpEngine


class GuardiaClock:
    """One engine on the running loop, with its questions prepared."""

    def __init__(self, targets: Sequence[str]) -> None:
        self._engine = IcmpEngine.open(
            on_ignored=lambda _why, _number: None, on_dropped=lambda _number: None
        )
        self._settings = {target: IcmpSettings(target=target) for target in targets}
        self._tasks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        self._engine.close()

    def ask(self, address: str, answer: Answer) -> None:
        """Send one echo request; `answer` hears what the reading says."""
        task = asyncio.get_running_loop().create_task(self._run(address, answer), name=address)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, address: str, answer: Answer) -> None:
        reading = await self._engine.ping(self._settings[address])
        answer(reading.echo.rtts_ns[0] if reading.echo and reading.echo.rtts_ns else None)
