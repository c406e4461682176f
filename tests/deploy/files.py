"""The files under deploy/, read and checked."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent.parent
DEPLOY = FOLDER / "deploy"


def run(*command: str | Path) -> str:
    """Run a checker; return all that it says, and fail with it if it is not content."""
    done = subprocess.run(
        [str(word) for word in command],
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def parsed(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    return yaml.safe_load(read(name))


def compose_services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = parsed("compose.yaml")["services"]
    return services
