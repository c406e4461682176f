"""The connection of one exchange: kept, or resolved, dialled, encrypted, each phase timed by us."""

from dataclasses import dataclass, field

from probes.dial import dial
from probes.failure import Failure
from probes.handshake import TlsClient, TlsClients, handshake_failure
from probes.http_answer import Heads
from probes.http_request import HttpRequest
from probes.http_run import HttpRun, Stage
from probes.kept_lines import Keeping
from probes.known_heads import KnownHeads
from probes.line import Line
from probes.reach import may_lead
from probes.readiness import Readiness
from probes.reading import Reason
from probes.resolve import Address, Resolver, Unresolved
from probes.resumption import Resumption, shake_hands
from probes.tls_sessions import Place


@dataclass(frozen=True, slots=True)
class Network:
    """What every connection of the daemon shares."""

    resolver: Resolver
    clients: TlsClients
    readiness: Readiness
    heads: Heads = field(default_factory=KnownHeads)


class Connection:
    """One server, called once: `reopen` or `open`, then `leave`, and `keep` when all went well.

    With a `keeping`, the connection may be one that an earlier run left, and be left to a later.
    """

    def __init__(
        self, request: HttpRequest, run: HttpRun, network: Network, keeping: Keeping | None = None
    ) -> None:
        self._request = request
        self._run = run
        self._network = network
        self._keeping = keeping
        self._line: Line | None = None
        self._address: Address | None = None
        self._resumption: Resumption | None = None

    def reopen(self) -> Line | None:
        """Return the line that was kept, if there is one. Its phases take no time."""
        if self._keeping is None:
            return None
        kept = self._keeping.take()
        if kept is None:
            return None
        self._run.enter(Stage.RESOLVE)
        self._met(kept.address)
        self._run.enter(Stage.CONNECT)
        self._line = kept.line
        self._run.enter(Stage.SEND)
        self._keeping.hasten(kept.line, self._run)
        return self._line

    def give_up(self) -> None:
        """Hang up on a line that was kept in vain."""
        self._hang_up()
        if self._keeping is not None:
            self._keeping.let_down()
        self._run.start_over()

    async def open(self) -> Line:
        """Return the line.

        Raises:
            Failure: any fault of the network, the far side or this machine

        """
        request, run = self._request, self._run
        client = await self._network.clients.get(request.tls) if request.is_secure else None
        run.enter(Stage.RESOLVE)
        resolver, host, family = self._network.resolver, request.host, request.family
        usable = self._usable(resolver.known(host, family) or await resolver.resolve(host, family))
        run.enter(Stage.CONNECT)
        if client is None:
            readiness = self._network.readiness
            self._line = Line(await dial(usable, request.port, readiness), readiness)
        else:
            self._line = await self._encrypted(usable, client)
        run.enter(Stage.SEND)
        return self._line

    def leave(self, may_stay: bool = False) -> None:
        """Keep it if it may stay, else hang up; if it was opened at all and not left before."""
        if not may_stay or not self._hand_over():
            self._hang_up()
        self._line = None

    def _hand_over(self) -> bool:
        if self._line is None or self._address is None or self._keeping is None:
            return False
        took_s = self._run.spent_s(Stage.PROCESSING)
        return self._keeping.keep(self._line, self._address, took_s)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        if line.tls is not None and self._resumption is not None:
            self._resumption.learn(line.tls)
        line.hang_up()

    def keep(self) -> None:
        """Let the next run resume the TLS session of this one."""
        if self._resumption is not None:
            self._resumption.keep()

    def _usable(self, address: Address | Unresolved) -> Address:
        run = self._run
        if isinstance(address, Unresolved):
            raise Failure(address.reason, address.detail)
        if run.redirects and not may_lead(run.address, address.host):
            raise Failure(Reason.REDIRECT, f"leads inwards, to {address.host}: not followed")
        self._met(address)
        return address

    def _met(self, address: Address) -> None:
        self._address = address
        self._run.address, self._run.note = address.host, address.note

    async def _encrypted(self, address: Address, client: TlsClient) -> Line:
        request = self._request
        place = Place(address.host, request.port, request.verified_name)
        self._resumption = Resumption(client.sessions, place, request.tls.full_handshake_every)
        try:
            return await self._shake_hands(address, client, self._resumption)
        except OSError as error:
            if self._resumption.offered is None:
                raise self._refused(error) from error
        self._resumption.broke()
        self._run.enter(Stage.CONNECT)
        try:
            return await self._shake_hands(address, client, self._resumption)
        except OSError as error:
            raise self._refused(error) from error

    async def _shake_hands(
        self, address: Address, client: TlsClient, resumption: Resumption
    ) -> Line:
        run, readiness = self._run, self._network.readiness
        calling = await dial(address, self._request.port, readiness)
        run.enter(Stage.TLS)
        presented = client.context, self._request.verified_name
        tls = await shake_hands(calling, presented, resumption.offered, readiness)
        run.tls_version = tls.version()
        run.expires_at = resumption.met(tls)
        return Line(tls, readiness)

    def _refused(self, error: OSError) -> Failure:
        self._run.expires_at = getattr(error, "expires_at", None)
        return handshake_failure(error)
