"""What was played already, kept on disk: a run that was cut short goes on where it stopped.

It holds for one state of the judge and of the models; what either becomes is played anew.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

from bench.judgement.link_model import LinkModel
from bench.judgement.trial import Outcome, Trial
from bench.machine import HOUSE

FOLDER = HOUSE / ".cache" / "judgement"
_PLAYED_BY = ("link_model", "play", "rare", "rules", "trial", "contender")


class Kept:
    """One file for each trial that was played to its end."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or FOLDER) / fingerprint()

    def find(self, trial: Trial) -> Outcome | None:
        """Return what came of a trial; None if it was not played yet."""
        try:
            written = json.loads(self._path(trial).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        delays = {kind: tuple(written.pop(kind)) for kind in ("total_s", "partial_s")}
        model = LinkModel(**written["trial"].pop("model"))
        return Outcome(**written | delays | {"trial": Trial(model, **written["trial"])})

    def keep(self, outcome: Outcome) -> None:
        """Write down what came of a trial."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(outcome.trial)
        whole = path.with_suffix(".part")
        whole.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
        whole.rename(path)

    def _path(self, trial: Trial) -> Path:
        return self._folder / f"{_hash([repr(trial).encode()])}.json"


def fingerprint() -> str:
    """Return a name for the code that decides what comes of a trial."""
    return _hash(path.read_bytes() for path in _sources())


def _sources() -> Iterator[Path]:
    yield from sorted((HOUSE / "monitor" / "judge").glob("*.py"))
    yield from (HOUSE / "bench" / "judgement" / f"{name}.py" for name in _PLAYED_BY)


def _hash(parts: Iterator[bytes] | list[bytes]) -> str:
    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
