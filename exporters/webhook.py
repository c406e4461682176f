"""A webhook: each notification is one POST of JSON with an Idempotency-Key."""

from config.fleet import Fleet
from config.settings import WebhookSettings
from exporters.courier import Courier
from exporters.notice_writer import NoticeWriter
from exporters.outbox import Outbox
from exporters.posting import Poster
from exporters.text import Wording, wording_of
from monitor.events import AnyEvent, IncidentEvent
from monitor.ports import Clock, DeliveryLog, Telemetry


class Webhook:
    """Tells one URL when an incident opens, becomes worse and closes, one POST at a time.

    The receiver's name in the delivery log is `webhook` whatever its URL: a new address goes
    on where the old one stopped.

    Raises:
        ValueError: a certificate file or the token of the settings cannot be used.

    """

    name = "webhook"

    def __init__(
        self,
        settings: WebhookSettings,
        log: DeliveryLog,
        clock: Clock,
        telemetry: Telemetry,
        wording: Wording | None = None,
    ) -> None:
        self._outbox = Outbox(self.name, log, clock, telemetry)
        self._writer = NoticeWriter(wording or Wording())
        token = settings.token.get_secret_value().strip() if settings.token is not None else ""
        self._poster = Poster(
            settings.url,
            timeout_s=settings.timeout,
            tls=settings.tls,
            authorization=f"Bearer {token}" if token else "",
        )

    def offer(self, event: AnyEvent) -> None:
        if isinstance(event, IncidentEvent):
            self._outbox.offer(event)

    def reload(self, fleet: Fleet) -> None:
        """Take over language, board and runbooks; another address needs another Webhook."""
        self._writer.wording = wording_of(fleet.settings)

    async def run(self) -> None:
        async with self._poster as poster:
            await Courier(self._outbox, self._writer, poster.post).run()
