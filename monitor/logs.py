"""How the daemon logs: one line each, constant message plus fields, to standard error."""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure(secrets: logging.Filter, *, debug: bool = False) -> None:
    """Log INFO and above to standard error, with every secret taken out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(secrets)
    logging.basicConfig(
        level=logging.DEBUG if debug else logging.INFO, handlers=[handler], force=True
    )
    for noisy in ("asyncio", "aiohttp", "mqtt", "aiomqtt"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
