"""`python -m bench.screenshots`: photograph every page of the board for docs/images.

A bad night at the 173 real units of the demo is played by the simulator, watched by the real
daemon, and looked at in Chromium. Takes two minutes; needs Chromium, and root or unprivileged
user namespaces.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from bench.machine import HOUSE
from bench.night import POPS, WORK
from monitor.commands.demo_stage import Stage, build
from simulator.runner import Simulation

IMAGES = HOUSE / "docs" / "images"
LISTEN = "127.0.0.1:9719"
_LIMIT_S = 300.0


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__)
    parser.add_argument("--into", type=Path, default=IMAGES, help="folder of the pictures")
    asked = parser.parse_args(arguments)
    asked.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="guardia-screenshots-") as folder:
        stage = build(Path(folder), LISTEN)
        _equip(Path(folder))
        return photograph(stage, Path(folder), asked.into.absolute())


def photograph(stage: Stage, folder: Path, into: Path) -> int:
    """Run the night inside the simulator; return how the photographer ended."""
    world = stage.world.model_copy(update={"timeline": ()})
    log_path = folder / "guardia.log"
    with Simulation(world) as simulation, log_path.open("wb") as log:
        guardia = [sys.executable, "-m", "monitor", "run", "-c", str(stage.config)]
        daemon = simulation.popen(guardia, stdout=log, stderr=log, cwd=HOUSE)
        taken = simulation.run(
            [sys.executable, "-m", "bench.photographer", f"http://{LISTEN}",
             str(simulation.control_path), str(into)],
            cwd=HOUSE, timeout=_LIMIT_S,
        )  # fmt: skip
        daemon.terminate()
        daemon.wait(10)
    if taken.returncode:
        sys.stderr.write(log_path.read_text(encoding="utf-8", errors="replace")[-4000:])
    return taken.returncode


def _equip(folder: Path) -> None:
    """Hang every fibre on the provider's node of its municipality, and add what pages show.

    What takes five minutes of measuring outside takes one here.
    """
    settings = _read(folder / "guardia.yaml")
    settings["telemedicine"] = {"window": "1m", "better_after": "10s", "worse_after": "5s"}
    settings["classes"]["hospital"]["interval"] = "1s"
    _write(folder / "guardia.yaml", settings)
    templates = folder / "templates.yaml"
    document = _read(templates)
    for template in ("hospital", "clinic"):
        document["templates"][template]["links"][0] |= {
            "node": "${pop}",
            "provider": "CFE Internet",
        }
    document["templates"]["hospital"]["services"].append({"id": "telemedicina"})
    document["nodes"] = [
        {"id": pop, "kind": "pop", "name": name, "parent": "cfe-bc"} for pop, name in POPS.values()
    ]
    document["nodes"].append({"id": "cfe-bc", "kind": "core", "name": "Núcleo CFE Baja California"})
    document["maintenance"] = [WORK]
    _write(templates, document)
    for path in (folder / "sites").glob("*.yaml"):
        document = _read(path)
        for site in document["sites"]:
            site["vars"]["pop"] = POPS[site["municipality"]][0]
        _plan_some(document["sites"])
        _write(path, document)


def _plan_some(sites: list[dict[str, Any]]) -> None:
    """Let a third of San Quintín be still to come, as in a roll-out that is under way."""
    there = [site for site in sites if site["municipality"] == "San Quintin"]
    for site in there[::3]:
        site["status"] = "planned"


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, document: dict[str, Any]) -> None:
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired as error:
        sys.exit(str(error))
