"""One reading, told to a person at a terminal: what came back, what it means, what to do."""

from collections.abc import Iterator

from probes.echo_figures import EchoFigures
from probes.reading import (
    Battery,
    HttpFigures,
    PowerFigures,
    Reading,
    Reason,
    UnitState,
)

MEANING: dict[Reason, str] = {
    Reason.NO_REPLY: "Nothing came back in time: the link, the device or its power is down, "
    "or a firewall drops pings. A TCP or HTTP question to the same place tells these apart.",
    Reason.UNREACHABLE: "A router on the way says that it cannot deliver: look at the route "
    "and at the last hop before the site.",
    Reason.RESOLVE_FAILED: "The name does not exist. Check its spelling, or write the address.",
    Reason.REFUSED: "The device answers and nothing listens on that port: link and power are up, "
    "the service is not running (or a firewall refuses for it).",
    Reason.RESET: "The far side, or something between, cut the connection: a service that "
    "crashes or restarts, or a firewall.",
    Reason.CONNECT_TIMEOUT: "No answer to the connection request: the link or the device is "
    "down, or a firewall drops it. If it answers ping, it is the firewall or the device's load.",
    Reason.TLS_TIMEOUT: "The connection stands, but the TLS handshake does not finish: the server "
    "hangs, or large packets are lost on the way (MTU).",
    Reason.FIRST_BYTE_TIMEOUT: "The request was sent and the server is silent: it hangs or is "
    "overloaded.",
    Reason.BODY_TIMEOUT: "The answer began and does not end in time: a slow link, a stuck server.",
    Reason.TLS_FAILED: "The connection stands, and what the server shows is not trusted: renew or "
    "correct its certificate, or name its authority in `tls: {ca_file: …}`.",
    Reason.CERTIFICATE_EXPIRING: "The certificate expires soon: renew it.",
    Reason.BAD_HTTP: "What answered does not speak HTTP.",
    Reason.STATUS: "The server answered with a status that is not expected: link and power are "
    "up, look at the service and its log. What is expected is set by `expect: {status: …}`.",
    Reason.REDIRECT: "It sends us elsewhere: write the URL it points to, or allow it with "
    "`max_redirects`.",
    Reason.HEADER: "A header is not as `expect: {headers: …}` says.",
    Reason.BODY: "The answer came and its content is not as `expect:` says.",
    Reason.BODY_TOO_LARGE: "The body is larger than `max_body_bytes`.",
    Reason.NOT_JSON: "The power endpoint did not answer with JSON.",
    Reason.BAD_DOCUMENT: "The document does not follow docs/power-endpoint.md.",
    Reason.UNKNOWN_UNIT: "The document does not hold the unit that was asked for; set `unit`.",
    Reason.STALE: "The measurement is old: the card answers, but no longer reads its device.",
    Reason.FROM_THE_FUTURE: "The measurement is from the future: set the clock of the card.",
    Reason.IMPLAUSIBLE: "The document contradicts itself or physics: look at the card that "
    "wrote it.",
    Reason.NO_PERMISSION: "Guardia may not open an ICMP socket here.",
    Reason.NO_SOCKET: "This machine has no free socket: raise LimitNOFILE.",
    Reason.SEND_FAILED: "This machine could not send: look at its own network.",
    Reason.RESOLVER_UNAVAILABLE: "Our own name server does not answer.",
    Reason.STALLED: "Guardia itself was held up; ask again.",
    Reason.BLIND: "Guardia itself could not see at that time: its own network, or its provider.",
    Reason.INTERNAL_ERROR: "A fault in Guardia; the log has the details.",
}


def explain(reading: Reading) -> Iterator[str]:
    """Yield the lines, the verdict first."""
    yield _verdict(reading)
    if reading.detail:
        yield reading.detail
    if reading.reason is not None:
        yield MEANING[reading.reason]
        if reading.reason.is_blindness:
            yield "This says nothing about the site: the trouble is on our side."
    if reading.echo is not None:
        yield from _echo(reading.echo)
    if reading.http is not None:
        yield from _http(reading.http)
    if reading.power is not None:
        yield from _power(reading.power)


def _verdict(reading: Reading) -> str:
    place = f" ({reading.address})" if reading.address else ""
    if not reading.success:
        return f"failed: {reading.reason}{place} after {_time(reading.duration_s)}"
    rtt_s = reading.echo.rtt_mean_s if reading.echo is not None else None
    return f"answered{place} in {_time(reading.duration_s if rtt_s is None else rtt_s)}"


def _time(seconds: float) -> str:
    """Return a time with three figures or so: `0.059 ms`, `12.4 ms`, `1.01 s`."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.3f} ms" if seconds < 0.001 else f"{seconds * 1000:.1f} ms"


def _echo(figures: EchoFigures) -> Iterator[str]:
    if figures.sent == 1:
        return  # the verdict says it all
    loss = figures.loss_ratio
    lost = "nothing was sent" if loss is None else f"{loss:.0%} lost"
    yield f"{figures.received} of {figures.sent} packets came back, {lost}"
    if figures.received < 2:
        return  # the only round trip has been told
    times = {
        "min": figures.rtt_min_s,
        "mean": figures.rtt_mean_s,
        "max": figures.rtt_max_s,
        "jitter": figures.jitter_s,
    }
    known = [f"{name} {_time(value)}" for name, value in times.items() if value is not None]
    if known:
        yield f"round trip {', '.join(known)}"


def _http(figures: HttpFigures) -> Iterator[str]:
    if figures.status is not None:
        size = "1 byte" if figures.body_bytes == 1 else f"{figures.body_bytes} bytes"
        yield f"status {figures.status}, {size}" + _redirected(figures.redirects)
    phases = {
        "resolve": figures.resolve_s,
        "connect": figures.connect_s,
        "tls": figures.tls_s,
        "processing": figures.processing_s,
        "transfer": figures.transfer_s,
    }
    known = [f"{name} {_time(value)}" for name, value in phases.items() if value is not None]
    if known:
        yield ", ".join(known)
    if figures.certificate_expires_at is not None:
        version = f"{figures.tls_version}, " if figures.tls_version else ""
        yield f"{version}certificate good until {figures.certificate_expires_at:%Y-%m-%d %H:%M} UTC"


def _redirected(count: int) -> str:
    return f", after {count} redirect{'s' if count > 1 else ''}" if count else ""


def _power(figures: PowerFigures) -> Iterator[str]:
    unit = f"{figures.unit or 'site'} {figures.state}"
    battery = "" if figures.battery is Battery.UNKNOWN else f", battery {figures.battery}"
    yield f"mains {figures.mains}, {unit}{battery}"
    if figures.charge_ratio is not None:
        yield f"charge {figures.charge_ratio:.0%}"
    if figures.runtime_s is not None:
        verb = "lasts" if figures.state is UnitState.ON_BATTERY else "would last"
        yield f"the battery {verb} {_left(figures.runtime_s)}"
    if figures.alarms:
        yield "alarms: " + ", ".join(figures.alarms)
    yield f"measured {figures.age_s:.0f} s ago"


def _left(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
