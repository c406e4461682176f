"""From settings to questions: literal addresses once and for all, names whenever they are asked."""

from collections.abc import Callable
from dataclasses import dataclass

from config.probe import IcmpSettings
from probes.icmp_echo import Echo, Manner
from probes.icmp_outlet import Outlet
from probes.reading import Reading
from probes.resolve import Address, Family, Resolver, Unresolved, read_literal
from probes.runs import Answer, Question

Begin = Callable[[Echo, bool, Answer], None]
_Likeness = tuple[int, float, float, int]


class Preparation:
    """Prepares questions; what probes have in common they share.

    `expect` hears the length of the messages that will come back.
    """

    def __init__(self, resolver: Resolver, begin: Begin, expect: Callable[[int], None]) -> None:
        self._resolver = resolver
        self._begin = begin
        self._expect = expect
        self._manners: dict[_Likeness, Manner] = {}
        self._outlets: dict[Outlet, Outlet] = {}

    def prepare(self, settings: IcmpSettings, look_up: Question) -> "Echo | Named | Nowhere":
        """Return the question; `look_up` is asked instead while a name's address is unknown."""
        literal = read_literal(settings.target, family_of(settings))
        if isinstance(literal, Unresolved):
            return Nowhere(literal)
        if literal is None:
            return Named(settings, self._resolver, self.echo, look_up)
        return self.echo(settings, literal)

    def echo(self, settings: IcmpSettings, address: Address) -> Echo:
        """Return the question to one address."""
        outlet = Outlet(
            address.family, settings.dscp, settings.source or "", settings.dont_fragment
        )
        outlet = self._outlets.setdefault(outlet, outlet)
        return Echo(address, outlet, self._manner(settings), self._begin)

    def _manner(self, settings: IcmpSettings) -> Manner:
        likeness = (settings.packets, settings.spacing, settings.timeout, settings.size)
        manner = self._manners.get(likeness)
        if manner is None:
            manner = self._manners[likeness] = Manner.of(settings)
            self._expect(manner.message_bytes)
        return manner


class Named:
    """A question to a name, whose address may be another one each time."""

    __slots__ = ("_echo", "_look_up", "_resolver", "_settings")

    def __init__(
        self,
        settings: IcmpSettings,
        resolver: Resolver,
        echo: Callable[[IcmpSettings, Address], Echo],
        look_up: Question,
    ) -> None:
        self._settings = settings
        self._resolver = resolver
        self._echo = echo
        self._look_up = look_up

    def ask(self, in_doubt: bool, answer: Answer) -> None:
        """Make one run: a `probes.runs.Question`."""
        settings = self._settings
        known = self._resolver.known(settings.target, family_of(settings))
        if known is None:
            self._look_up(in_doubt, answer)
        elif isinstance(known, Unresolved):
            Nowhere(known).ask(in_doubt, answer)
        else:
            self._echo(settings, known).ask(in_doubt, answer)


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A question that cannot be asked, and why."""

    why: Unresolved

    def ask(self, in_doubt: bool, answer: Answer) -> None:  # noqa: ARG002 - a Question
        """Answer at once."""
        answer(Reading.failed(self.why.reason, self.why.detail))


def family_of(settings: IcmpSettings) -> Family:
    """Return the family to ask in: that of the source address, where one is set.

    >>> family_of(IcmpSettings(target="clinic.example.mx", source="10.1.2.3"))
    'ipv4'
    """
    if settings.source is None:
        return settings.family
    return "ipv6" if ":" in settings.source else "ipv4"
