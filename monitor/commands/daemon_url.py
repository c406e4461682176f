"""Where the daemon answers, for commands that ask it."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from config.document import read_document
from config.problem import Problems
from config.settings import Listen, Settings
from config.textfile import read_source
from config.tree import Broken, Mapping, Scalar
from config.vault import Vault

DEFAULT_LISTEN: str = Settings.model_fields["listen"].default
_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}
_LISTEN: TypeAdapter[str] = TypeAdapter(Listen)


def daemon_url(config: Path) -> str:
    """Return the URL of the daemon that a settings file describes.

    Only `listen:` is read, and nothing else judged: who may look at the daemon need not be able
    to read its secrets. Without the file, or without that setting, it is the default.
    """
    return url_of(listen_of(config) or DEFAULT_LISTEN)


def listen_of(config: Path) -> str | None:
    """Return what `listen:` says; None where it says nothing usable."""
    problems = Problems()
    source = read_source(config, problems)
    root = None if source is None else read_document(source, Vault({}), problems)
    value = root.get("listen") if isinstance(root, Mapping) else None
    if not isinstance(value, Scalar) or isinstance(value, Broken):
        return None
    try:
        return _LISTEN.validate_python(value.value)
    except ValidationError:
        return None


def url_of(listen: str) -> str:
    """Return how a listen address is reached from this machine."""
    host, _, port = listen.rpartition(":")
    return f"http://{_EVERYWHERE.get(host, host)}:{port}"
