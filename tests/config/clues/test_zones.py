from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.clues.zones import has_several_zones, zone_of
from config.site import ZONES
from config.state import STATES

JANUARY, JULY = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)

EXCEPTIONS = [
    ("CH", "JUAREZ", "America/Ciudad_Juarez", -7, -6),
    ("CH", "Práxedis G. Guerrero", "America/Ciudad_Juarez", -7, -6),
    ("CH", "ASCENSION", "America/Ciudad_Juarez", -7, -6),
    ("CH", "OJINAGA", "America/Ojinaga", -6, -5),
    ("CH", "COYAME DEL SOTOL", "America/Ojinaga", -6, -5),
    ("CH", "CHIHUAHUA", "America/Chihuahua", -6, -6),
    ("CH", "GUERRERO", "America/Chihuahua", -6, -6),
    ("CL", "PIEDRAS NEGRAS", "America/Matamoros", -6, -5),
    ("CL", "Acuña", "America/Matamoros", -6, -5),
    ("CL", "VILLA UNIÓN", "America/Matamoros", -6, -5),
    ("CL", "SALTILLO", "America/Monterrey", -6, -6),
    ("NL", "ANÁHUAC", "America/Matamoros", -6, -5),
    ("NL", "Allende", "America/Monterrey", -6, -6),
    ("TS", "RIO BRAVO", "America/Matamoros", -6, -5),
    ("TS", "gustavo diaz ordaz", "America/Matamoros", -6, -5),
    ("TS", "HIDALGO", "America/Monterrey", -6, -6),
    ("NT", "BAHIA DE BANDERAS", "America/Bahia_Banderas", -6, -6),
    ("NT", "TEPIC", "America/Mazatlan", -7, -7),
    ("QR", "COZUMEL", "America/Cancun", -5, -5),
    ("SR", "NOGALES", "America/Hermosillo", -7, -7),
    ("BC", "MEXICALI", "America/Tijuana", -8, -7),
    ("DF", "", "America/Mexico_City", -6, -6),
]


@pytest.mark.parametrize(("state", "municipality", "zone", "january_h", "july_h"), EXCEPTIONS)
def test_the_clock_on_the_wall_of_the_municipality(
    state: str, municipality: str, zone: str, january_h: int, july_h: int
) -> None:
    assert zone_of(state, municipality) == zone
    for instant, hours in ((JANUARY, january_h), (JULY, july_h)):
        offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        assert offset.total_seconds() / 3600 == hours


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_known_zone(state: str) -> None:
    assert zone_of(state, "") in ZONES


def test_five_states_have_several_zones() -> None:
    assert {state for state in STATES if has_several_zones(state)} == {"CH", "CL", "NL", "NT", "TS"}
