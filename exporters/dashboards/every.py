"""All dashboards, as the files that Grafana provisions."""

from exporters.dashboards.critical_areas import critical_areas
from exporters.dashboards.dashboard import Dashboard
from exporters.dashboards.fleet import national, state
from exporters.dashboards.health import health
from exporters.dashboards.power import power
from exporters.dashboards.site import site
from exporters.dashboards.telemedicine import telemedicine

DEFAULT_BOARD = "http://127.0.0.1:9710"


def dashboards() -> tuple[Dashboard, ...]:
    """Return all of them, from the wide view to the narrow one."""
    return (
        national(),
        state(),
        site(),
        critical_areas(),
        power(),
        telemedicine(),
        health(),
    )


def dashboard_files(board_url: str = DEFAULT_BOARD) -> dict[str, str]:
    """Return the text of each file, by its name."""
    return {one.file_name(): one.text(board_url.rstrip("/")) for one in dashboards()}
