"""Telemetry that remembers what it was told."""

from collections import Counter
from datetime import datetime


class RecordingTelemetry:
    """Everything counted, for tests to look at."""

    def __init__(self) -> None:
        self.late_s: list[float] = []
        self.stalls_s: list[float] = []
        self.is_blind = False
        self.blind_s = 0.0
        self.reloads: list[bool] = []
        self.queues: dict[str, int] = {}
        self.drops: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.up: dict[str, bool] = {}
        self.deliveries: list[tuple[str, float]] = []
        self.writable = True
        self.ignored: Counter[str] = Counter()
        self.replies_lost = 0
        self.skipped = 0

    def probe_late(self, seconds: float) -> None:
        self.late_s.append(seconds)

    def runs_skipped(self, count: int) -> None:
        self.skipped += count

    def loop_stalled(self, seconds: float) -> None:
        self.stalls_s.append(seconds)

    def blind(self, *, is_blind: bool) -> None:
        self.is_blind = is_blind

    def was_blind(self, seconds: float) -> None:
        self.blind_s += seconds

    def reloaded(self, *, successful: bool, at: datetime) -> None:
        self.reloads.append(successful)

    def queue_length(self, exporter: str, length: int) -> None:
        self.queues[exporter] = length

    def dropped(self, exporter: str, count: int = 1) -> None:
        self.drops[exporter] += count

    def delivery_failed(self, exporter: str) -> None:
        self.failures[exporter] += 1

    def exporter_up(self, exporter: str, *, is_up: bool) -> None:
        self.up[exporter] = is_up

    def delivered(self, hop: str, seconds: float) -> None:
        self.deliveries.append((hop, seconds))

    def journal_writable(self, *, is_writable: bool) -> None:
        self.writable = is_writable

    def replies_ignored(self, why: str, count: int = 1) -> None:
        self.ignored[why] += count

    def replies_dropped(self, count: int) -> None:
        self.replies_lost += count
