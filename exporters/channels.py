"""Every channel by which the settings have people told."""

from config.settings import ExporterSettings
from exporters.channel import Destination
from exporters.mail import mail_destinations
from exporters.ntfy import ntfy_destinations
from exporters.telegram import telegram_destinations


def destinations_of(settings: ExporterSettings) -> dict[str, tuple[Destination, ...]]:
    """Return whom each channel reaches, by the name of the channel; none that is not configured.

    Raises:
        ValueError: a certificate file or a secret cannot be used; the message says which.

    """
    found: dict[str, tuple[Destination, ...]] = {}
    if settings.mail is not None:
        found["mail"] = mail_destinations(settings.mail)
    if settings.telegram is not None:
        found["telegram"] = telegram_destinations(settings.telegram)
    if settings.ntfy is not None:
        found["ntfy"] = ntfy_destinations(settings.ntfy)
    return found
