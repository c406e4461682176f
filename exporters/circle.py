"""Everybody whom Guardia tells of incidents: what the message to one says of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from config.messages import Addressee
from config.settings import ExporterSettings
from exporters.alertmanager import receiver_of
from exporters.outbox import EVERY_PRIORITY, wants
from monitor.events import IncidentEvent
from monitor.ports import Delivery, DeliveryLog
from monitor.vocabulary import Priority


class Named(NamedTuple):
    """How people know a receiver: `mail` and `noc`. Machines that page in turn have no id."""

    kind: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One receiver: its name in the delivery log, and what it wants to hear."""

    receiver: str
    named: Named
    priorities: frozenset[Priority] = EVERY_PRIORITY


@dataclass(frozen=True, slots=True)
class Others:
    """Of the others, those who know what this message says, and those who have yet to confirm."""

    told: tuple[Named, ...] = ()
    waiting: tuple[Named, ...] = ()


def circle_of(settings: ExporterSettings) -> tuple[Member, ...]:
    """Return everybody who is told of incidents; MQTT carries events, and calls nobody."""
    members = []
    if settings.alertmanager is not None:
        receivers = [receiver_of(url) for url in dict.fromkeys(settings.alertmanager.urls)]
        members += [Member(receiver, Named("alertmanager")) for receiver in receivers]
    if settings.webhook is not None:
        members.append(Member("webhook", Named("webhook")))
    if settings.mail is not None:
        members += [member_of("mail", one) for one in settings.mail.to]
    if settings.telegram is not None:
        members += [member_of("telegram", one) for one in settings.telegram.chats]
    if settings.ntfy is not None:
        members += [member_of("ntfy", one) for one in settings.ntfy.topics]
    return tuple(members)


def member_of(kind: str, addressee: Addressee) -> Member:
    """Return the member that an addressee of the settings is."""
    priorities = frozenset(Priority(name) for name in addressee.priorities)
    return Member(f"{kind}:{addressee.id}", Named(kind, addressee.id), priorities)


def others(
    circle: Sequence[Member], log: DeliveryLog, event: IncidentEvent, receiver: str
) -> Others:
    """Return who else is told of an incident. A cluster counts as told once one member is."""
    known: dict[Named, bool] = {}
    for member in circle:
        delivery = log.delivery(member.receiver, event.id)
        if member.receiver != receiver and wants(member.priorities, event, delivery):
            known[member.named] = known.get(member.named, False) or _knows(delivery, event)
    told = tuple(named for named, knows in known.items() if knows)
    return Others(told, tuple(named for named in known if named not in told))


def _knows(delivery: Delivery, event: IncidentEvent) -> bool:
    if event.closed_at is not None:
        return delivery.told_closed
    return delivery.told >= event.pages
