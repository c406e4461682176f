"""When sites are open that do not say it, and what may wait while they are closed."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from config.hours import ALWAYS, Hours
from config.model import Flag, Model
from config.site import SiteType

_ALL: tuple[Literal["P2", "P3", "P4"], ...] = ("P2", "P3", "P4")


class HoursByType(Model):
    """The opening hours of sites that do not say theirs, by type of site.

    All are open all the time until somebody says otherwise: not knowing pages rather than waits.
    """

    hospital: Hours = ALWAYS
    clinic: Hours = ALWAYS
    mobile: Hours = ALWAYS
    office: Hours = ALWAYS

    def of(self, site_type: SiteType) -> Hours:
        """Return those of one type."""
        hours: Hours = getattr(self, site_type.value)
        return hours


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


class OutsideHours(Model):
    """What waits until a closed place opens. What touches a life-critical area never does.

    `power_waits` is off because the vaccine refrigerator of a closed clinic is not closed.
    """

    wait: Annotated[tuple[Literal["P2", "P3", "P4"], ...], BeforeValidator(_several)] = _ALL
    power_waits: Flag = False
