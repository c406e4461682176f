"""The web server of the benches, as a process of its own, with an authority to trust it by."""

import contextlib
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

from bench.web_server import Tally

NAME = "clinic.example.mx"
"""The name in the certificate, whatever address is asked."""


@dataclass(frozen=True, slots=True)
class Web:
    """Where it listens, on every address of this machine."""

    http_port: int
    https_port: int
    ca_file: Path

    def urls(self, addresses: list[str], *, secure: bool) -> list[str]:
        if secure:
            return [f"https://{address}:{self.https_port}/" for address in addresses]
        return [f"http://{address}:{self.http_port}/" for address in addresses]

    def tally(self) -> Tally:
        """Return how many TLS handshakes there were so far."""
        line = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=10)
        with contextlib.closing(line):
            line.request("GET", "/tally")
            return Tally(**json.loads(line.getresponse().read()))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Web]:
    """Run the server meanwhile.

    Raises:
        RuntimeError: it did not start; its words are on stderr.

    """
    authority = trustme.CA()
    ca_file, certificate = folder / "ca.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(ca_file)
    authority.issue_cert(NAME).private_key_and_cert_chain_pem.write_to_path(certificate)
    command = [sys.executable, "-m", "bench.web_server", str(certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            ports = server.stdout.readline().split()
            if len(ports) != 2:
                raise RuntimeError("the web server of the bench did not start")
            yield Web(int(ports[0]), int(ports[1]), ca_file)
        finally:
            server.terminate()
