"""One incident for every cause and priority, as a hospital would have it."""

from config.area import Criticality
from config.component import ComponentKind
from monitor.events import Evidence, IncidentEvent, SiteFacts, Touched
from monitor.vocabulary import Call, Cause, Confidence, Fact, Priority, State
from tests.exporters.incident import HOSPITAL, area, opened, part, seen

CONFIDENCES = {
    Priority.P1: Confidence.HIGH,
    Priority.P2: Confidence.HIGH,
    Priority.P3: Confidence.MEDIUM,
    Priority.P4: Confidence.LOW,
}
_SITES = {
    Cause.NODE: SiteFacts(id="", name="CFE Ensenada 1", state="BC", timezone="America/Tijuana"),
    Cause.NODE_MANAGEMENT: SiteFacts(
        id="", name="CFE Ensenada 1", state="BC", timezone="America/Tijuana"
    ),
    Cause.MONITOR_BLIND: SiteFacts(id="", name="noc-1", timezone="America/Tijuana"),
}
UPS, PLANT = "hg-ensenada/power/ups-uci", "hg-ensenada/power/planta"
CFE, LTE = "hg-ensenada/link/cfe", "hg-ensenada/link/lte"


def incident(cause: Cause, priority: Priority) -> IncidentEvent:
    """Return what has just been called; at P1 life-critical areas are touched."""
    root, touched, evidence = _STORIES[cause](priority)
    site = _SITES.get(cause, HOSPITAL)
    return opened(
        "20261121-031407", cause=cause, priority=priority, root=root, touched=touched,
        evidence=evidence, confidence=CONFIDENCES[priority], call=Call.OPENED, site=site,
    )  # fmt: skip


Story = tuple[Touched, tuple[Touched, ...], tuple[Evidence, ...]]


def _areas(
    priority: Priority, state: State = State.DOWN, *, one_is_silent: bool = False
) -> tuple[Touched, ...]:
    down = State.DOWN if one_is_silent else state
    critical = [area("uci", state=state), area("urgencias", state=down)]
    return (
        *(critical if priority is Priority.P1 else ()),
        area("imagenologia", life=False, state=state),
    )


def _power(priority: Priority) -> Story:
    ups = part(ComponentKind.POWER, "ups-uci", "UPS de la UCI")
    evidence = (
        seen(Fact.MAINS_LOST, -12, UPS),
        seen(Fact.ON_BATTERY, -11, UPS, charge_ratio=0.83, runtime_s=1447),
        seen(Fact.BATTERY_WOULD_BE_EMPTY, 1436, UPS),
        seen(Fact.GENERATOR_RUNNING, 4, PLANT),
    )
    if priority is Priority.P1:
        evidence = (*evidence[:-1], seen(Fact.LINK_SILENT, 30, CFE, reason="no_reply"))
    return ups, (ups, *_areas(priority, State.UP, one_is_silent=True)), evidence


def _generator(priority: Priority) -> Story:
    plant = part(ComponentKind.POWER, "planta", "Planta de emergencia")
    if priority is Priority.P1:
        return (
            plant,
            (plant, *_areas(priority, State.UP)),
            (
                seen(Fact.MAINS_LOST, -12, UPS),
                seen(Fact.ON_BATTERY, -11, UPS, charge_ratio=0.83, runtime_s=1447),
                seen(Fact.GENERATOR_NO_START, 0, PLANT),
            ),
        )
    return plant, (plant,), (seen(Fact.GENERATOR_TEST_NO_START, 0, PLANT),)


def _ups_on_battery(priority: Priority) -> Story:
    ups = part(ComponentKind.POWER, "ups-uci", "UPS de la UCI", state=State.DEGRADED)
    return (
        ups,
        (ups, *_areas(priority, State.UP)),
        (
            seen(Fact.MAINS_PRESENT, -70, UPS),
            seen(Fact.CHARGE, -11, UPS, charge_ratio=0.83, runtime_s=1447),
            seen(Fact.BATTERY_WOULD_BE_EMPTY, 1436, UPS),
        ),
    )


def _isolation_fault(priority: Priority) -> Story:
    panel = part(ComponentKind.POWER, "panel-q1", "Tablero del quirófano 1", state=State.DEGRADED)
    evidence = (
        seen(Fact.ISOLATION_ALARM, -12, panel.key),
        seen(Fact.MAINS_PRESENT, -12, panel.key),
    )
    return panel, (panel, *_areas(priority, State.UP)), evidence


def _link(priority: Priority) -> Story:
    cfe = part(ComponentKind.LINK, "cfe")
    silent = seen(Fact.LINK_SILENT, 0, CFE, reason="no_reply")
    if priority in (Priority.P3, Priority.P4):
        backup = seen(Fact.ON_BACKUP, 2, LTE)
        return cfe, (cfe, part(ComponentKind.LINK, "lte", state=State.UP)), (silent, backup)
    good = seen(Fact.POWER_GOOD, 1, UPS, age_s=4.0)
    return cfe, (cfe, *_areas(priority)), (silent, good)


def _area_network(priority: Priority) -> Story:
    touched = _areas(priority)
    root = touched[0]
    return (
        root,
        touched,
        (
            seen(Fact.AREA_SILENT, 0, root.key, reason="no_reply"),
            seen(Fact.OTHER_LINK_UP, 3, LTE),
        ),
    )


def _service(priority: Priority) -> Story:
    record = part(ComponentKind.SERVICE, "expediente")
    critical = _areas(priority, State.UP)[:-1]
    return (
        record,
        (record, *critical),
        (seen(Fact.SERVICE_FAILING, 0, record.key, reason="status"),),
    )


def _node(priority: Priority) -> Story:
    root = _somewhere("node/cfe-ens-1", ComponentKind.NODE, "CFE Ensenada 1", State.UNKNOWN)
    sites = [
        _somewhere("hg-ensenada", ComponentKind.SITE, "Hospital General de Ensenada"),
        _somewhere("cs-maneadero", ComponentKind.SITE, "Centro de Salud Maneadero"),
        _somewhere("cs-el-sauzal", ComponentKind.SITE, "Centro de Salud El Sauzal"),
    ]
    critical = _areas(priority)[:-1]
    return (
        root,
        (root, *sites, *critical),
        (
            seen(Fact.SITES_SILENT, 2, root.key, count=3.0, of=4.0),
            seen(Fact.NODE_SILENT, 3, root.key, reason="no_reply"),
        ),
    )


def _node_management(_priority: Priority) -> Story:
    root = _somewhere("node/cfe-ens-1", ComponentKind.NODE, "CFE Ensenada 1")
    evidence = (
        seen(Fact.NODE_SILENT, -60, root.key, reason="no_reply"),
        seen(Fact.SITES_ANSWER, 0, root.key, count=4.0, of=4.0),
    )
    return root, (root,), evidence


def _icmp_filtered(priority: Priority) -> Story:
    cfe = part(ComponentKind.LINK, "cfe", state=State.DEGRADED)
    critical = _areas(priority, State.UP)[:-1]
    evidence = (
        seen(Fact.PING_SILENT, 0, CFE, reason="no_reply"),
        seen(Fact.OTHER_PROBE_ANSWERS, 1, CFE),
    )
    return cfe, (cfe, *critical), evidence


def _monitor_blind(_priority: Priority) -> Story:
    us = _somewhere("monitor/noc-1", ComponentKind.MONITOR, "noc-1")
    evidence = (seen(Fact.ANCHORS_SILENT), seen(Fact.GATEWAY_ANSWERS, 1))
    return us, (us,), evidence


def _undetermined(priority: Priority) -> Story:
    cfe = part(ComponentKind.LINK, "cfe")
    evidence = (
        seen(Fact.LINK_SILENT, 0, CFE, reason="no_reply"),
        seen(Fact.POWER_SILENT, 1, UPS, age_s=41.0),
    )
    return cfe, (cfe, *_areas(priority, State.UNKNOWN)), evidence


def _somewhere(key: str, kind: ComponentKind, name: str, state: State = State.DOWN) -> Touched:
    return Touched(key=key, kind=kind, name=name, criticality=Criticality.CLINICAL, state=state)


_STORIES = {
    Cause.POWER: _power,
    Cause.GENERATOR_FAILED_TO_START: _generator,
    Cause.UPS_ON_BATTERY: _ups_on_battery,
    Cause.ISOLATION_FAULT: _isolation_fault,
    Cause.LINK: _link,
    Cause.AREA_NETWORK: _area_network,
    Cause.SERVICE: _service,
    Cause.NODE: _node,
    Cause.NODE_MANAGEMENT: _node_management,
    Cause.ICMP_FILTERED: _icmp_filtered,
    Cause.MONITOR_BLIND: _monitor_blind,
    Cause.UNDETERMINED: _undetermined,
}
