"""`kill -9` at any instant: nothing told twice as something else, nothing forgotten."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faults_daemon import QUICK, Daemon, clinic
from tests.e2e.faults_door import Door
from tests.e2e.faults_life import begin, end, kill
from tests.servers.webhook import WebhookReceiver

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

KILLS = 20
LONGEST_LIFE_S = 2.2
LONGEST_STATE_S = 0.4
HASTY = QUICK | {"interval": "100ms", "reprobe": "50ms", "max_confirm": "50ms"}


async def flap(door: Door, chance: random.Random) -> None:
    """Open and shut the door for ever."""
    while True:
        await door.shut()
        await asyncio.sleep(chance.uniform(0.1, LONGEST_STATE_S))
        await door.open()
        await asyncio.sleep(chance.uniform(0.1, LONGEST_STATE_S))


@pytest.fixture
def forge() -> Iterator[None]:
    """The process that lives are forked from goes with the test."""
    yield
    end()


@pytest.mark.usefixtures("forge")
async def test_twenty_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    log = tmp_path / "log"
    async with Door() as door, WebhookReceiver() as noc:
        exporters = {"webhook": {"url": noc.url}}
        pace = dict.fromkeys(("life", "hospital", "clinic"), HASTY)
        daemon = Daemon(tmp_path, [clinic(door.target)], exporters=exporters, classes=pace)
        kill(begin(daemon.config, log))  # warm
        async with asyncio.TaskGroup() as group:
            flapping = group.create_task(flap(door, chance), name="flapping")
            for _ in range(KILLS):
                life = begin(daemon.config, log)
                await asyncio.sleep(chance.uniform(0.0, LONGEST_LIFE_S))  # a random instant
                await asyncio.to_thread(kill, life)
            flapping.cancel()
        await door.open()
        async with daemon:
            await daemon.until_state("link/link1", "up")
            await daemon.until_incidents(0)
            incidents = {incident.id for incident in await daemon.incidents(closed_too=True)}
            await noc.until(lambda: told(noc, "closed") >= incidents)
        words = log.read_text(encoding="utf-8")
    assert "Traceback" not in words
    assert "journal damaged" not in words
    assert "unreadable" not in words
    assert len(incidents) >= 3, words  # else nothing was tried
    assert told(noc, "opened") == told(noc, "closed") == incidents
    check_keys(noc.bodies)


def told(noc: WebhookReceiver, notification: str) -> set[str]:
    """Return the incidents of which the receiver heard this."""
    return {body["incident"]["id"] for body in noc.bodies if body["notification"] == notification}


def check_keys(bodies: list[Any]) -> None:
    """One key is one page, and one incident is one page and its end."""
    pages, keys = defaultdict(set), defaultdict(set)
    for body in bodies:
        incident = body["incident"]
        pages[body["key"]].add((incident["id"], incident["opened_at"], body["notification"]))
        keys[incident["id"]].add(body["key"])
    assert {key: told for key, told in pages.items() if len(told) > 1} == {}
    for incident, known in keys.items():
        assert known == {f"test/{incident}/1", f"test/{incident}/closed"}
