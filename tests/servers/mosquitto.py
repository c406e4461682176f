"""A real mosquitto with passwords, access lists or TLS, as a test wants."""

import subprocess
from pathlib import Path

from tests.conftest import require
from tests.servers.program import Program, free_port


class Mosquitto(Program):
    """A broker on a free port of 127.0.0.1. Anyone may do anything unless `users` is given.

    It keeps nothing across a restart, like a broker without persistence. `start` after `kill`
    or `stop` brings it back on the same port.
    """

    def __init__(
        self,
        folder: Path,
        *,
        users: dict[str, str] | None = None,
        acl: str = "",
        tls: tuple[Path, Path] | None = None,
    ) -> None:
        self.host = "127.0.0.1"
        self.port = free_port()
        lines = ["user root", "log_type error", "log_type information", "persistence false"]
        lines += [f"listener {self.port} 127.0.0.1", f"allow_anonymous {str(not users).lower()}"]
        if users:
            lines.append(f"password_file {_passwords(folder, users)}")
        if acl:
            (folder / "acl").write_text(acl)
            lines.append(f"acl_file {folder / 'acl'}")
        if tls:
            lines += [f"certfile {tls[0]}", f"keyfile {tls[1]}"]
        config = folder / "mosquitto.conf"
        config.write_text("\n".join(lines) + "\n")
        command = [require("mosquitto", "mosquitto"), "-c", str(config)]
        super().__init__(command, ready=" running", folder=folder)


def _passwords(folder: Path, users: dict[str, str]) -> Path:
    path = folder / "passwords"
    path.touch(mode=0o600)
    for name, password in users.items():
        subprocess.run(
            [require("mosquitto_passwd", "mosquitto"), "-b", str(path), name, password],
            check=True,
            capture_output=True,
        )
    return path
