"""The process itself, by the library's collector: CPU, memory, open files, start time."""

from prometheus_client import ProcessCollector

from exporters.metric_family import Family, metric_type


class ProcessSeries:
    """The usual `process_*` families."""

    def __init__(self) -> None:
        self._collector = ProcessCollector(registry=None)
        self._families = {
            metric.name: Family(metric_type(metric.type), metric.name, metric.documentation)
            for metric in self._collector.collect()
        }

    def all(self) -> tuple[Family, ...]:
        return tuple(self._families.values())

    def refresh(self) -> None:
        """Read /proc again (0.2 ms). What cannot be read, as with no descriptor left, is absent."""
        read = {metric.name: metric.samples[0].value for metric in self._collector.collect()}
        for name, family in self._families.items():
            family.one().set(read.get(name))
