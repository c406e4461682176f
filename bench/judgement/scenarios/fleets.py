"""The sites that stories happen at: a hospital, a clinic, and what hangs from a node."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bench.judgement.scenarios.clock import TUESDAY
from config.fleet import Fleet
from config.maintenance import MaintenanceWindow
from config.model import WRITTEN
from config.settings import Settings
from config.site import Node, Site

Written = dict[str, Any]
ANCHORS = ("192.0.2.251", "192.0.2.252")
PING: Written = {"kind": "icmp", "target": "192.0.2.1"}
PORTAL: Written = {"kind": "http", "url": "http://192.0.2.1/health"}


def fleet(*sites: Site, nodes: Iterable[Node] = (), windows: Iterable[MaintenanceWindow] = (),
          **settings: object) -> Fleet:  # fmt: skip
    """Return a fleet under the default settings, but for those named."""
    written = {"include": ["sites.yaml"], "vantage": "noc", **settings}
    return Fleet(
        Settings.model_validate(written), sites, nodes=tuple(nodes), maintenance=tuple(windows)
    )


def link(name: str = "cfe", *probes: Written, **more: object) -> Written:
    """Return a link, asked by ping unless other probes are named."""
    return {"id": name, "probes": list(probes or (PING,)), **more}


def unit(name: str, kind: str) -> Written:
    """Return a power source with its telemetry."""
    url = f"http://192.0.2.1/power/{name}"
    return {"id": name, "kind": kind, "source": {"kind": "power", "url": url}}


UPS, PLANT, ATS = unit("ups", "ups"), unit("planta", "generator"), unit("ats", "ats")


def hospital(name: str = "hg", power: Iterable[Written] = (UPS,), **more: object) -> Site:
    """A hospital with one link, an UPS and two life-critical areas, all asked every few seconds."""
    return Site.model_validate(
        {
            "id": name,
            "name": "Hospital General de Ensenada",
            "timezone": "America/Tijuana",
            "type": "hospital",
            "links": [link()],
            "power": list(power),
            "areas": [
                {"id": area, "probes": [{"kind": "icmp", "target": f"192.0.2.{host}"}]}
                for host, area in enumerate(("uci", "quirofano"), start=10)
            ],
            **more,
        }
    )


def clinic(name: str = "cs", **more: object) -> Site:
    """A clinic with one link, asked every 30 s, and an UPS."""
    return Site.model_validate(
        {
            "id": name,
            "name": f"Centro de Salud {name}",
            "timezone": "America/Tijuana",
            "links": [link()],
            "power": [UPS],
            **more,
        }
    )


def window(begins_s: float, *, start: datetime = TUESDAY, **written: object) -> MaintenanceWindow:
    """Return a window that begins so far into the story."""
    begins = start + timedelta(seconds=begins_s)
    return MaintenanceWindow.model_validate(
        {
            "id": "trabajos", "reason": "Cambio del switch principal", "by": "TI",
            "from": f"{begins:%Y-%m-%d %H:%M}Z", **written,
        },
        context=WRITTEN,
    )  # fmt: skip


def without(whole: Fleet, *site_ids: str) -> Fleet:
    """Return a fleet whose list no longer has some sites."""
    return replace(whole, sites=tuple(site for site in whole.sites if site.id not in site_ids))
