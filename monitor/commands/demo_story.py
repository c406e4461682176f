"""The demo's story: what the simulator does, and how the audience is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MICROCUT = "BCIMB000676"  # Hospital General de Tecate
LINK_LOST = "BCIMB000051"  # Centro de Salud Colonia Loma Linda
POWER_LOST = "BCIMB000010"  # Hospital General de Ensenada
FLAPPING = "BCIMB000022"  # Unidad Móvil No. 7
LENGTH_S = 120.0


@dataclass(frozen=True, slots=True)
class Chapter:
    """What begins `at_s` seconds into the story, in words."""

    at_s: float
    text: str


def story(ids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the timeline; `ids` gives the site of each CLUES."""
    hospital = ids[POWER_LOST]
    return [
        {"at": "3s", "do": "mains", "site": ids[MICROCUT], "present": False},
        {"at": "6s", "do": "mains", "site": ids[MICROCUT], "present": True},
        {
            "at": "10s", "do": "flap", "site": ids[FLAPPING], "link": "sat",
            "period": "9s", "duty": 0.5, "count": 10,
        },
        {"at": "15s", "do": "cut", "site": ids[LINK_LOST], "link": "cfe"},
        {"at": "20s", "do": "generator", "site": hospital, "fails": True},
        {"at": "20s", "do": "mains", "site": hospital, "present": False},
        {"at": "60s", "do": "restore", "site": ids[LINK_LOST], "link": "cfe"},
        {"at": "100s", "do": "mains", "site": hospital, "present": True},
        {"at": "101s", "do": "generator", "site": hospital, "fails": False},
        {"at": f"{LENGTH_S:g}s", "do": "restore", "site": ids[FLAPPING], "link": "sat"},
    ]  # fmt: skip


def chapters(names: Mapping[str, str]) -> list[Chapter]:
    """Return the story in words; `names` gives the name of each CLUES."""
    hospital = names[POWER_LOST]
    return [
        Chapter(0, "all is well at 173 real health units of Baja California"),
        Chapter(3, f"a microcut at {names[MICROCUT]}: three seconds without mains, nobody's news"),
        Chapter(10, f"the satellite link of {names[FLAPPING]} begins to flap; it must page nobody"),
        Chapter(15, f"the only link of {names[LINK_LOST]} is cut"),
        Chapter(20, f"mains lost at {hospital}, and its generator does not start"),
        Chapter(60, f"the link of {names[LINK_LOST]} is repaired"),
        Chapter(65, f"the batteries of {hospital} run down; when they are empty, its links follow"),
        Chapter(100, f"mains are back at {hospital}, and the satellite link holds again"),
        Chapter(LENGTH_S, "the story is over; what was repaired last has still to be told as over"),
    ]
