"""Read the power of a site from a power-status document (docs/power-endpoint.md) over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from config.probe import HttpExpectation, PowerSettings
from probes.failure import Failure
from probes.http import HttpProber, HttpQuestion, body_of
from probes.http_answer import HttpAnswer
from probes.http_expectation import check_status
from probes.http_request import REDIRECTS
from probes.http_run import HttpRun
from probes.kept_lines import LONGEST_WAIT_S
from probes.power_document import PowerDocument
from probes.power_doubt import contradictions, default_max_age_s, doubt_time
from probes.power_memory import LastDocument
from probes.power_unit import figures_of, select_unit
from probes.quotation import quote
from probes.reading import PowerFigures, Reading, Reason

_ACCEPTED = HttpExpectation().status


def _now() -> datetime:
    return datetime.now(UTC)


class PowerProber:
    """Shares the connections, the resolver and the limits of an HttpProber."""

    def __init__(self, http: HttpProber) -> None:
        self._http = http

    async def read(
        self, settings: PowerSettings, *, interval_s: float, now: Callable[[], datetime] = _now
    ) -> Reading:
        """Return one unit's figures. Never raises but CancelledError."""
        return await self.prepare(settings, interval_s=interval_s, now=now).ask()

    def prepare(
        self, settings: PowerSettings, *, interval_s: float, now: Callable[[], datetime] = _now
    ) -> HttpQuestion:
        """Return a `power` probe ready to be asked, again and again.

        A stale, early or implausible document fails, and its figures come all the same: they
        are for people to look at, not to judge by.

        Args:
            settings: of the probe
            interval_s: between its runs; the default of `max_age` follows from it
            now: our wall clock, aware

        """
        max_age_s = settings.max_age or default_max_age_s(interval_s)
        last = LastDocument()

        async def judge(answer: HttpAnswer, run: HttpRun) -> PowerFigures:
            _refuse_redirect(answer)
            check_status(answer.status, answer.reason, answer.headers, _ACCEPTED)
            document = last.read(await body_of(answer, settings, run))
            served_at = _date(answer.headers.get("Date"))
            return believe(document, settings.unit, now(), max_age_s, served_at)

        keeps = settings.keep_alive and interval_s <= LONGEST_WAIT_S
        return HttpQuestion(self._http, settings, judge, keeps_connection=keeps)


def believe(
    document: PowerDocument,
    unit: str | None,
    now: datetime,
    max_age_s: float,
    served_at: datetime | None = None,
) -> PowerFigures:
    """Return the figures of the unit.

    Raises:
        Failure: UNKNOWN_UNIT; or FROM_THE_FUTURE, STALE, IMPLAUSIBLE with the figures in it

    """
    figures = figures_of(document, select_unit(document, unit), now)
    doubt = doubt_time(document.observed_at, now, max_age_s, served_at)
    if doubt is not None:
        raise Failure(*doubt, figures)
    contradiction = next(contradictions(document), None)
    if contradiction is not None:
        raise Failure(Reason.IMPLAUSIBLE, contradiction, figures)
    return figures


def _refuse_redirect(answer: HttpAnswer) -> None:
    """Tell a redirect, to a login page or in circles, from a server that fails."""
    location = answer.headers.get("Location")
    if answer.status in REDIRECTS and location is not None:
        said = f"status {answer.status} leads to {quote(location)}: not followed"
        raise Failure(Reason.REDIRECT, said)


@lru_cache(maxsize=64)  # it counts in seconds: a fleet's answers share it
def _date(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        date = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else None
