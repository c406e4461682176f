# syntax=docker/dockerfile:1
# The image of Guardia. Any base with Python 3.11+ and its venv module will do.
#
#   docker build --tag guardia .
#   docker run --rm --publish 127.0.0.1:9710:9710 --read-only --cap-drop ALL \
#     --security-opt no-new-privileges --sysctl net.ipv4.ping_group_range="10001 10001" \
#     --volume "$PWD/deploy/guardia.yaml:/etc/guardia/guardia.yaml:ro" \
#     --volume "$PWD/deploy/sites:/etc/guardia/sites:ro" --volume guardia-state:/var/lib/guardia guardia
#
# ICMP without privileges. Guardia opens a "ping socket", which the kernel grants to the groups in
# net.ipv4.ping_group_range. That sysctl belongs to the network namespace, so it is set for the
# container alone, to our one group, as above: no root, no capability, no setuid. Where the runtime
# cannot set sysctls (`--network host` among them), give a raw socket instead:
# `--cap-add NET_RAW` together with `--user 0`, because a capability given to a container does not
# reach a non-root user in it; or set the sysctl on the host.
#
# Without the network, or behind a mirror: --build-arg PIP_NO_INDEX=1 and PIP_FIND_LINKS=/wheels
# with the wheels mounted there (.ci/image does it), or --build-arg PIP_INDEX_URL=….

ARG BASE=docker.io/library/python:3.11-slim-bookworm

# ---- builder: what the final image takes is /opt/guardia alone ----------------------------------
FROM ${BASE} AS builder

ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1

WORKDIR /build

# Dependencies first: this layer changes only when a lock does. Wheels only, each checked by hash,
# so that nobody's setup.py runs here.
COPY requirements.lock requirements-build.lock ./
RUN python3 -m venv /build/tools \
    && /build/tools/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock \
    && python3 -m venv --without-pip /opt/guardia \
    && /build/tools/bin/pip --python /opt/guardia/bin/python3 install \
        --require-hashes --only-binary :all: -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY probes probes
COPY monitor monitor
COPY exporters exporters
COPY docs/runbooks docs/runbooks
COPY simulator simulator
RUN /build/tools/bin/pip wheel --no-build-isolation --no-deps --wheel-dir dist . \
    && /build/tools/bin/pip --python /opt/guardia/bin/python3 install --no-deps --no-index dist/*.whl

# ---- the image ----------------------------------------------------------------------------------
FROM ${BASE}

LABEL org.opencontainers.image.title="Guardia" \
      org.opencontainers.image.description="Uptime monitoring for hospitals and clinics: links, power, critical areas, and why" \
      org.opencontainers.image.licenses="Apache-2.0"

# The numbers are fixed because ping_group_range and the owners of mounted files name them.
RUN groupadd --system --gid 10001 guardia \
    && useradd --system --uid 10001 --gid guardia --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin guardia \
    && install --directory --owner guardia --group guardia --mode 0700 /var/lib/guardia \
    && install --directory --mode 0755 /etc/guardia

COPY --from=builder /opt/guardia /opt/guardia

# STATE_DIRECTORY is what systemd would set; the journal and the alert outbox live there.
ENV PATH=/opt/guardia/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATE_DIRECTORY=/var/lib/guardia

USER 10001:10001
WORKDIR /etc/guardia
VOLUME ["/var/lib/guardia"]
EXPOSE 9710

# SIGTERM is a graceful stop: the outbox is on disk before we leave.
STOPSIGNAL SIGTERM

# No curl in the image: Python is there anyway. It raises, and so exits 1, on 503 and
# on silence. A proxy in the environment is not asked about ourselves.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python3", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:9710/-/healthy', timeout=4)"]

ENTRYPOINT ["guardia"]
CMD ["run", "-c", "/etc/guardia/guardia.yaml", "--listen", "0.0.0.0:9710"]
