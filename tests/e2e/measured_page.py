"""A page of metrics with what the simulated fleet lacks: https, isolation, long-known voice.

The simulator speaks no TLS and has no isolation panels, and a link's voice is known only after
minutes. So a second target stands beside the daemon: the real exporter, with readings laid down.
"""

from aiohttp.test_utils import TestServer

from exporters.exposition import Exposition
from exporters.prometheus import PrometheusExporter
from exporters.web import application
from monitor.quality.fitness import Figures
from monitor.quality.telemedicine import Assessment
from monitor.vocabulary import Fitness
from probes.reading import UnitState
from tests.exporters.watched import (
    AT,
    HOSPITAL,
    USUAL,
    FixedCommands,
    FixedRegistry,
    echo,
    fleet,
    http,
    power,
    ran,
)

EXPIRES_AT = AT.replace(year=AT.year + 1)


def measured_page() -> TestServer:
    """Return a server of `/metrics`, not yet started."""
    watched = fleet({**USUAL, "services": [{"id": "telemedicina"}]}, HOSPITAL)
    exposition, registry = Exposition(), FixedRegistry(watched)
    exporter = PrometheusExporter(exposition, registry)
    exporter.observe(
        ran("hg-ensenada/link/cfe", "http", http=http(certificate_expires_at=EXPIRES_AT))
    )
    good = Assessment(Fitness.READY, 0.0, Figures(60, 0, 0.04, 0.005, 92.0, 91.0, 4.39))
    link = ran("cs-maneadero/link/cfe", "icmp", echo=echo())
    exporter.observe(link._replace(assessment=good))
    panel = power(unit="isolation", state=UnitState.NORMAL)
    exporter.observe(ran("hg-ensenada/power/isolation", "power", power=panel))
    return TestServer(application(registry, FixedCommands(), exposition))
