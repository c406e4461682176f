"""One life of the daemon with its desk, on a clock of our own."""

from pathlib import Path

from config.fleet import Fleet
from monitor.orders import Origin
from monitor.response.audit import Audit
from monitor.response.desk import Desk
from monitor.response.windows import Windows
from tests.clock import FakeClock
from tests.monitor.story import Stage, World

HERE = Origin("127.0.0.1")


class Office:
    """What `monitor.app` builds, without the network."""

    def __init__(self, listed: Fleet, world: World, clock: FakeClock, folder: Path) -> None:
        self.stage = Stage(listed, world, clock, folder)
        self.windows, self.trail = Windows(self.stage.journal), Audit(self.stage.journal)
        self.windows.load()
        self.trail.load()
        self.stage.pipeline.take_windows(self.windows.onto(listed))
        self.desk = Desk(self.stage.pipeline, self.stage.journal, self.windows, self.trail, clock)

    def reload(self, listed: Fleet) -> None:
        self.stage.pipeline.reload(self.windows.onto(listed))

    async def close(self) -> None:
        await self.stage.journal.close()
