"""Alertmanager API v2: every member is told everything, each at its own pace."""

import asyncio
from urllib.parse import urlsplit, urlunsplit

from config.fleet import Fleet
from config.settings import AlertmanagerSettings
from exporters.alert_writer import AlertWriter, Pace
from exporters.courier import Courier
from exporters.outbox import Outbox
from exporters.posting import Poster, basic_authorization
from exporters.text import Wording, wording_of
from monitor.events import AnyEvent, IncidentEvent
from monitor.ports import Clock, DeliveryLog, Telemetry

API_PATH = "/api/v2/alerts"


class Alertmanager:
    """Pages through all members of a cluster, never through one for the others.

    Members share silences and the log of notifications by gossip, but not alerts, so each URL
    has an outbox, a record in the delivery log (`alertmanager:<url>`) and a task of its own:
    a dead or slow member delays nobody.

    Raises:
        ValueError: a certificate file or a secret of the settings cannot be used.

    """

    name = "alertmanager"

    def __init__(
        self,
        settings: AlertmanagerSettings,
        log: DeliveryLog,
        clock: Clock,
        telemetry: Telemetry,
        wording: Wording | None = None,
        pace: Pace | None = None,
    ) -> None:
        wording = wording or Wording()
        self._members = tuple(
            _Member(url, settings, Outbox(receiver_of(url), log, clock, telemetry), wording, pace)
            for url in dict.fromkeys(settings.urls)
        )

    def offer(self, event: AnyEvent) -> None:
        if isinstance(event, IncidentEvent):
            for member in self._members:
                member.outbox.offer(event)

    def reload(self, fleet: Fleet) -> None:
        """Take over language, board and runbooks; other addresses need another Alertmanager."""
        for member in self._members:
            member.writer.wording = wording_of(fleet.settings)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for member in self._members:
                group.create_task(member.run(), name=member.outbox.receiver)


class _Member:
    """One Alertmanager."""

    def __init__(
        self,
        url: str,
        settings: AlertmanagerSettings,
        outbox: Outbox,
        wording: Wording,
        pace: Pace | None,
    ) -> None:
        self.outbox = outbox
        self.writer = AlertWriter(settings.resend, wording, pace or Pace())
        self._poster = Poster(
            api_url(url),
            timeout_s=settings.timeout,
            tls=settings.tls,
            authorization=_authorization(settings),
        )

    async def run(self) -> None:
        async with self._poster as poster:
            await Courier(self.outbox, self.writer, poster.post).run()


def _authorization(settings: AlertmanagerSettings) -> str:
    if settings.username is None:
        return ""
    password = settings.password.get_secret_value() if settings.password is not None else ""
    return basic_authorization(settings.username, password)


def api_url(url: str) -> str:
    """Return where to post, whether or not the setting names the path already.

    >>> api_url("http://am.example.mx:9093/"), api_url("http://lb/am/api/v2/alerts")
    ('http://am.example.mx:9093/api/v2/alerts', 'http://lb/am/api/v2/alerts')
    """
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix(API_PATH) + API_PATH
    return urlunsplit(parts._replace(path=path, fragment=""))


def receiver_of(url: str) -> str:
    """Return the name of a member for the log, the metrics and the outbox.

    A query may hold a secret and is left out; a user and password the settings do not allow.

    >>> receiver_of("https://am.example.mx:9093/?token=1")
    'alertmanager:https://am.example.mx:9093'
    """
    bare = urlunsplit(urlsplit(url)._replace(query="", fragment=""))
    return f"alertmanager:{bare.rstrip('/')}"
