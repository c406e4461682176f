"""The composition root of the daemon: everything is built here, and handed what it needs."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

from config.fleet import Fleet
from config.loader import ConfigError, load
from config.settings import ExporterSettings
from exporters.alertmanager import Alertmanager
from exporters.board.board import Board
from exporters.board.web_pages import board_routes
from exporters.channel import Channel
from exporters.channels import destinations_of
from exporters.circle import circle_of
from exporters.exposition import Exposition
from exporters.mqtt import MqttExporter
from exporters.prometheus import PrometheusExporter
from exporters.self_metrics import SelfMetrics
from exporters.text import wording_of
from exporters.web import WebServer
from exporters.webhook import Webhook
from monitor.archivist import Archivist
from monitor.clock import SystemClock
from monitor.control import Control
from monitor.events import AnyEvent
from monitor.hub import Hub
from monitor.journal import Journal
from monitor.orders import Origin
from monitor.pipeline import Pipeline
from monitor.ports import Exporter
from monitor.printing_press import PrintingPress
from monitor.response.audit import Audit
from monitor.response.desk import Desk
from monitor.response.windows import Windows
from monitor.right_of_way import RightOfWay
from monitor.roster import Roster
from monitor.routing.routes import Routes
from monitor.scheduler import Scheduler
from monitor.sight.gateway import default_gateway, resolve_anchors
from monitor.sight.sight import Surroundings
from monitor.sight.uplink import Uplink
from monitor.stalls import Stalls
from monitor.state_dir import claimed, state_dir
from monitor.watch import Watch
from probes.kinds import Kinds
from probes.route_tracer import RouteTracer

log = logging.getLogger(__name__)

JOURNAL = "journal.db"
TICK_S = 0.5
GOODBYE_S = 1.0


def load_or_problems(path: Path, previous: Fleet) -> Fleet | list[str]:
    """Return the fleet that is to replace the previous one, or its problems as people read them."""
    try:
        fleet = load(path, previous)
    except ConfigError as error:
        return [problem.text() for problem in error.problems]
    _ = fleet.probes, fleet.sites_by_id  # gathered in the thread that loads, not on the loop
    return fleet


class App:
    """One daemon. `serve` returns when it was asked to stop.

    Raises:
        ListenError, StateDirError, JournalVersionError: it cannot start; the text says the fix.

    """

    def __init__(self, path: Path, fleet: Fleet, listen: str | None = None) -> None:
        settings = fleet.settings
        self._path = path
        self._listen = listen or settings.listen
        self._stopping = asyncio.Event()
        self._state_dir = state_dir(settings.state_dir)
        self._clock = SystemClock()
        self._exposition = Exposition()
        self._telemetry = SelfMetrics(
            self._exposition,
            version=version("guardia"),
            started_at=self._clock.now(),
            exporters=exporter_names(settings.exporters),
        )
        self._journal = Journal(self._state_dir / JOURNAL, self._clock, self._telemetry)
        self._roster = Roster(fleet)
        self._windows, self._audit = Windows(self._journal), Audit(self._journal)
        watched = self._roster.watched(self._clock.now())
        self._watch = Watch(watched, _surroundings(fleet), self._journal.number)
        self._hub = Hub(self._clock, self._telemetry)
        self._routes = Routes(self._watch, self._clock)
        self._stalls = Stalls(self._clock, self._telemetry)
        self._right_of_way = RightOfWay()

    def stop(self) -> None:
        """Ask it to end: runs are dropped, what must be told is written down."""
        self._stopping.set()

    async def serve(self, on_listening: Callable[[str, int], None] | None = None) -> None:
        """Run until stopped; `on_listening` hears the address and port taken."""
        async with AsyncExitStack() as stack:
            stack.enter_context(claimed(self._state_dir))
            self._journal.open()
            stack.push_async_callback(self._journal.close)
            kinds = Kinds.open(
                on_ignored=self._telemetry.replies_ignored,
                on_dropped=self._telemetry.replies_dropped,
                echoes=self._watch.fleet.settings.icmp,
            )
            stack.push_async_callback(kinds.close)
            level = logging.INFO if kinds.may_ping else logging.WARNING
            log.log(level, "icmp sockets=%s", kinds.describe())
            pipeline = Pipeline(
                self._watch, self._journal, self._publish, self._hub.observe,
                self._stalls, self._clock, self._telemetry,
            )  # fmt: skip
            board = Board(pipeline, self._clock)
            board.compilation.begin()
            stack.callback(board.compilation.close)
            self._hub.attach([board, *self._exporters(pipeline)])
            await self._run(kinds, pipeline, board, stack, on_listening)
        log.info("stopped")

    async def _run(
        self,
        kinds: Kinds,
        pipeline: Pipeline,
        board: Board,
        stack: AsyncExitStack,
        on_listening: Callable[[str, int], None] | None,
    ) -> None:
        self._windows.load()
        self._audit.load()
        pipeline.take_windows(self._windows.onto(pipeline.fleet()))
        pipeline.recall(self._journal.load_incidents())
        self._routes.resume()
        desk = Desk(pipeline, self._journal, self._windows, self._audit, self._clock)
        scheduler = Scheduler(kinds.question, pipeline.fold, self._clock, self._telemetry)

        def apply(loaded: Fleet) -> None:
            self._roster.take(loaded)
            self._take_over(pipeline, scheduler)

        control = Control(
            self._path, load_or_problems, pipeline.fleet, apply, self._clock, self._telemetry, desk,
            self._right_of_way,
        )  # fmt: skip
        archivist = Archivist(self._state_dir / JOURNAL, pipeline.fleet, self._clock)
        stack.callback(archivist.close)
        press = PrintingPress(self._path, self._state_dir / JOURNAL)
        stack.callback(press.close)
        pages = board_routes(pipeline, board, desk, archivist, press, self._clock)
        web = WebServer(pipeline, control, self._exposition, pages)
        address, port = await web.start(self._listen)
        stack.push_async_callback(web.stop)
        log.info("listening address=%s port=%d", address, port)
        if on_listening is not None:
            on_listening(address, port)
        tracer = kinds.tracer()
        stack.callback(tracer.close)
        await self._until_stopped(kinds, pipeline, scheduler, control, board, tracer)

    async def _until_stopped(
        self,
        kinds: Kinds,
        pipeline: Pipeline,
        scheduler: Scheduler,
        control: Control,
        board: Board,
        tracer: RouteTracer,
    ) -> None:
        async with asyncio.TaskGroup() as group:
            tellers = [
                group.create_task(self._journal.run(), name="journal"),
                group.create_task(self._hub.run(), name="exporters"),
            ]
            askers = [group.create_task(kinds.serve(), name="runs")]
            await asyncio.sleep(0)  # receivers make themselves known before anything happens
            scheduler.plan(self._watch.probes(), self._watch.phases())
            scheduler.hasten(pipeline.unsettled())
            askers += [
                group.create_task(scheduler.serve(), name="scheduler"),
                group.create_task(self._stalls.run(), name="stalls"),
                group.create_task(self._tick(pipeline, scheduler, control), name="tick"),
                group.create_task(self._compile(board), name="templates"),
                group.create_task(self._routes.serve(tracer, pipeline.quote), name="routes"),
            ]
            with _signals(self.stop, group, control):
                await scheduler.placed()  # after exporters have taken over 19,000 states
                log.info("watching probes=%d", len(scheduler))
                control.ready()
                await self._stopping.wait()
            await _cancel(askers)
            pipeline.rest()
            await _cancel(tellers)

    async def _compile(self, board: Board) -> None:
        with self._right_of_way.kept():
            try:
                await board.compilation.done()
            except Exception:  # the boundary around the board: without it we watch all the same
                log.exception("no page of the board can be shown: each tries again when asked for")

    def _publish(self, event: AnyEvent) -> None:
        self._hub.publish(event)
        self._routes.offer(event)

    def _take_over(self, pipeline: Pipeline, scheduler: Scheduler) -> None:
        fleet = self._windows.onto(self._roster.watched(self._clock.now()))
        pipeline.reload(fleet)
        scheduler.plan(self._watch.probes(), self._watch.phases())
        self._hub.reload(fleet)

    async def _tick(self, pipeline: Pipeline, scheduler: Scheduler, control: Control) -> None:
        while True:
            await self._clock.sleep(TICK_S)
            control.beat()
            if self._roster.is_due(self._clock.now()):
                log.info("a site begins or ends today")
                self._take_over(pipeline, scheduler)
            is_behind = True
            while is_behind:
                is_behind = pipeline.tick()
                await asyncio.sleep(0)

    def _exporters(self, pipeline: Pipeline) -> list[Exporter]:
        settings = self._watch.fleet.settings
        told, words = settings.exporters, wording_of(settings)
        clock, telemetry = self._clock, self._telemetry
        exporters: list[Exporter] = [PrometheusExporter(self._exposition, pipeline)]
        if told.alertmanager is not None:
            pager = told.alertmanager
            exporters.append(Alertmanager(pager, self._journal, clock, telemetry, words))
        if told.webhook is not None:
            caller = told.webhook
            exporters.append(Webhook(caller, self._journal, clock, telemetry, words))
        circle = circle_of(told)
        for name, reached in destinations_of(told).items():
            channel = Channel(name, reached, circle, self._journal, clock, telemetry, words)
            exporters.append(channel)
        if told.mqtt is not None:
            exporters.append(MqttExporter(told.mqtt, pipeline, telemetry, clock))
        return exporters


def exporter_names(exporters: ExporterSettings) -> list[str]:
    """Return what metrics and logs call everything that the settings have us tell."""
    named = [member.receiver for member in circle_of(exporters)]
    return named if exporters.mqtt is None else [*named, "mqtt"]


def _surroundings(fleet: Fleet) -> Surroundings:
    configured, gateway = fleet.settings.anchors, default_gateway()
    anchors = resolve_anchors(configured, gateway)
    if configured and not anchors:
        log.warning("no anchor can tell whether we see: this machine has no default gateway")
    return Surroundings(anchors, gateway, Uplink())


@contextmanager
def _signals(
    stop: Callable[[], None], group: asyncio.TaskGroup, control: Control
) -> Iterator[None]:
    """SIGTERM and SIGINT stop, SIGHUP reloads."""
    loop = asyncio.get_running_loop()

    def reload() -> None:
        group.create_task(_reload(control), name="reload")

    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


async def _reload(control: Control) -> None:
    await control.reload(Origin("signal SIGHUP"))


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel and wait, at most as long as a goodbye may take."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=GOODBYE_S)
