"""Hands a message to a mail server (RFC 5321), and says what its answer means for the next try."""

import asyncio
import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from config.messages import MailSettings
from exporters.plain import clean
from exporters.posting import Answer, Verdict
from exporters.tls import context_of

LOGIN_PAUSE_S = 300.0
"""After a refused password: servers lock accounts that try one again and again."""
ADDRESS_PAUSE_S = 60.0


class MailCarrier:
    """One connection for each message: a kept one that has died would fail the one that matters.

    The conversation is smtplib's, in a thread of its own, which is cut when the time is over.
    Errors come back as answers, never as exceptions.

    Raises:
        ValueError: a certificate file or the secret cannot be used; the message says which.

    """

    def __init__(self, settings: MailSettings, address: str) -> None:
        self._settings = settings
        self._address = address
        self._tls = context_of(settings.tls)
        self._tls.server_name = settings.tls.server_name or settings.host
        for secret in (settings.username or "", _password(settings)):
            if not (secret.isascii() and (secret.isprintable() or not secret)):
                raise ValueError("user and password for mail may hold only printable ASCII")
        self._conversation: _Conversation | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._conversation is not None:
            self._conversation.cut()

    async def post(self, body: bytes, _headers: Mapping[str, str]) -> Answer:
        """Return what came of it, within the timeout."""
        before = self._conversation
        if before is not None and before.goes_on:
            return Answer(Verdict.AWAY, "the last try has not let go of the mail server yet")
        talk = _Conversation(self._settings, self._address, self._tls, body)
        self._conversation = talk
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await talk.answer()
        except TimeoutError:
            return Answer(Verdict.AWAY, f"no answer within {self._settings.timeout:g} s")
        finally:
            talk.cut()


class _Conversation:
    """One message, told by a thread. `cut` ends it from outside; it may be called at any time."""

    def __init__(
        self, settings: MailSettings, address: str, tls: ssl.SSLContext, body: bytes
    ) -> None:
        self._settings = settings
        self._address = address
        self._tls = tls
        self._body = body
        self._stage = "connect"
        self._client: smtplib.SMTP | None = None
        self._thread = threading.Thread(target=self._run, name=f"mail to {address}", daemon=True)
        self._tell: Callable[[Answer], None] = lambda _: None
        self._is_done = False

    @property
    def goes_on(self) -> bool:
        return not self._is_done

    async def answer(self) -> Answer:
        """Start, and wait for what comes of it."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Answer] = loop.create_future()

        def settle(answer: Answer) -> None:
            if not waiting.done():
                waiting.set_result(answer)

        def tell(answer: Answer) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, answer)

        self._tell = tell
        self._thread.start()
        return await waiting

    def cut(self) -> None:
        """Have the thread end: whatever it waits for on the socket fails now."""
        sock = self._client.sock if self._client is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):  # it is closed already
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # leaves the state of TLS alone

    def _run(self) -> None:
        answer = self._talk()
        self._is_done = True
        self._tell(answer)

    def _talk(self) -> Answer:
        try:
            return self._hand_over()
        except smtplib.SMTPResponseException as error:
            return _refusal(self._stage, error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            return Answer(Verdict.BARRED, clean(f"{self._stage}: {error}", 300))
        except ssl.SSLCertVerificationError as error:
            return Answer(Verdict.BARRED, clean(f"{self._stage}: {error}", 300))
        except (smtplib.SMTPException, OSError) as error:
            said = f"{self._stage}: {type(error).__name__}: {error}"
            return Answer(Verdict.AWAY, clean(said, 300))
        finally:
            if self._client is not None:
                self._client.close()

    def _hand_over(self) -> Answer:
        client = self._connected()
        if self._settings.username is not None:
            self._stage = "login"
            client.login(self._settings.username, _password(self._settings))
        self._step("sender", lambda: client.mail(self._settings.sender))
        self._step("recipient", lambda: client.rcpt(self._address))
        self._step("message", lambda: client.data(self._body))
        with contextlib.suppress(OSError, smtplib.SMTPException):  # it has the message
            client.putcmd("QUIT")
        return Answer(Verdict.TOLD)

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        name, timeout_s = "localhost", settings.timeout
        client: smtplib.SMTP = (
            smtplib.SMTP_SSL(local_hostname=name, timeout=timeout_s, context=self._tls)
            if settings.security == "tls"
            else smtplib.SMTP(local_hostname=name, timeout=timeout_s)
        )
        self._client = client
        self._step("connect", lambda: client.connect(settings.host, settings.at_port))
        client.local_hostname = _own_name(client)
        if settings.security == "starttls":
            self._stage = "starttls"
            client.starttls(context=self._tls)
        self._stage = "hello"
        client.ehlo_or_helo_if_needed()
        return client

    def _step(self, stage: str, say: Callable[[], tuple[int, bytes]]) -> None:
        self._stage = stage
        code, reply = say()
        if not 200 <= code < 300:
            raise smtplib.SMTPResponseException(code, reply)


def _refusal(stage: str, code: int, reply: bytes | str) -> Answer:
    """Return what a refusal means: of the server for now, of us until somebody acts, or of this."""
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    text = clean(f"{stage}: {code} {said}", 300)
    if not 500 <= code < 600:
        return Answer(Verdict.AWAY, text)
    if stage == "message":
        return Answer(Verdict.REFUSED, text)
    pause_s = LOGIN_PAUSE_S if stage == "login" else ADDRESS_PAUSE_S
    return Answer(Verdict.BARRED, text, not_before_s=pause_s)


def _password(settings: MailSettings) -> str:
    return "" if settings.password is None else settings.password.get_secret_value()


def _own_name(client: smtplib.SMTP) -> str:
    """Return how we call ourselves: our full name if we have one, else our address in brackets."""
    name = socket.gethostname()
    if "." in name or client.sock is None:
        return name
    address = client.sock.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
