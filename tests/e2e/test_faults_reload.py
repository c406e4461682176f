"""A reload takes over what changed and nothing else; a broken one takes over nothing."""

import math
import signal
from functools import partial
from operator import eq
from pathlib import Path

import pytest

from tests.e2e.faults_daemon import Daemon, clinic
from tests.e2e.faults_door import Door

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

SUCCESSFUL = "guardia_config_last_reload_successful"
STATE = "guardia_component_state"


def site(name: str, target: str) -> dict[str, object]:
    return clinic(target) | {"id": name}


async def test_a_broken_configuration_changes_nothing_and_says_why(tmp_path: Path) -> None:
    async with Door() as door, Daemon(tmp_path, [clinic(door.target)]) as daemon:
        await daemon.until_state("link/link1", "up")
        before = await daemon.site("clinic")
        sites = daemon.folder / "sites.yaml"
        sites.write_text("sites: [{id: clinic, nmae: Typo}]\n", encoding="utf-8")
        daemon.signal(signal.SIGHUP)
        await daemon.until_logged("ERROR", "reload refused, nothing changed")
        await daemon.until_metric(SUCCESSFUL, partial(eq, 0))
        assert "sites.yaml:1:22: unknown key" in await daemon.until_logged("problem", "nmae")
        status, problems = await daemon.post("/-/reload")
        assert status == 400
        assert "`nmae`" in problems
        assert "did you mean `name`?" in problems

        sites.write_text("sites: [\x00", encoding="utf-8")
        assert (await daemon.post("/-/reload"))[0] == 400
        sites.unlink()
        assert (await daemon.post("/-/reload"))[0] == 400

        await daemon.until_runs(5)
        assert await daemon.site("clinic") == before
        await door.shut()  # it is watched all the while
        (incident,) = await daemon.until_incidents(1)
        assert incident.site.id == "clinic"
        daemon.write([clinic(door.target)])
        assert await daemon.post("/-/reload") == (200, "reloaded\n")
        await daemon.until_metric(SUCCESSFUL, partial(eq, 1))
        assert [kept.id for kept in await daemon.incidents()] == [incident.id]


async def test_a_reload_touches_only_the_site_that_came_or_went(tmp_path: Path) -> None:
    async with Door() as stays, Door() as goes, Door() as comes:
        old, gone, new = (
            site("stays", stays.target), site("goes", goes.target), site("comes", comes.target),
        )  # fmt: skip
        async with Daemon(tmp_path, [old, gone]) as daemon:
            await daemon.until_state("link/link1", "up", site="stays")
            await daemon.until_state("link/link1", "up", site="goes")
            await goes.shut()
            (incident,) = await daemon.until_incidents(1)
            before = await daemon.site("stays")
            daemon.write([old, new])
            daemon.signal(signal.SIGHUP)
            await daemon.until_logged("reloaded sites=2")
            await daemon.until_state("link/link1", "up", site="comes")
            assert await daemon.site("stays") == before
            assert (await daemon.get("/api/v1/sites/goes"))[0] == 404
            await daemon.until_incidents(0)
            (closed,) = await daemon.incidents(closed_too=True)
            assert (closed.id, closed.phase) == (incident.id, "closed")
            metrics = await daemon.metrics()
            state = partial(metrics.value, STATE, component="link/link1", kind="link", state="up")
            assert (state(site="stays"), state(site="comes")) == (1, 1)
            assert math.isnan(state(site="goes"))
            assert not daemon.logged("component=stays")
            lines = len(daemon.logged("monitor.pipeline"))
            daemon.signal(signal.SIGHUP)  # and once more, with nothing changed
            await daemon.until(lambda: len(daemon.logged("reloaded sites=2")) == 2)
            await daemon.until_runs(10)
            assert len(daemon.logged("monitor.pipeline")) == lines
