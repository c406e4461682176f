"""The base of everything a world file says: frozen, closed to unknown keys."""

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import StringConstraints as Text

from simulator.duration import parse_duration

NETWORK = IPv4Network("127.64.0.0/12")
"""Where every simulated address lies: loopback space, so a stray daemon reaches only itself."""


def _simulated(address: IPv4Address) -> IPv4Address:
    if address not in NETWORK:
        raise ValueError(f"{address} is outside {NETWORK}, where all simulated addresses lie")
    return address


Slug = Annotated[str, Text(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Duration = Annotated[float, BeforeValidator(parse_duration), Field(ge=0, le=366 * 86_400)]
"""Seconds, zero allowed."""
Span = Annotated[float, BeforeValidator(parse_duration), Field(gt=0, le=366 * 86_400)]
"""Seconds, more than none."""
Ratio = Annotated[float, Field(ge=0, le=1)]
Address = Annotated[IPv4Address, AfterValidator(_simulated)]


class Model(BaseModel):
    """A written value. Unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
