"""When we ourselves are blind: the settings of `unknown`."""

from pydantic import Field

from config.model import Flag, Model, Ratio, Whole


class SightRules(Model):
    """What tells that it is we who cannot see, and not the sites that are down.

    `share` of a dozen other sites, asked at once, that do not answer either: it is us, unless our
    anchors answer. At least five of them must have been heard of.
    """

    anchors_needed: Whole = Field(
        1, ge=1, le=64, description="We see while so many anchors answer, beside the gateway."
    )
    share: Ratio = Field(0.6, gt=0)
    interface: Flag = Field(True, description="Watch the interface of the default route.")
