"""What a daemon says of itself in numbers, and what the kernel says of it."""

from pathlib import Path
from typing import Self

from prometheus_client.parser import text_string_to_metric_families

Sample = tuple[str, tuple[tuple[str, str], ...]]


class Metrics:
    """One scrape."""

    def __init__(self, samples: dict[Sample, float]) -> None:
        self._samples = samples

    @classmethod
    def parsed(cls, text: str) -> Self:
        return cls(
            {
                (sample.name, tuple(sorted(sample.labels.items()))): sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
            }
        )

    def value(self, name: str, **labels: str) -> float:
        return self._samples.get((name, tuple(sorted(labels.items()))), float("nan"))

    def by(self, name: str, label: str) -> dict[str, float]:
        """Return the samples of a name that are not zero, summed by one label."""
        found: dict[str, float] = {}
        for (sample, labels), value in self._samples.items():
            if sample == name and value:
                key = dict(labels)[label]
                found[key] = found.get(key, 0.0) + value
        return found

    def quantile(self, name: str, share: float, since: "Metrics | None" = None) -> float:
        """Return the upper bound of the bucket that holds this share of a histogram."""
        buckets = sorted(
            (
                float(dict(labels)["le"]),
                value - (since._samples.get((sample, labels), 0.0) if since else 0.0),
            )
            for (sample, labels), value in self._samples.items()
            if sample == f"{name}_bucket"
        )
        wanted = share * buckets[-1][1]
        return next(bound for bound, count in buckets if count >= wanted)


def resident_bytes(pid: int) -> int:
    """Return the memory of a process that is really there (VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    words = next(line for line in lines if line.startswith("VmRSS:")).split()
    return int(words[1]) * 1024
