"""Metric families: all series of one name, in blocks whose text is kept from scrape to scrape.

`name` never has `_total`, `_info`, `_sum`, `_count` or `_bucket`: the two formats differ in
whether HELP and TYPE carry the ending. The lines of samples are the same in both.
"""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Generic, Literal, NamedTuple, cast, get_args

from exporters.gzip_piece import Piece, pack
from exporters.labels import Labels, labelled
from exporters.metric_block import MetricBlock, R
from exporters.series import Row, Series

SingleType = Literal["gauge", "counter", "info"]
MetricType = Literal["gauge", "counter", "info", "summary", "histogram"]

# Smaller blocks cost more for each line, larger ones are stale more often and stall the loop
# longer: 256 lines are 25 kB of text, 2 kB packed, and 0.3 ms.
LINES_PER_BLOCK = 256

_ENDING = {"counter": "_total", "info": "_info"}


class Format(StrEnum):
    """The values are the content types."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class AnyFamily(ABC, Generic[R]):
    """Its rows by their labels, and the blocks they stand in."""

    def __init__(
        self,
        kind: MetricType,
        name: str,
        documentation: str,
        labels: tuple[str, ...],
        rows_per_block: int,
    ) -> None:
        self.kind = kind
        self.name = name
        self.documentation = documentation
        self.labels = labels
        self.sample_names: tuple[str, ...] = (name + _ENDING.get(kind, ""),)
        self._rows_per_block = rows_per_block
        self.blocks: list[MetricBlock[R]] = []
        self._roomy: list[MetricBlock[R]] = []
        self._rows: dict[str, R] = {}
        self._headers = {form: pack(self._header(form).encode()) for form in Format}

    def one(self, *values: str) -> R:
        """Return the row with these label values, bound now if it is new.

        Raises:
            ValueError: there are not as many values as the family has labels.

        """
        return self.bind(labelled(self.labels, values))

    def bind(self, labels: Labels) -> R:
        """Return the row with these labels, bound now if it is new.

        Raises:
            ValueError: they are not the labels of this family.

        """
        if labels.names != self.labels:
            raise ValueError(f"{self.name} has the labels {self.labels}, not {labels.names}")
        row = self._rows.get(labels.text)
        if row is None:
            row = self._rows[labels.text] = self._new(labels.text)
            self._settle(row)
        return row

    def forget(self, row: Row) -> None:
        """Drop a row, if it is still here."""
        ours = self._rows.get(row.labels)
        if ours is None or ours is not row:
            return
        del self._rows[row.labels]
        block = cast("MetricBlock[R]", ours.block)
        if len(block.rows) == self._rows_per_block:
            self._roomy.append(block)
        block.lose(ours)
        if not block.rows:
            self._roomy.remove(block)
            self.blocks.remove(block)

    def header(self, form: Format) -> Piece:
        return self._headers[form]

    @abstractmethod
    def lines(self, rows: list[R]) -> str:
        """Return the text of these rows."""

    @abstractmethod
    def _new(self, labels: str) -> R: ...

    def _settle(self, row: R) -> None:
        if not self._roomy:
            block: MetricBlock[R] = MetricBlock(self)
            self.blocks.append(block)
            self._roomy.append(block)
        block = self._roomy[-1]
        block.take(row)
        if len(block.rows) == self._rows_per_block:
            self._roomy.pop()

    def _header(self, form: Format) -> str:
        name, kind, documentation = self.name, str(self.kind), self.documentation
        documentation = documentation.replace("\\", r"\\").replace("\n", r"\n")
        if form is Format.OPENMETRICS:
            documentation = documentation.replace('"', r"\"")
        else:
            name += _ENDING.get(kind, "")
            kind = "gauge" if kind == "info" else kind
        return f"# HELP {name} {documentation}\n# TYPE {name} {kind}\n"


class Family(AnyFamily[Series]):
    """Gauges, counters or facts. Gauges begin unknown, all others at zero: a rate sees the first
    increment.

    `fixed` is one label more that is the same for all, such as `phase="rtt"`. The values of a
    family `in_ns` are whole nanoseconds, though its unit is the second: see `spelling`.
    """

    def __init__(
        self,
        kind: SingleType,
        name: str,
        documentation: str,
        labels: tuple[str, ...] = (),
        fixed: str = "",
        in_ns: bool = False,
    ) -> None:
        super().__init__(kind, name, documentation, labels, LINES_PER_BLOCK)
        self._start = None if kind == "gauge" else 0
        self._spelling = spelling(self.sample_names[0], labels, fixed, in_ns=in_ns)

    def lines(self, rows: list[Series]) -> str:
        head, middle, end = self._spelling
        text = [
            f"{head}{row.labels}{middle}{row.value}{end}" for row in rows if row.value is not None
        ]
        return with_infinities("".join(text))

    def _new(self, labels: str) -> Series:
        return Series(labels, self._start)


def metric_type(word: str) -> SingleType:
    """Return the type that a library names.

    Raises:
        ValueError: it is none of one sample.

    """
    if word not in get_args(SingleType):
        raise ValueError(f"{word} is no metric of one sample")
    return cast("SingleType", word)


class Spelling(NamedTuple):
    """What stands before the labels of a sample, between them and its value, and after it."""

    head: str
    middle: str
    end: str


def spelling(
    name: str, labels: tuple[str, ...], extra: str = "", *, in_ns: bool = False
) -> Spelling:
    """Return how the samples of a name are spelled; `extra` is one label more.

    Whole nanoseconds become seconds by their exponent: `36412345e-9`. That takes a tenth of the
    time of a float's shortest digits, which was half the cost of a page, and loses nothing.

    >>> "%ssite=%s36412345%s" % spelling("rtt_seconds", ("site",), 'phase="rtt"', in_ns=True)
    'rtt_seconds{site=,phase="rtt"} 36412345e-9\\n'
    """
    end = "e-9\n" if in_ns else "\n"
    if not (labels or extra):
        return Spelling(name, " ", end)
    comma = "," if labels and extra else ""
    return Spelling(f"{name}{{", f"{comma}{extra}}} ", end)


def with_infinities(text: str) -> str:
    """Spell infinity as the formats do. A label cannot end a line: its newlines are escaped."""
    if "inf\n" not in text:
        return text
    return text.replace(" inf\n", " +Inf\n").replace(" -inf\n", " -Inf\n")
