"""A repeating failure, told once: when it begins, when it changes, and when it ends."""

import logging
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trouble:
    """Logs a failure only when its text differs from the last one.

    >>> trouble = Trouble(logging.getLogger("doc"), "mqtt")
    >>> trouble.happened("connection refused"), trouble.happened("connection refused")
    (True, False)
    """

    log: logging.Logger
    subject: str
    text: str = field(default="", init=False)
    count: int = field(default=0, init=False)

    def happened(self, text: str, level: int = logging.WARNING) -> bool:
        """Note a failure; return whether it was news."""
        self.count += 1
        if text == self.text:
            return False
        self.text = text
        self.log.log(level, "trouble subject=%s what=%s", self.subject, text)
        return True

    def over(self) -> bool:
        """Note that it works again; return whether it had not."""
        if not self.text:
            return False
        self.log.info("recovered subject=%s after_failures=%d", self.subject, self.count)
        self.text, self.count = "", 0
        return True
