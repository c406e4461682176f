"""A real mosquitto, started as compose.yaml starts it, lets nobody speak but Guardia."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.deploy.files import DEPLOY, compose_services


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[tuple[int, list[str]]]:
    """Start mosquitto as compose.yaml does; yield its port and its container's healthcheck."""
    sbin = Path(require("mosquitto", "mosquitto")).parent
    require("mosquitto_sub", "mosquitto-clients")
    port, health_port = map(str, free_ports(2))
    service = compose_services()["mosquitto"]
    shutil.copytree(DEPLOY / "mosquitto", tmp_path / "config")
    (tmp_path / "data").mkdir()
    conf = tmp_path / "config" / "mosquitto.conf"
    conf.write_text(
        conf.read_text(encoding="utf-8")
        .replace("/mosquitto/", f"{tmp_path}/")
        .replace("listener 1883", f"listener {port} 127.0.0.1")
        .replace("listener 1880", f"listener {health_port}")
        # Started by root, it would drop to an account that may not read this folder.
        + "user root\n",
        encoding="utf-8",
    )
    script = service["command"][0].replace("$$", "$").replace("/mosquitto/", f"{tmp_path}/")
    environ = {"GUARDIA_MQTT_PASSWORD": "secreto", "GUARDIA_MQTT_READ_PASSWORD": "leer"}
    daemon = await asyncio.create_subprocess_exec(
        *service["entrypoint"], script, env={"PATH": f"{sbin}:/usr/bin:/bin", **environ},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    healthcheck = [word.replace("$$", "$") for word in service["healthcheck"]["test"][1:]]
    healthcheck[healthcheck.index("1880")] = health_port
    try:
        assert daemon.stdout is not None
        said: list[bytes] = []
        while not (line := await daemon.stdout.readline()).rstrip().endswith(b"running"):
            assert line, f"mosquitto does not start: {said}"
            said.append(line)
        yield int(port), healthcheck
    finally:
        daemon.terminate()
        await daemon.wait()


async def client(*words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.mark.e2e
async def test_only_guardia_speaks_and_only_the_named_listen(
    broker: tuple[int, list[str]], tmp_path: Path
) -> None:
    port, healthcheck = broker
    at = ["-h", "127.0.0.1", "-p", str(port)]
    guardia = [*at, "-u", "guardia", "-P", "secreto"]
    reader = [*at, "-u", "lectura", "-P", "leer"]
    topic = ["-t", "guardia/v1/tij/status", "-q", "1", "-r"]

    # Guardia retains; a reader's forgery over it is dropped, as is a stranger's connection.
    assert (await client("mosquitto_pub", *guardia, *topic, "-m", "online"))[0] == 0
    await client("mosquitto_pub", *reader, *topic, "-m", "forged")
    assert (await client("mosquitto_pub", *at, *topic, "-m", "stranger"))[0] != 0
    assert (await client("mosquitto_pub", *at, "-u", "guardia", "-P", "?", *topic, "-m", "x"))[0]

    read = ["-t", "guardia/v1/#", "-C", "1", "-W", "3"]
    assert await client("mosquitto_sub", *reader, *read) == (0, "online\n")
    # The healthcheck's door shows the uptime and nothing else.
    code, uptime = await client(*healthcheck)
    assert (code, "seconds" in uptime) == (0, True)
    health = healthcheck[: healthcheck.index("-t")]
    assert (await client(*health, "-t", "guardia/v1/#", "-C", "1", "-W", "1"))[0] != 0
    # No password lies on the disk.
    assert "secreto" not in (tmp_path / "data" / "passwd").read_text(encoding="utf-8")
