"""What comes out is an id that the loader accepts."""

import re

from hypothesis import given
from hypothesis import strategies as st

from config.model import SLUG_PATTERN
from config.slug import MOST, slug


@given(words=st.text(max_size=200), most=st.integers(1, 80))
def test_any_words_give_an_id_or_nothing(words: str, most: int) -> None:
    made = slug(words, most)
    assert len(made) <= most
    assert made == "" or re.fullmatch(SLUG_PATTERN, made)


def test_long_names_are_cut_between_words() -> None:
    made = slug("Centro Regional de Desarrollo Infantil y Estimulación Temprana Móvil de Tijuana")
    assert made == "centro-regional-de-desarrollo-infantil-y-estimulacion-temprana"
    assert len(made) <= MOST
