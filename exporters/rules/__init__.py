"""What Prometheus must say, above all when Guardia cannot: `guardia rules`."""
