"""The daemon is found where its settings say, without judging the rest of them."""

from pathlib import Path

import pytest

from monitor.commands.daemon_url import daemon_url


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("listen: 127.0.0.5:9000", "http://127.0.0.5:9000"),
        ("listen: 9000", "http://127.0.0.1:9710"),  # `check` says what to write instead
        ("listen: 0.0.0.0:9000", "http://127.0.0.1:9000"),
        ('listen: ":9000"', "http://127.0.0.1:9000"),
        ('listen: "[::]:9000"', "http://[::1]:9000"),
        ("listen: noc.example.mx:9000", "http://noc.example.mx:9000"),
        ("listen: nonsense", "http://127.0.0.1:9710"),
        ("listen: [1, 2]", "http://127.0.0.1:9710"),
        ("include: [sites/*.yaml]", "http://127.0.0.1:9710"),
        ("listen: 127.0.0.5:9000\nunknown: !file /gone", "http://127.0.0.5:9000"),
        ("- a list", "http://127.0.0.1:9710"),
        ("{", "http://127.0.0.1:9710"),
    ],
)
def test_the_daemon_is_where_listen_says(tmp_path: Path, written: str, url: str) -> None:
    config = tmp_path / "guardia.yaml"
    config.write_text(written + "\n", encoding="utf-8")
    assert daemon_url(config) == url


def test_without_settings_it_is_the_default(tmp_path: Path) -> None:
    assert daemon_url(tmp_path / "gone.yaml") == "http://127.0.0.1:9710"
