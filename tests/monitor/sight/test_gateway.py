"""The anchor named `gateway`."""

from pathlib import Path

from monitor.sight.gateway import default_gateway, resolve_anchors

HEADER = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"


def test_the_default_route_names_the_gateway(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text(
        HEADER
        + "eth0\t0000FEA9\t00000000\t0001\t0\t0\t1000\t0000FFFF\t0\t0\t0\n"
        + "eth0\t00000000\t0101407F\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    )
    assert default_gateway(routes) == "127.64.1.1"


def test_no_route_no_file_and_a_torn_line_mean_no_gateway(tmp_path: Path) -> None:
    routes = tmp_path / "route"
    routes.write_text(HEADER + "eth0\t00000000\n")
    assert default_gateway(routes) is None
    assert default_gateway(tmp_path / "missing") is None


def test_anchors_are_resolved_once_each() -> None:
    hosts = ("gateway", "127.64.1.1", "127.64.255.1")
    assert resolve_anchors(hosts, "127.64.1.1") == ("127.64.1.1", "127.64.255.1")
    assert resolve_anchors(("gateway",), None) == ()
