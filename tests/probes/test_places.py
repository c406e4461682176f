"""How many connections there may be follows from descriptors and memory, whichever is less."""

import asyncio
import resource
from pathlib import Path

import pytest

from probes import places
from probes.places import CONNECTION_BYTES, FEWEST, Places, memory_bytes, most_connections


@pytest.mark.parametrize(
    ("descriptors", "gigabytes", "most"),
    [
        (1024, 8, 1024 - 32 - 32),
        (65_536, 1, 250_000_000 // CONNECTION_BYTES),
        (30, 8, FEWEST),
        (resource.RLIM_INFINITY, 4, 1_000_000_000 // CONNECTION_BYTES),
        (resource.RLIM_INFINITY, 0, FEWEST),
    ],
)
def test_what_runs_out_first_decides(
    monkeypatch: pytest.MonkeyPatch, descriptors: int, gigabytes: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))
    monkeypatch.setattr(places, "memory_bytes", lambda: gigabytes * 10**9)

    assert most_connections() == most


@pytest.mark.parametrize(
    ("membership", "group"),
    [("0::/\n", "."), ("0::/system.slice/guardia.service\n", "system.slice/guardia.service")],
)
def test_a_container_or_a_unit_has_less_than_the_machine(
    tmp_path: Path, membership: str, group: str
) -> None:
    machine = memory_bytes(tmp_path / "none", tmp_path)
    (tmp_path / "cgroup").write_text(membership)
    folder = tmp_path / "groups" / group
    folder.mkdir(parents=True)

    (folder / "memory.max").write_text("104857600\n")
    assert memory_bytes(tmp_path / "cgroup", tmp_path / "groups") == 104_857_600
    (folder / "memory.max").write_text("max\n")
    assert memory_bytes(tmp_path / "cgroup", tmp_path / "groups") == machine > 104_857_600


async def turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_places_go_to_whoever_asked_first() -> None:
    one, got = Places(1), list[str]()

    async def visit(name: str) -> None:
        await one.take()
        got.append(name)

    assert one.take_now()
    assert not one.take_now()
    async with asyncio.TaskGroup() as group:
        for name in "ab":
            group.create_task(visit(name))
        await turns()
        assert got == []
        one.give_back()
        await turns()
        assert got == ["a"]
        one.give_back()
    assert got == ["a", "b"]


@pytest.mark.parametrize("was_given", [False, True])
async def test_who_stops_waiting_leaves_the_place_to_the_next(was_given: bool) -> None:
    one = Places(1)
    assert one.take_now()
    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(one.take())
        await turns()
        staying = group.create_task(one.take())
        await turns()
        if was_given:
            one.give_back()  # and cancelled in the same turn
        leaving.cancel()
        await turns()
        if not was_given:
            one.give_back()
        await staying

    assert leaving.cancelled()
    assert not one.take_now()
    one.give_back()
    assert one.take_now()
