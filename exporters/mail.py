"""Mail: one message for each addressee, and one thread for each incident (RFC 5322)."""

import hashlib
import re
from email.charset import QP, Charset
from email.header import Header
from email.message import Message as Rfc5322
from email.policy import compat32
from email.utils import format_datetime

from config.messages import MailAddressee, MailSettings
from exporters.channel import Destination
from exporters.circle import member_of
from exporters.mail_carrier import MailCarrier
from exporters.message import Message
from exporters.notice import Notification
from monitor.vocabulary import Priority

_POLICY = compat32.clone(linesep="\r\n")
"""The newer policies lose a blank now and then where they fold a subject (seen with 3.11)."""
_UTF_8 = Charset("utf-8")
_UTF_8.body_encoding = QP  # seven bits pass through every relay, and stay readable in its log
_URGENT = frozenset({Priority.P1, Priority.P2})
SENDER_NAME = "Guardia"
LONGEST_ID = 56


def mail_destinations(settings: MailSettings) -> tuple[Destination, ...]:
    """Return those whom the settings name.

    Raises:
        ValueError: a certificate file or the secret cannot be used; the message says which.

    """
    return tuple(_destination(settings, addressee) for addressee in settings.to)


def _destination(settings: MailSettings, addressee: MailAddressee) -> Destination:
    def compose(message: Message, first: str) -> bytes:
        return to_mail(message, first, settings.sender, addressee.address)

    carrier = MailCarrier(settings, addressee.address)
    return Destination(member_of("mail", addressee), compose, carrier)


def to_mail(message: Message, _first: str, sender: str, address: str) -> bytes:
    """Return it as it travels: plain text, without anything that would tell us who read it.

    What opened the incident has the thread's own id; all else refers to it, also where that first
    message was never sent or has been deleted: mail programs thread by the reference alone. An id
    follows from what is told, so a repetition after a lost answer is recognised as the same.
    """
    domain = sender.rpartition("@")[2]
    thread = _message_id(message.thread, domain)
    is_first = message.kind in (None, Notification.OPENED)
    mail: Rfc5322[str, str | Header] = Rfc5322()
    mail["From"] = f"{SENDER_NAME} <{sender}>"
    mail["To"] = address
    mail["Subject"] = Header(message.title, "utf-8", maxlinelen=76, header_name="Subject")
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = thread if is_first else _message_id(message.key, domain)
    if not is_first:
        mail["In-Reply-To"] = thread
        mail["References"] = thread
    if message.priority in _URGENT and not message.is_quiet:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notice in return
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_payload(f"{message.title}\n\n{message.text}\n", _UTF_8)
    return mail.as_bytes(policy=_POLICY)


def _message_id(key: str, domain: str) -> str:
    """Return an id as RFC 5322 allows it, short enough never to be folded."""
    own = ".".join(re.findall(r"[A-Za-z0-9_-]+", key))
    if len(own) + len(domain) > LONGEST_ID:
        own = hashlib.sha256(key.encode()).hexdigest()[:24]
    return f"<{own}@{domain}>"
