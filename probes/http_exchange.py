"""One HTTP/1.1 request and its answer, on a connection of its own or on one that was kept."""

from types import TracebackType
from typing import Self

from probes.failure import Failure
from probes.http_answer import HttpAnswer
from probes.http_connection import Connection, Network
from probes.http_request import HttpRequest
from probes.http_run import HttpRun, Stage
from probes.kept_lines import Keeping
from probes.line import Line


class Exchange:
    """Use as a context manager, which ends the connection; inside, wait for the `answer`."""

    def __init__(
        self, request: HttpRequest, run: HttpRun, network: Network, keeping: Keeping | None = None
    ) -> None:
        self._request = request
        self._run = run
        self._heads = network.heads
        self._keeping = keeping
        self._connection = Connection(request, run, network, keeping)

    def __enter__(self) -> Self:
        return self

    async def answer(self) -> HttpAnswer:
        """Return the answer, its head read.

        Raises:
            Failure: any fault of the network, the far side or this machine

        """
        answer = await self._answer_again() if self._keeping is not None else None
        return answer or await self._answer_on(await self._connection.open())

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        self._connection.leave()
        if kind is None:
            self._connection.keep()

    async def _answer_again(self) -> HttpAnswer | None:
        """Return the answer on the connection that was kept, or None where a new one is needed.

        What was asked there without an answer may be asked once more: it is a GET, which changes
        nothing (RFC 9110 section 9.2.2). Where an answer has begun, it is the answer.
        """
        line = self._connection.reopen()
        if line is None:
            return None
        try:
            return await self._answer_on(line)
        except Failure:
            if self._run.stage is Stage.TRANSFER:
                raise
        self._connection.give_up()
        return None

    async def _answer_on(self, line: Line) -> HttpAnswer:
        line.send(self._request.wire, self._sent)
        is_head = self._request.method == "HEAD"
        answer = HttpAnswer(
            line, self._run, self._heads, is_head=is_head, leave=self._connection.leave
        )
        await answer.read_head()
        return answer

    def _sent(self) -> None:
        if self._run.stage is Stage.SEND:  # else an answer has begun already
            self._run.enter(Stage.PROCESSING)
