"""Dashboards for Grafana, as JSON that it provisions: `guardia dashboards`."""
