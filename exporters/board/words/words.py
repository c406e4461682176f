"""The words of the board, in both languages; what incidents say is in `exporters/texts`."""

from collections.abc import Mapping

from exporters.board.words.fleet import FLEET
from exporters.board.words.incident import INCIDENT
from exporters.board.words.page import PAGE
from exporters.board.words.past import PAST
from exporters.board.words.power import POWER
from exporters.board.words.programme import PROGRAMME
from exporters.board.words.report import REPORT
from exporters.board.words.wall import WALL
from exporters.text import Language

Words = dict[str, str]

PARTS = (PAGE, FLEET, POWER, INCIDENT, PAST, PROGRAMME, REPORT, WALL)
_PAIRS = {word: pair for part in PARTS for word, pair in part.items()}
WORDS: Mapping[Language, Words] = {
    "es": {word: spanish for word, (spanish, _) in _PAIRS.items()},
    "en": {word: english for word, (_, english) in _PAIRS.items()},
}


def thousands(number: int) -> str:
    """Return it as both languages write it in Mexico.

    >>> thousands(3180)
    '3,180'
    """
    return f"{number:,}"
