"""One HTTP/1.1 request and its answer, on a connection of its own."""

from types import TracebackType
from typing import Self

from probes.http_answer import HttpAnswer
from probes.http_connection import Connection, Network
from probes.http_request import HttpRequest
from probes.http_run import HttpRun, Stage


class Exchange:
    """Use as a context manager, which ends the connection; inside, wait for the `answer`."""

    def __init__(self, request: HttpRequest, run: HttpRun, network: Network) -> None:
        self._request = request
        self._run = run
        self._connection = Connection(request, run, network)

    def __enter__(self) -> Self:
        return self

    async def answer(self) -> HttpAnswer:
        """Return the answer, its head read.

        Raises:
            Failure: any fault of the network, the far side or this machine

        """
        line = await self._connection.open()
        line.send(self._request.wire, self._sent)
        is_head = self._request.method == "HEAD"
        answer = HttpAnswer(line, self._run, is_head=is_head, leave=self._connection.leave)
        await answer.read_head()
        return answer

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        self._connection.leave()
        if kind is None:
            self._connection.keep()

    def _sent(self) -> None:
        if self._run.stage is Stage.SEND:  # else an answer has begun already
            self._run.enter(Stage.PROCESSING)
