"""The base of every configured value: frozen, and closed to keys it does not know."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from config.duration import parse_duration

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=64)]
"""Lower-case letters, digits and single hyphens: safe in URLs, MQTT topics and file names."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]

Duration = Annotated[float, BeforeValidator(parse_duration), Field(gt=0, le=86_400)]
"""Seconds; written `250ms`, `15s`, `5m`, `1h` in YAML."""

Period = Annotated[float, BeforeValidator(parse_duration), Field(gt=0, le=366 * 86_400)]
"""Seconds too, for what lasts days to a year."""

Ratio = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    """A configured value. Unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )
