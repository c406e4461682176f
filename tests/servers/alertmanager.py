"""A real Alertmanager, on its own, with its state in a folder."""

from pathlib import Path

from tests.conftest import require
from tests.servers.program import Program, free_port

_CONFIG = """\
route:
  receiver: webhook
  group_by: ["..."]
  group_wait: {group_wait}
  group_interval: {group_interval}
  repeat_interval: 1h
receivers:
  - name: webhook
    webhook_configs: [{{url: "{url}", send_resolved: true}}]
"""


def webhook_config(url: str, group_wait: str = "1s", group_interval: str = "1s") -> str:
    """Return a configuration that tells one webhook of every alert, each on its own."""
    return _CONFIG.format(url=url, group_wait=group_wait, group_interval=group_interval)


class AlertmanagerServer(Program):
    """`start` after `stop` or `kill` is a restart: same port, same folder, alerts forgotten."""

    def __init__(self, folder: Path, config: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        written = folder / "alertmanager.yml"
        written.write_text(config, encoding="utf-8")
        super().__init__(
            [
                require("prometheus-alertmanager", "prometheus-alertmanager"),
                f"--config.file={written}",
                f"--storage.path={folder / 'alertmanager'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
            ready='msg="Listening on"',
            folder=folder,
        )
