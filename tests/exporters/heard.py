"""Waits until an exporter logs something."""

import asyncio
import logging
from typing import Self


class Heard(logging.Handler):
    """Waits for a word in the log of the exporters, and keeps all it says."""

    def __init__(self, word: str) -> None:
        super().__init__(logging.DEBUG)
        self._word = word
        self._came = asyncio.Event()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        if self._word in record.getMessage():
            self._came.set()

    async def __aenter__(self) -> Self:
        logging.getLogger("exporters").setLevel(logging.DEBUG)
        logging.getLogger("exporters").addHandler(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        logging.getLogger("exporters").removeHandler(self)
        logging.getLogger("exporters").setLevel(logging.NOTSET)

    async def came(self) -> None:
        await self._came.wait()
