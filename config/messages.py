"""Messages to people: mail, Telegram and ntfy. Each addressee has a name, and may want P1 only.

exporters:
  mail:
    host: smtp.example.mx
    sender: guardia@example.mx
    to: [{id: noc, address: noc@example.mx, priorities: [P1, P2]}]
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from config.fault import UnusableError
from config.model import Duration, Model, Slug, Text, Whole
from config.probe import Host, HttpUrl, TlsSettings
from config.response import PriorityName

MOST_ADDRESSEES = 32
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
)


def _mail_address(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        inner = re.search(_MAILBOX.pattern, text)
        raise UnusableError(
            "a mail address is `name@domain`, in ASCII and alone",
            f"write `{inner[0]}`" if inner else "write such as `noc@example.mx`",
        )
    return text


def _chat(written: object) -> object:
    if type(written) is int:
        return str(written)
    if isinstance(written, str) and re.fullmatch(r"-?[0-9]{1,20}|@[A-Za-z]\w{3,63}", written):
        return written
    raise UnusableError(
        "a chat is its number, negative for a group, or the @name of a channel",
        'write such as `-1001234567890` or "@guardia_bc"',
    )


def _bot_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token.get_secret_value()):
        raise UnusableError(
            "a token of a bot is digits, a colon, and letters and digits",
            "copy it whole from @BotFather, without spaces",
        )
    return token


def _topic(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text):
        raise UnusableError(
            "a topic of ntfy is up to 64 letters, digits, `_` and `-`",
            "write such as `guardia-bc-7f3a`, without the server's address",
        )
    return text


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


MailAddress = Annotated[str, AfterValidator(_mail_address)]
ChatId = Annotated[str, BeforeValidator(_chat)]
BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
Topic = Annotated[str, AfterValidator(_topic)]


class Addressee(Model):
    """Whom one message goes to. `id` names it in logs, metrics and to the other addressees."""

    id: Slug
    priorities: Annotated[tuple[PriorityName, ...], BeforeValidator(_several)] = Field(
        ("P1", "P2", "P3", "P4"), min_length=1, description="What it is told of."
    )


class MailAddressee(Addressee):
    """A mailbox."""

    address: MailAddress


class TelegramChat(Addressee):
    """A chat in which the bot may write."""

    chat: ChatId
    thread: Whole | None = Field(None, ge=1, description="Topic of a group that has topics.")


class NtfyTopic(Addressee):
    """A topic that telephones subscribe to. Where anybody may read it, it is a secret."""

    topic: Topic


def _each_once(addressees: Sequence[Addressee]) -> None:
    ids = [one.id for one in addressees]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise UnusableError(f"two of them have the id `{twice}`", "give each an `id` of its own")


class MailSettings(Model):
    """SMTP (RFC 5321), with a message of its own for each addressee."""

    host: Host
    port: Whole | None = Field(
        None, ge=1, le=65_535, description="Default: 587 with starttls, 465 with tls, 25 with none."
    )
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Text | None = None
    password: SecretStr | None = None
    sender: MailAddress
    to: tuple[MailAddressee, ...] = Field(min_length=1, max_length=MOST_ADDRESSEES)
    tls: TlsSettings = TlsSettings()
    timeout: Duration = Field(20.0, description="For the whole of one message.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _each_once(self.to)
        _user_has_password(self.username, self.password)
        if self.security == "none" and self.password is not None:
            raise UnusableError(
                "with `security: none` the password would travel in the clear",
                "write `security: starttls` or `tls`, or leave user and password out",
            )
        return self

    @property
    def at_port(self) -> int:
        """Return the port that is meant."""
        return self.port or _PORTS[self.security]


class TelegramSettings(Model):
    """The Bot API, or a server that is compatible with it."""

    url: HttpUrl = "https://api.telegram.org"
    token: BotToken
    chats: tuple[TelegramChat, ...] = Field(min_length=1, max_length=MOST_ADDRESSEES)
    tls: TlsSettings = TlsSettings()
    timeout: Duration = 10.0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _each_once(self.chats)
        return self


class NtfySettings(Model):
    """A server of ntfy, or one that is compatible with its JSON."""

    url: HttpUrl
    topics: tuple[NtfyTopic, ...] = Field(min_length=1, max_length=MOST_ADDRESSEES)
    token: SecretStr | None = Field(None, description="Sent as a bearer token.")
    username: Text | None = None
    password: SecretStr | None = None
    tls: TlsSettings = TlsSettings()
    timeout: Duration = 10.0

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _each_once(self.topics)
        _user_has_password(self.username, self.password)
        if self.token is not None and self.username is not None:
            raise UnusableError("a token or a user and password, not both", "leave one of them out")
        return self


def _user_has_password(username: str | None, password: SecretStr | None) -> None:
    if (username is None) != (password is None):
        raise UnusableError("username and password go together", "write both or neither")
