"""Words, colours and bounds. A state is always a word too: colour alone tells too few people."""

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

GREEN, YELLOW, ORANGE, RED, GREY, BLUE = "green", "yellow", "orange", "red", "#8e8e8e", "blue"


def words(*values: tuple[float, str, str]) -> list[Json]:
    """Map values to a word and a colour."""
    options = {
        f"{value:g}": {"text": text, "color": colour, "index": place}
        for place, (value, text, colour) in enumerate(values)
    }
    return [{"type": "value", "options": options}]


STATES = words(
    (0, "en servicio", GREEN), (1, "degradado", YELLOW), (2, "sin datos", GREY), (3, "caído", RED)
)
YES_IS_BAD = words((0, "no", GREEN), (1, "sí", RED))
NO_IS_BAD = words((0, "no", RED), (1, "sí", GREEN))
YES_OR_NO = words((0, "no", GREY), (1, "sí", BLUE))
FITNESS = words(
    (0, "apto", GREEN),
    (1, "apto con reservas", YELLOW),
    (2, "sólo diferida", ORANGE),
    (3, "no apto", RED),
    (4, "sin datos", GREY),
)


def steps(*bounds: tuple[float | None, str]) -> Json:
    """Return thresholds; the first has no bound."""
    return {
        "mode": "absolute",
        "steps": [{"value": bound, "color": colour} for bound, colour in bounds],
    }


BY_STATE = steps((None, GREEN), (1, YELLOW), (2, GREY), (3, RED))
PLAIN = steps((None, BLUE))
ANY_IS_BAD = steps((None, GREEN), (1, RED))
ANY_IS_WORTH_A_LOOK = steps((None, GREEN), (1, YELLOW))
AVAILABILITY = steps((None, RED), (0.99, ORANGE), (0.995, YELLOW), (0.999, GREEN))
CHARGE = steps((None, RED), (0.2, ORANGE), (0.5, YELLOW), (0.8, GREEN))
RUNTIME = steps((None, RED), (900, ORANGE), (1800, YELLOW), (3600, GREEN))
LOSS = steps((None, GREEN), (0.01, YELLOW), (0.05, ORANGE), (0.2, RED))
BURN = steps((None, GREEN), (1, YELLOW), (6, ORANGE), (14.4, RED))
VOICE = steps((None, RED), (60, ORANGE), (70, YELLOW), (80, GREEN))
DAYS_LEFT = steps((None, RED), (7 * 86400, ORANGE), (21 * 86400, GREEN))


def ordered(names: Sequence[str]) -> dict[str, int]:
    """Return the place of each column of a table."""
    return {name: place for place, name in enumerate(names)}
