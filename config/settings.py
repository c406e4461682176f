"""The settings of the daemon: what `guardia.yaml` says. Only `include` is required."""

import re
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from config.fault import UnusableError
from config.history import HistoryRules
from config.holidays import Holidays
from config.messages import MailSettings, NtfySettings, TelegramSettings
from config.model import Duration, Flag, Model, Number, Slug, Text, Whole, completed
from config.outside_hours import HoursByType, OutsideHours
from config.probe import Host, HttpUrl, TlsSettings
from config.quality import QualityRules
from config.response import ResponseRules
from config.sight import SightRules
from config.site import Medium
from config.slug import slug
from config.telemedicine import TelemedicineRules


def _listen(written: object) -> str:
    text = f"127.0.0.1:{written}" if type(written) is int else str(written)
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*):([0-9]{1,5})", text)
    if match is None or int(match[2]) > 65_535:
        text = "127.0.0.1:9710"
    if match is None or text != written:
        raise UnusableError("it is a host and a port up to 65535", f"write `{text}`")
    return text


Listen = Annotated[str, BeforeValidator(_listen)]


class JudgementClass(Model):
    """How often a component is asked, and how sure we must be that it is down.

    The two budgets bound the false alarms of each probe: a component is called down, and people
    are called, as soon as the odds of an outage pay for that (docs/judgement.md). From the first
    failure on, runs are `reprobe` apart; `successes` in a row end an outage.
    """

    interval: Duration
    reprobe: Duration
    false_downs: Number = Field(12.0, gt=0, le=1000, description="A year and probe, at most.")
    false_pages: Number = Field(0.001, gt=0, le=1000, description="A year and probe, at most.")
    max_confirm: Duration | None = Field(
        None, description="Page after so long without any answer, whatever the odds."
    )
    untried: Duration | None = Field(
        None,
        description="Bursts of a link are taken to last so long at least in its first three days.",
    )
    successes: Whole = Field(3, ge=1, le=100)
    timeout: Duration | None = Field(
        None, description="Of pings that do not say theirs (else 1s); not behind a satellite."
    )


_PACE: dict[str, dict[str, object]] = {
    "life": {"interval": "1s", "reprobe": "250ms", "max_confirm": "60s", "timeout": "500ms"},
    "hospital": {"interval": "5s", "reprobe": "1s"},
    "clinic": {"interval": "30s", "reprobe": "1s", "untried": "2s"},
}


class Classes(Model):
    """By criticality first (`life`), then by the type of the site.

    What a class does not say keeps its default.
    """

    life: JudgementClass = JudgementClass(interval=1.0, reprobe=0.25, max_confirm=60.0, timeout=0.5)
    hospital: JudgementClass = JudgementClass(interval=5.0, reprobe=1.0)
    clinic: JudgementClass = JudgementClass(interval=30.0, reprobe=1.0, untried=2.0)

    @model_validator(mode="before")
    @classmethod
    def _unsaid_keeps_default(cls, written: object) -> object:
        return completed(written, _PACE)


class Bursts(Model):
    """Per medium, how long its harmless bursts of loss last on average.

    Believed until a link has shown enough of its own (50 episodes).
    """

    fiber: Duration = 0.5
    copper: Duration = 1.0
    microwave: Duration = 1.0
    lte: Duration = 2.0
    satellite: Duration = 5.0

    def of(self, medium: Medium) -> float:
        """Return the seconds of one medium."""
        seconds: float = getattr(self, medium.value)
        return seconds


class PowerRules(Model):
    """When power becomes an incident (science.md D.4).

    `confirm` lets a generator take over: NFPA 110 type 10 restores critical branches in 10 s.
    `generator_start` is when one that has not started by then has failed to; `runtime_critical` is
    the margin to walk to the transfer switch. `self_test` is for how long a UPS may run on its
    battery though the mains are there: it tests it, or has yet to take the mains back.
    """

    confirm: Duration = 10.0
    self_test: Duration = 60.0
    generator_start: Duration = 10.0
    runtime_critical: Duration = 900.0


class TopologyRules(Model):
    """When many sites that fall together are one incident of what they share."""

    false_incidents: Number = Field(0.001, gt=0, le=1000, description="A year and node, at most.")
    regions: Flag = Field(
        True, description="Suspect the municipality or state of sites whose links name no node."
    )


class IcmpEngineSettings(Model):
    """How the ICMP engine of this daemon sends, whatever the probes ask for."""

    max_packets_per_second: Whole = Field(
        20_000, ge=10, le=1_000_000, description="More wait for their turn; nothing is saved up."
    )
    transmit_stamps: Flag = Field(
        False, description="Time requests by the kernel's stamp of their departure too."
    )


class AlertmanagerSettings(Model):
    """Alertmanager API v2. Every URL gets every alert: list all members of a cluster."""

    urls: tuple[HttpUrl, ...] = Field(min_length=1, max_length=8)
    username: Text | None = None
    password: SecretStr | None = None
    tls: TlsSettings = TlsSettings()
    timeout: Duration = 10.0
    resend: Duration = Field(30.0, description="How often firing alerts are sent again.")


class MqttSettings(Model):
    """An MQTT 3.1.1 or 5 broker."""

    host: Host
    port: Whole = Field(1883, ge=1, le=65_535)
    username: Text | None = None
    password: SecretStr | None = None
    tls: TlsSettings | None = None
    client_id: Text | None = None
    keepalive: Duration = 15.0
    probes: Flag = Field(False, description="Publish every probe event too.")


class WebhookSettings(Model):
    """A POST of each incident event, with an Idempotency-Key header."""

    url: HttpUrl
    token: SecretStr | None = Field(None, description="Sent as a bearer token.")
    tls: TlsSettings = TlsSettings()
    timeout: Duration = 10.0


class ExporterSettings(Model):
    """Whom we tell. Prometheus metrics and the web API are always there."""

    alertmanager: AlertmanagerSettings | None = None
    mqtt: MqttSettings | None = None
    webhook: WebhookSettings | None = None
    mail: MailSettings | None = None
    telegram: TelegramSettings | None = None
    ntfy: NtfySettings | None = None


def _default_vantage() -> str:
    return slug(socket.gethostname().split(".")[0]) or "guardia"


class Settings(Model):
    """All of `guardia.yaml`."""

    include: tuple[Text, ...] = Field(min_length=1)
    classes: Classes = Classes()
    bursts: Bursts = Bursts()
    power: PowerRules = PowerRules()
    topology: TopologyRules = TopologyRules()
    hours: HoursByType = HoursByType()
    holidays: Holidays = Holidays()
    outside_hours: OutsideHours = OutsideHours()
    response: ResponseRules = ResponseRules()
    quality: QualityRules = QualityRules()
    telemedicine: TelemedicineRules = TelemedicineRules()
    icmp: IcmpEngineSettings = IcmpEngineSettings()
    sight: SightRules = SightRules()
    history: HistoryRules = HistoryRules()
    traceroute: Flag = Field(
        True, description="Trace the route to what fell silent, once for each incident."
    )
    listen: Listen = "127.0.0.1:9710"
    api_token: SecretStr | None = Field(
        None, min_length=16, description="Who orders shows it; without, only from this machine."
    )
    state_dir: Path | None = None
    vantage: Slug = Field(default_factory=_default_vantage)
    anchors: tuple[Host, ...] = Field(
        (), description="`gateway` or addresses; none answering means that we are blind."
    )
    language: Literal["es", "en"] = "es"
    board_url: HttpUrl | None = Field(None, description="Where alerts link to.")
    grafana_url: HttpUrl | None = Field(
        None, description="Where the board links to the dashboards of `guardia dashboards`."
    )
    runbooks_url: HttpUrl | None = Field(
        None, description="Where alerts find the runbooks; by default `runbooks` below `board_url`."
    )
    exporters: ExporterSettings = ExporterSettings()

    @model_validator(mode="after")
    def _anchors_can_answer(self) -> "Settings":
        if self.sight.anchors_needed > max(1, len(self.far_anchors)):
            raise UnusableError(
                f"`sight: {{anchors_needed: {self.sight.anchors_needed}}}` is more than there are "
                "`anchors` beside the gateway: we would be blind for ever",
                f"write at most {max(1, len(self.far_anchors))}, or name more `anchors`",
            )
        return self

    @property
    def runbooks(self) -> str | None:
        """Return where people reach docs/runbooks, if they do: the daemon serves them itself."""
        below_board = f"{self.board_url.rstrip('/')}/runbooks" if self.board_url else None
        return self.runbooks_url or below_board

    @property
    def far_anchors(self) -> tuple[str, ...]:
        """Return the anchors beyond our own gateway, each once."""
        return tuple(dict.fromkeys(host for host in self.anchors if host != "gateway"))
