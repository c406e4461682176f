"""The base of every configured value: frozen, and closed to keys it does not know."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
)

from config.duration import parse_duration

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=64)]
"""Lower-case letters, digits and single hyphens: safe in URLs, MQTT topics and file names."""

TEXT_PATTERN = r"^[^\x00-\x1f\x7f]*$"

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=TEXT_PATTERN)]
"""One line of text."""

Flag = Annotated[bool, Strict()]
"""true or false, and not the words that pydantic would take for them (`no`, `on`, `1`)."""

Whole = Annotated[int, Strict()]
"""A whole number, not a text that looks like one (`010`)."""

Number = Annotated[float, Strict()]

WRITTEN: Final = {"written": True}
"""The validation context of values that people wrote, where a bare `1.5` is no duration."""


def _duration(written: object, info: ValidationInfo) -> float:
    if isinstance(written, float) and info.context == WRITTEN:
        return parse_duration(f"{written}")
    return parse_duration(written)


Duration = Annotated[float, BeforeValidator(_duration), Field(gt=0, le=86_400)]
"""Seconds; written `250ms`, `15s`, `5m`, `1h` in YAML."""

DurationOrZero = Annotated[float, BeforeValidator(_duration), Field(ge=0, le=86_400)]
"""The same, where none at all has a meaning: `0s`."""

Period = Annotated[float, BeforeValidator(_duration), Field(gt=0, le=366 * 86_400)]
"""Seconds too, for what lasts days to a year."""

Ratio = Annotated[float, Strict(), Field(ge=0, le=1)]


def completed(written: object, defaults: Mapping[str, Mapping[str, object]]) -> object:
    """Return what was written, where each part keeps the defaults of what it does not say."""
    if not isinstance(written, dict):
        return written
    return {
        name: {**defaults.get(name, {}), **part} if isinstance(part, dict) else part
        for name, part in written.items()
    }


class Model(BaseModel):
    """A configured value. Unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Return itself: what never changes needs no copy, and pydantic makes one per default."""
        return self
