"""Scenes that need a network of their own. Run by test_icmp_namespace.py inside `unshare -rn`.

`python -m tests.probes.namespaced SCENE` plays one scene and prints what was seen as JSON.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from config.probe import IcmpSettings, TcpSettings
from config.settings import IcmpEngineSettings
from probes.icmp import IcmpEngine
from probes.icmp_opening import Mode
from probes.reading import Reading
from probes.tcp import connect
from tests.probes.overheard import Ear, too_big

REJECT = """
table inet gate {
  chain incoming {
    type filter hook input priority 0
    icmp type echo-request ip daddr 127.64.0.9 reject with icmp type host-unreachable
    icmp type echo-request ip daddr 127.64.0.8 drop
    icmpv6 type echo-request ip6 daddr fd00::8 drop
    icmpv6 type echo-request ip6 daddr fd00::9 reject with icmpv6 type addr-unreachable
    tcp dport 9 ip daddr 127.64.0.9 reject with icmp type host-unreachable
  }
}
"""

Seen = dict[str, object]
Options = dict[str, object]


def run(*command: str, stdin: str = "") -> None:
    subprocess.run(command, input=stdin, text=True, check=True)  # a fixed command of ours


def permit_ping_sockets(groups: str = "0 0") -> None:
    Path("/proc/sys/net/ipv4/ping_group_range").write_text(groups)


def told(reading: Reading) -> Seen:
    return {
        "success": reading.success,
        "reason": reading.reason,
        "detail": reading.detail,
        "loss": reading.echo.loss_ratio if reading.echo else None,
    }


class Engine:
    """An engine that remembers what it ignored."""

    def __init__(self, mode: Mode, *, transmit_stamps: bool = False) -> None:
        self.ignored: Counter[str] = Counter()
        self.engine = IcmpEngine.open(
            on_ignored=lambda why, count: self.ignored.update({why: count}),
            on_dropped=lambda count: self.ignored.update({"dropped": count}),
            mode=mode,
            settings=IcmpEngineSettings(transmit_stamps=transmit_stamps),
        )

    async def ping(
        self,
        target: str,
        options: Options | None = None,
        *,
        fresh_id: bool = False,
        packets: int = 1,
    ) -> Reading:
        asked = {"target": target, "packets": packets, "spacing": 0.01, "timeout": 0.5}
        settings = IcmpSettings.model_validate(asked | (options or {}))
        return await self.engine.ping(settings, fresh_id=fresh_id)


async def answers(mode: Mode) -> Seen:
    engine = Engine(mode)
    seen = {
        f"{target} {'fresh' if fresh_id else 'shared'}": told(
            await engine.ping(target, fresh_id=fresh_id, packets=3)
        )
        for target in ("127.0.0.1", "127.64.0.7", "::1", "fd00::7")
        for fresh_id in (False, True)
    }
    silent = told(await engine.ping("127.64.0.8"))
    return {
        "sockets": engine.engine.describe(),
        "seen": seen,
        "silent": silent,
        "ignored": engine.ignored,
    }


async def unreachable(mode: Mode) -> Seen:
    """Ask a refused neighbour and good ones in turn, then see whether the loop rests."""
    engine = Engine(mode)
    targets = ["127.64.0.9", "127.64.0.7", "fd00::9", "fd00::7"] * 50
    readings = await asyncio.gather(*(engine.ping(target) for target in targets))
    first = {target: told(reading) for target, reading in zip(targets, readings, strict=True)}
    same = all(told(r) == first[t] for t, r in zip(targets, readings, strict=True))
    before_s = time.process_time()
    await asyncio.sleep(0.2)
    return {
        "first": first,
        "same": same,
        "idle_cpu_s": time.process_time() - before_s,
        "ignored": engine.ignored,
    }


async def forbidden() -> Seen:
    engine = Engine("auto")
    return {
        "sockets": engine.engine.describe(),
        "ipv4": told(await engine.ping("127.0.0.1")),
        "ipv6": told(await engine.ping("::1", fresh_id=True)),
    }


async def no_route() -> Seen:
    engine = Engine("auto")
    return {
        "icmp": told(await engine.ping("10.9.8.7")),
        "icmp6": told(await engine.ping("fd99::1")),
        "tcp": told(await connect(TcpSettings(target="10.9.8.7:80"))),
        "tcp6": told(await connect(TcpSettings(target="[fd99::1]:80"))),
    }


async def options(mode: Mode) -> Seen:
    """Ask with each option, plainly in between, and look at what leaves."""
    engine = Engine(mode)
    asked: list[Options] = [
        {}, {"dscp": 46}, {"size": 1000}, {"dont_fragment": True}, {"size": 1472}, {"size": 65_000},
    ]  # fmt: skip
    seen: Seen = {}
    for target, own in (("127.64.0.7", "127.64.0.3"), ("fd00::7", "fd00::9")):
        ways: list[Options] = [*asked, {"source": own}, {"source": own, "dscp": 10}]
        for options in ways:
            with Ear() as ear:
                reading = await engine.ping(target, options)
                left = ear.requests()[0]
            seen[f"{target} {json.dumps(options)}"] = {
                "success": reading.success,
                "detail": reading.detail,
                "heard": [left.source, left.dscp, left.may_fragment, left.size],
            }
    stranger = told(await engine.ping("127.64.0.7", {"source": "192.0.2.9"}))
    return {"seen": seen, "stranger": stranger, "ignored": engine.ignored}


async def too_big_packets(mode: Mode) -> Seen:
    """Send what neither our own interface nor, next, the path takes whole."""
    engine = Engine(mode)
    run("ip", "link", "set", "lo", "mtu", "1500")
    big: Options = {"size": 1473, "dont_fragment": True}
    own = {target: told(await engine.ping(target, big)) for target in ("127.64.0.7", "fd00::7")}
    path: dict[str, Seen] = {}
    for target in ("127.64.0.8", "fd00::8"):
        for turn in ("first", "second"):
            with Ear() as ear:
                asking = asyncio.ensure_future(engine.ping(target, big | {"size": 1400}))
                too_big(await ear.request(), 1300)
                path[f"{target} {turn}"] = told(await asking)
    small = told(await engine.ping("127.64.0.7", {"dont_fragment": True}))
    return {"own": own, "path": path, "small": small, "ignored": engine.ignored}


async def stamped(mode: Mode) -> Seen:
    """Ask with and without stamps of departure; return the median round trips in ns."""
    rtts: dict[str, int] = {}
    ignored: Counter[str] = Counter()
    for transmit_stamps in (False, True):
        engine = Engine(mode, transmit_stamps=transmit_stamps)
        reading = await engine.ping("127.64.0.7", packets=50)
        assert reading.echo is not None
        rtts[str(transmit_stamps)] = statistics.median_low(reading.echo.rtts_ns)
        ignored += engine.ignored
    return {"rtts_ns": rtts, "ignored": ignored}


async def tcp_unreachable() -> Seen:
    return told(await connect(TcpSettings(target="127.64.0.9:9", timeout=5.0)))


def prepare(groups: str = "0 0") -> None:
    run("ip", "link", "set", "lo", "up")
    for address in ("fd00::7", "fd00::8", "fd00::9"):
        run("ip", "addr", "add", f"{address}/128", "dev", "lo")
    run("nft", "-f", "-", stdin=REJECT)
    permit_ping_sockets(groups)


def in_network(scene: Callable[[], Awaitable[Seen]]) -> Callable[[], Awaitable[Seen]]:
    def play() -> Awaitable[Seen]:
        prepare()
        return scene()

    return play


SCENES: dict[str, Callable[[], Awaitable[Seen]]] = {
    "answers-dgram": in_network(lambda: answers("dgram")),
    "answers-auto": in_network(lambda: answers("auto")),
    "answers-raw": in_network(lambda: answers("raw")),
    "unreachable-dgram": in_network(lambda: unreachable("dgram")),
    "unreachable-raw": in_network(lambda: unreachable("raw")),
    "options-dgram": in_network(lambda: options("dgram")),
    "options-raw": in_network(lambda: options("raw")),
    "too-big-dgram": in_network(lambda: too_big_packets("dgram")),
    "too-big-raw": in_network(lambda: too_big_packets("raw")),
    "stamped-dgram": in_network(lambda: stamped("dgram")),
    "stamped-raw": in_network(lambda: stamped("raw")),
    "tcp-unreachable": in_network(tcp_unreachable),
    "no-route": in_network(no_route),
    "forbidden": forbidden,
}


async def main() -> None:
    print(json.dumps(await SCENES[sys.argv[1]]()))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
