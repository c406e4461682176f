"""`guardia test-message`: what it says, what it answers, and that it shows no secret."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.monitor.commands.terminal import typed
from tests.servers.mailbox import Mailbox
from tests.servers.webhook import Reply, WebhookReceiver

TOKEN = "123456:AAbbCC-dd_ee"


class Servers:
    """A mail server and a Bot API on a loop of their own, for a command that brings its own."""

    def __init__(self) -> None:
        self.mail = Mailbox()
        self.telegram = WebhookReceiver()

    async def start(self) -> None:
        await self.mail.start()
        await self.telegram.start()

    async def stop(self) -> None:
        await self.mail.stop()
        await self.telegram.stop()


@pytest.fixture
def servers() -> Iterator[Servers]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="servers")
    thread.start()
    both = Servers()
    asyncio.run_coroutine_threadsafe(both.start(), loop).result(10)
    yield both
    asyncio.run_coroutine_threadsafe(both.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def configured(folder: Path, exporters: dict[str, object]) -> str:
    (folder / "a.yaml").write_text("sites: [{id: a, name: A}]")
    main = folder / "guardia.yaml"
    main.write_text(
        yaml.safe_dump({"include": "a.yaml", "vantage": "noc-1", "exporters": exporters})
    )
    return str(main)


def both(servers: Servers) -> dict[str, object]:
    return {
        "mail": {
            "host": "127.0.0.1", "port": servers.mail.port, "security": "none",
            "sender": "g@example.mx", "to": [{"id": "noc", "address": "noc@example.mx"}],
        },
        "telegram": {
            "url": servers.telegram.url, "token": TOKEN,
            "chats": [{"id": "bc", "chat": -1001, "priorities": ["P1"]}],
        },
    }  # fmt: skip


def test_a_test_goes_to_each_that_is_named(tmp_path: Path, servers: Servers) -> None:
    servers.telegram.script.append(Reply(200, '{"ok": true, "result": {"message_id": 1}}'))
    config = configured(tmp_path, both(servers))
    result = typed("test-message", "-c", config, "--to", "all")
    assert (result.exit_code, result.stdout) == (0, "mail:noc took it\ntelegram:bc took it\n")
    (mail,) = servers.mail.taken
    assert mail.message["Subject"] == "PRUEBA · Guardia noc-1 puede avisarle por aquí"
    assert servers.telegram.bodies[0]["text"].startswith("PRUEBA · Guardia noc-1")
    assert servers.telegram.bodies[0]["disable_notification"] is False


def test_what_was_refused_is_said_without_the_secret(tmp_path: Path, servers: Servers) -> None:
    answer = f'{{"ok": false, "description": "no bot {TOKEN} here"}}'
    servers.telegram.script.append(Reply(401, answer))
    config = configured(tmp_path, both(servers))
    result = typed("test-message", "-c", config, "--to", "telegram:bc", "--to", "mail:noc")
    assert result.exit_code == 1
    assert result.stdout == "mail:noc took it\n"
    assert "telegram:bc did not take it: HTTP 401: no bot *** here" in result.stderr
    assert TOKEN not in result.output


def test_a_channel_that_is_not_there_is_named_with_the_nearest(
    tmp_path: Path, servers: Servers
) -> None:
    config = configured(tmp_path, both(servers))
    result = typed("test-message", "-c", config, "--to", "mail:nco")
    assert result.exit_code == 2
    assert "has no mail:nco; did you mean mail:noc?" in result.stderr
    assert servers.mail.taken == []


def test_settings_that_tell_nobody_say_what_to_write(tmp_path: Path) -> None:
    config = configured(tmp_path, {"webhook": {"url": "http://127.0.0.1:9"}})
    result = typed("test-message", "-c", config, "--to", "all")
    assert result.exit_code == 1
    assert "write `mail`, `telegram` or `ntfy` under `exporters:`" in result.stderr


def test_settings_with_a_fault_are_not_used(tmp_path: Path) -> None:
    config = configured(tmp_path, {"mail": {"host": "h"}})
    result = typed("test-message", "-c", config, "--to", "all")
    assert result.exit_code == 1
    assert "`sender` is missing" in result.stderr
