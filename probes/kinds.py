"""Every kind of probe there is. A new kind is a settings model, a file here, and a line below."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Self

from config.component import Probe
from config.probe import HttpSettings, IcmpSettings, PowerSettings, TcpSettings
from config.settings import IcmpEngineSettings
from probes.http import HttpProber
from probes.icmp import IcmpEngine
from probes.places import most_connections
from probes.power import PowerProber
from probes.reading import Reading
from probes.resolve import Resolver
from probes.route_tracer import RouteTracer
from probes.runs import Answer, Question, Runs
from probes.tcp import TcpQuestion


class Kinds:
    """The engines that all probes share: one socket for echoes, one resolver, one HTTP client."""

    def __init__(self, icmp: IcmpEngine, resolver: Resolver, http: HttpProber) -> None:
        self._icmp = icmp
        self._resolver = resolver
        self._http = http
        self._power = PowerProber(http)
        self._runs = Runs()

    @classmethod
    def open(
        cls,
        *,
        on_ignored: Callable[[str, int], None],
        on_dropped: Callable[[int], None],
        echoes: IcmpEngineSettings | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Open the engines for the running loop. Missing permissions show in the readings."""
        resolver = Resolver()
        icmp = IcmpEngine.open(
            on_ignored=on_ignored, on_dropped=on_dropped, settings=echoes, resolver=resolver
        )
        http = HttpProber(max_connections=most_connections(), resolver=resolver, now=now)
        return cls(icmp, resolver, http)

    async def serve(self) -> None:
        """Let questions be asked. Ends by cancellation, and what is under way with it."""
        await self._runs.serve()

    def question(self, probe: Probe) -> Question:
        """Return how to ask this probe, again and again: what can be prepared is, once.

        An echo needs a task only while the address behind its name is looked up.
        """
        if isinstance(probe.settings, IcmpSettings):
            return self._icmp.echo(probe.settings, partial(self._look_up, probe)).ask
        return self._runs.question(probe.key, self._prepared(probe))

    async def ask(self, probe: Probe, in_doubt: bool) -> Reading:
        """Run one probe once. In doubt, ICMP asks under a fresh id (probes/icmp.py says why)."""
        return await self._prepared(probe)(in_doubt)

    def tracer(self) -> RouteTracer:
        """Return who traces the way to what probes ask; whoever asked for it closes it."""
        return RouteTracer(self._resolver)

    @property
    def may_ping(self) -> bool:
        """Tell whether ICMP can be asked at all."""
        return self._icmp.may_ping

    def describe(self) -> str:
        """Return one line on the ICMP sockets in use."""
        return self._icmp.describe()

    async def close(self) -> None:
        """Let go of sockets, threads and processes."""
        self._icmp.close()
        await self._http.close()
        self._resolver.close()

    def _look_up(self, probe: Probe, in_doubt: bool, answer: Answer) -> None:
        self._runs.question(probe.key, self._prepared(probe))(in_doubt, answer)

    def _prepared(self, probe: Probe) -> Callable[[bool], Awaitable[Reading]]:
        match probe.settings:
            case IcmpSettings() as echo:
                return lambda in_doubt: self._icmp.ping(echo, fresh_id=in_doubt)
            case TcpSettings() as tcp:
                http = self._http
                return TcpQuestion(tcp, self._resolver, http.places, http.readiness).ask
            case HttpSettings() as web:
                return self._http.prepare(web).ask
            case PowerSettings() as power:
                return self._power.prepare(power, interval_s=probe.interval_s).ask
