"""What each action does to the living world."""

from functools import partial, singledispatch

from simulator.action import (
    Action,
    Cut,
    FilterIcmp,
    Flap,
    Impair,
    Mains,
    Restore,
    SetGenerator,
    SetIsolation,
    SetService,
    SetTelemetry,
    SetUps,
    Stretch,
)
from simulator.impairment import CLEAR
from simulator.live_world import LiveWorld
from simulator.power_document import freeze
from simulator.reach import Reach
from simulator.topology import VANTAGE


def apply(action: Action, world: LiveWorld, now_s: float) -> None:
    """Do it now.

    Raises:
        ValueError: it names something that does not exist; nothing was done.

    """
    problem = world.world.problem_of(action)
    if problem is not None:
        raise ValueError(problem)
    _do(action, world, now_s)
    world.settle()


def stretch_key(stretch: Stretch, world: LiveWorld) -> str:
    """Return the key of the stretch that an action names."""
    if stretch.vantage:
        return VANTAGE
    if stretch.node is not None:
        return f"node/{stretch.node}"
    if stretch.address is not None:
        return world.world.owner(stretch.address) or ""
    for kind in ("link", "area", "service"):
        part = getattr(stretch, kind)
        if part is not None:
            return f"{stretch.site}/{kind}/{part}"
    return str(stretch.site)


@singledispatch
def _do(action: object, _world: LiveWorld, _now_s: float) -> None:
    raise TypeError(f"no such action: {action!r}")


@_do.register
def _cut(action: Cut, world: LiveWorld, _now_s: float) -> None:
    _set_cut(world, stretch_key(action, world), action.state)


@_do.register
def _restore(action: Restore, world: LiveWorld, _now_s: float) -> None:
    _set_cut(world, stretch_key(action, world), Reach.UP)


def _set_cut(world: LiveWorld, key: str, state: Reach) -> None:
    condition = world.condition(key)
    condition.cut = state
    condition.flap += 1  # a flap that was going on is over


@_do.register
def _flap(action: Flap, world: LiveWorld, now_s: float) -> None:
    key = stretch_key(action, world)
    world.tell(key, "flapping", period_s=action.period, duty=action.duty, count=action.count)
    _set_cut(world, key, action.state)
    turn = world.condition(key).flap
    for number in range(action.count):
        begins_s = now_s + number * action.period
        last = number == action.count - 1
        if number:
            world.agenda.at(begins_s, partial(_flap_to, world, key, turn, action.state, last=False))
        up_s = begins_s + action.duty * action.period
        world.agenda.at(up_s, partial(_flap_to, world, key, turn, Reach.UP, last=last))


def _flap_to(
    world: LiveWorld, key: str, turn: int, state: Reach, _due_s: float, *, last: bool
) -> None:
    condition = world.condition(key)
    if condition.flap != turn:
        return
    condition.cut = state
    world.settle()
    if last:
        world.tell(key, "steady")


@_do.register
def _impair(action: Impair, world: LiveWorld, _now_s: float) -> None:
    key = stretch_key(action, world)
    world.condition(key).impairment = action.impairment
    clear = action.impairment == CLEAR
    facts = action.impairment.model_dump(exclude_defaults=True)
    world.tell(key, "cleared" if clear else "impaired", **facts)


@_do.register
def _filter_icmp(action: FilterIcmp, world: LiveWorld, _now_s: float) -> None:
    key = stretch_key(action, world)
    world.condition(key).filters_icmp = action.filtered
    world.tell(key, "icmp_filtered" if action.filtered else "icmp_open")


@_do.register
def _mains(action: Mains, world: LiveWorld, now_s: float) -> None:
    for site in world.world.sites:
        if site.id == action.site or (action.feeder and site.feeder == action.feeder):
            world.advance_power(site.id, now_s)
            plant = world.sites[site.id].plant
            world.follow_power(site.id, plant.set_mains(present=action.present))


@_do.register
def _generator(action: SetGenerator, world: LiveWorld, now_s: float) -> None:
    world.advance_power(action.site, now_s)
    plant = world.sites[action.site].plant
    world.follow_power(action.site, plant.set_generator(fails=action.fails))


@_do.register
def _ups(action: SetUps, world: LiveWorld, now_s: float) -> None:
    world.advance_power(action.site, now_s)
    plant = world.sites[action.site].plant
    world.follow_power(
        action.site,
        plant.set_ups(action.unit, charge_ratio=action.charge, load_ratio=action.load),
    )


@_do.register
def _isolation(action: SetIsolation, world: LiveWorld, now_s: float) -> None:
    world.advance_power(action.site, now_s)
    plant = world.sites[action.site].plant
    world.follow_power(action.site, plant.set_hazard(action.unit, action.hazard_milliamps))


@_do.register
def _service(action: SetService, world: LiveWorld, _now_s: float) -> None:
    answer = world.sites[action.site].services[action.service]
    answer.status = answer.status if action.status is None else action.status
    answer.latency_s = answer.latency_s if action.latency is None else action.latency
    key = f"{action.site}/service/{action.service}"
    world.tell(key, "answers", status=answer.status, latency_s=answer.latency_s)
    world.condition(key).failing = answer.fails


@_do.register
def _telemetry(action: SetTelemetry, world: LiveWorld, now_s: float) -> None:
    live = world.sites[action.site]
    live.telemetry = "live"
    if action.mode == "frozen":
        freeze(live, world.at(now_s), now_s)
    live.telemetry = action.mode
    world.tell(action.site, f"telemetry_{action.mode}")
