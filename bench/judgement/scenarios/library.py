"""All scenarios, by the kind of trouble."""

from types import MappingProxyType

from bench.judgement.scenarios import (
    area,
    backup,
    blindness,
    clocks,
    flapping,
    generator,
    lifecycle,
    link,
    maintenance,
    node,
    ping,
    power,
    quality,
    service,
    units,
)
from bench.judgement.scenarios.scenario import Scenario

_FILES = (
    link, backup, area, power, units, generator, node, blindness, maintenance, flapping, ping,
    service, clocks, lifecycle, quality,
)  # fmt: skip
SCENARIOS: tuple[Scenario, ...] = tuple(one for file in _FILES for one in file.SCENARIOS)
BY_NAME = MappingProxyType({one.name: one for one in SCENARIOS})
