"""One reading, told to a person at a terminal: what came back, what it means, what to do."""

from collections.abc import Iterator

from probes.reading import EchoFigures, HttpFigures, PowerFigures, Reading, Reason

MEANING: dict[Reason, str] = {
    Reason.NO_REPLY: "Nothing came back in time: the link, the device or its power is down, "
    "or a firewall drops pings.",
    Reason.UNREACHABLE: "A router on the way says that it cannot deliver: look at the route "
    "and at the last hop before the site.",
    Reason.RESOLVE_FAILED: "The name does not exist. Check its spelling, or write the address.",
    Reason.REFUSED: "The device answers and nothing listens on that port: the link is up, the "
    "service is not running.",
    Reason.RESET: "The far side, or something between, cut the connection.",
    Reason.CONNECT_TIMEOUT: "No answer to the connection request: the link is down, or a firewall "
    "drops it.",
    Reason.TLS_TIMEOUT: "The connection stands, but the TLS handshake does not finish.",
    Reason.FIRST_BYTE_TIMEOUT: "The request was sent and the server is silent: it hangs or is "
    "overloaded.",
    Reason.BODY_TIMEOUT: "The answer began and does not end in time: a slow link, a stuck server.",
    Reason.TLS_FAILED: "The certificate or the handshake is not acceptable.",
    Reason.CERTIFICATE_EXPIRING: "The certificate expires soon: renew it.",
    Reason.BAD_HTTP: "What answered does not speak HTTP.",
    Reason.STATUS: "The server answered with a status that is not expected.",
    Reason.REDIRECT: "Too many redirects, or one that is not followed.",
    Reason.HEADER: "A header is not as expected.",
    Reason.BODY: "The body is not as expected.",
    Reason.BODY_TOO_LARGE: "The body is larger than `max_body_bytes`.",
    Reason.NOT_JSON: "The power endpoint did not answer with JSON.",
    Reason.BAD_DOCUMENT: "The document does not follow docs/power-endpoint.md.",
    Reason.UNKNOWN_UNIT: "The document does not hold the unit that was asked for; set `unit`.",
    Reason.STALE: "The measurement is old: the card answers, but no longer reads its device.",
    Reason.FROM_THE_FUTURE: "The measurement is from the future: set the clock of the card.",
    Reason.IMPLAUSIBLE: "The document contradicts itself.",
    Reason.NO_PERMISSION: "Guardia may not open an ICMP socket here.",
    Reason.NO_SOCKET: "This machine has no free socket: raise LimitNOFILE.",
    Reason.SEND_FAILED: "This machine could not send: look at its own network.",
    Reason.RESOLVER_UNAVAILABLE: "Our own name server does not answer.",
    Reason.STALLED: "Guardia itself was held up; ask again.",
    Reason.INTERNAL_ERROR: "A fault in Guardia; the log has the details.",
}


def explain(reading: Reading) -> Iterator[str]:
    """Yield the lines, the verdict first."""
    verdict = "answered" if reading.success else f"failed: {reading.reason}"
    place = f" ({reading.address})" if reading.address else ""
    yield f"{verdict}{place} in {reading.duration_s * 1000:.1f} ms"
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


def _echo(figures: EchoFigures) -> Iterator[str]:
    loss = figures.loss_ratio
    lost = "nothing was sent" if loss is None else f"{loss:.0%} lost"
    yield f"{figures.received} of {figures.sent} packets came back, {lost}"
    if figures.rtt_min_s is not None:
        yield "round trip " + ", ".join(
            f"{name} {value * 1000:.3f} ms"
            for name, value in (
                ("min", figures.rtt_min_s),
                ("mean", figures.rtt_mean_s),
                ("max", figures.rtt_max_s),
                ("jitter", figures.jitter_s),
            )
            if value is not None
        )


def _http(figures: HttpFigures) -> Iterator[str]:
    if figures.status is not None:
        yield f"status {figures.status}, {figures.body_bytes} bytes"
    phases = {
        "resolve": figures.resolve_s,
        "connect": figures.connect_s,
        "tls": figures.tls_s,
        "processing": figures.processing_s,
        "transfer": figures.transfer_s,
    }
    known = [f"{name} {value * 1000:.1f} ms" for name, value in phases.items() if value is not None]
    if known:
        yield ", ".join(known)
    if figures.certificate_expires_at is not None:
        yield f"certificate good until {figures.certificate_expires_at:%Y-%m-%d %H:%M} UTC"


def _power(figures: PowerFigures) -> Iterator[str]:
    unit = f"{figures.unit or 'site'} {figures.state}"
    yield f"mains {figures.mains}, {unit}, battery {figures.battery}"
    if figures.charge_ratio is not None:
        yield f"charge {figures.charge_ratio:.0%}"
    if figures.runtime_s is not None:
        yield f"{figures.runtime_s / 60:.0f} min left on battery"
    if figures.alarms:
        yield "alarms: " + ", ".join(figures.alarms)
    yield f"measured {figures.age_s:.0f} s ago"
