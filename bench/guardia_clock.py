"""What Guardia's engine reports, as it is by default."""

from collections.abc import Sequence

from bench.trips import Answer
from config.probe import IcmpSettings
from probes.icmp import IcmpEngine
from probes.reading import Reading


class GuardiaClock:
    """One engine on the running loop, with its questions prepared."""

    def __init__(self, targets: Sequence[str]) -> None:
        self._engine = IcmpEngine.open(
            on_ignored=lambda _why, _number: None, on_dropped=lambda _number: None
        )
        self._questions = {
            target: self._engine.echo(IcmpSettings(target=target)).ask for target in targets
        }

    def close(self) -> None:
        self._engine.close()

    def ask(self, address: str, answer: Answer) -> None:
        """Send one echo request; `answer` hears what the reading says."""

        def told(reading: Reading) -> None:
            answer(reading.echo.rtts_ns[0] if reading.echo and reading.echo.rtts_ns else None)

        self._questions[address](False, told)
