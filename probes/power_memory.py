"""The last power document of one probe: known again when only its time of measurement changed.

Nearly all that are read are like that, for mains are present and batteries full nearly always.
To know one costs a tenth of what it costs to read it, and gives the same: nothing is taken on
trust that was not read before, byte by byte.
"""

from probes.failure import Failure
from probes.json_strict import JsonValue, NotJsonError, parse_json
from probes.power_document import PowerDocument, read_document, read_time
from probes.reading import Reason

LONGEST_BYTES = 4096
"""What is remembered of each power source, some thousand of them; longer ones are read anew."""


class LastDocument:
    """Reads the documents of one probe. Its memory is for speed: it changes no outcome."""

    def __init__(self) -> None:
        self._document: PowerDocument | None = None
        self._head = self._tail = b""

    def read(self, body: bytes) -> PowerDocument:
        """Return the document.

        Raises:
            Failure: NOT_JSON, BAD_DOCUMENT

        """
        known = self._known(body)
        if known is not None:
            return known
        try:
            value = parse_json(body)
        except NotJsonError as error:
            raise Failure(Reason.NOT_JSON, str(error)) from error
        document = read_document(value)
        self._remember(body, value, document)
        return document

    def _known(self, body: bytes) -> PowerDocument | None:
        if self._document is None or not self._frames(body):
            return None
        written = body[len(self._head) : len(body) - len(self._tail)]
        try:
            observed_at = read_time(written.decode("ascii"))
        except ValueError:  # something else stands there
            return None
        return self._document.model_copy(update={"observed_at": observed_at})

    def _frames(self, body: bytes) -> bool:
        return body.startswith(self._head) and body.endswith(self._tail)

    def _remember(self, body: bytes, value: JsonValue, document: PowerDocument) -> None:
        """Cut the time out. Without escapes, a text that occurs once is the one that was read."""
        written = value.get("observed_at") if isinstance(value, dict) else None
        quoted = f'"{written}"'.encode()
        if len(body) > LONGEST_BYTES or b"\\" in body or body.count(quoted) != 1:
            self._document = None
            return
        at = body.index(quoted)
        self._head, self._tail = body[: at + 1], body[at + len(quoted) - 1 :]
        self._document = document
