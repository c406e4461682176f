"""The words of a verdict. Each value is API: metrics, MQTT, YAML and alerts carry it."""

from enum import StrEnum


class State(StrEnum):
    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class Fitness(StrEnum):
    """What a link is good for in telemedicine, from best to worst (docs/telemedicine.md)."""

    READY = "ready"
    READY_WITH_RESERVATIONS = "ready_with_reservations"
    STORE_AND_FORWARD_ONLY = "store_and_forward_only"
    UNFIT = "unfit"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    POWER = "power"
    GENERATOR_FAILED_TO_START = "generator_failed_to_start"
    UPS_ON_BATTERY = "ups_on_battery"  # though mains are there
    ISOLATION_FAULT = "isolation_fault"
    LINK = "link"
    AREA_NETWORK = "area_network"
    SERVICE = "service"
    NODE = "node"
    NODE_MANAGEMENT = "node_management"  # its own address is silent, and its sites answer
    ICMP_FILTERED = "icmp_filtered"
    MONITOR_BLIND = "monitor_blind"
    UNDETERMINED = "undetermined"


OF_POWER = frozenset(
    {
        Cause.POWER,
        Cause.GENERATOR_FAILED_TO_START,
        Cause.UPS_ON_BATTERY,
        Cause.ISOLATION_FAULT,
    }
)
"""Causes that are the power's, whatever of it."""
EXPLAINS_NO_OUTAGE = frozenset({Cause.ISOLATION_FAULT, Cause.NODE_MANAGEMENT, Cause.MONITOR_BLIND})
"""Causes of incidents beside which everything may work: none of them is why something else fell."""


class WouldChange(StrEnum):
    """What, if it were seen, would change a verdict. Beside the evidence, the other half of why."""

    MAINS_SEEN_ABSENT = "mains_seen_absent"
    MAINS_SEEN_PRESENT = "mains_seen_present"
    GENERATOR_RUNS = "generator_runs"
    UPS_ON_MAINS = "ups_on_mains"
    ALARM_ENDS = "alarm_ends"
    LINK_ANSWERS = "link_answers"
    OTHER_LINK_SILENT = "other_link_silent"
    LINKS_SILENT_TOO = "links_silent_too"
    OTHER_SITES_SILENT = "other_sites_silent"
    PING_ANSWERS = "ping_answers"
    NOTHING_ELSE_ANSWERS = "nothing_else_answers"
    IT_ANSWERS = "it_answers"
    ANCHOR_ANSWERS = "anchor_answers"


class Priority(StrEnum):
    """P1 a life-critical area is affected or about to be; P2 a site is cut off or on battery,
    or a critical area has lost a protection; P3 degraded or redundancy lost; P4 to note.
    """

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Phase(StrEnum):
    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"
    REOPENED = "reopened"


class Call(StrEnum):
    """Why people were last called; a reminder is no page (docs/response.md)."""

    OPENED = "opened"
    WORSE = "worse"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    REMINDER = "reminder"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Waypoint(StrEnum):
    """What the last router that we know is to us, where the trace of a route ends."""

    GATEWAY = "gateway"  # our own
    POP = "pop"
    NODE = "node"
    LINK = "link"


class Fact(StrEnum):
    """What an evidence line says. The figures each carries stand beside it."""

    MAINS_LOST = "mains_lost"
    MAINS_BACK = "mains_back"
    ON_BATTERY = "on_battery"  # charge_ratio, runtime_s
    CHARGE = "charge"  # charge_ratio, runtime_s
    BATTERY_LOW = "battery_low"  # charge_ratio, runtime_s
    BATTERY_DEPLETED = "battery_depleted"
    UPS_OFF = "ups_off"
    MAINS_PRESENT = "mains_present"  # as `subject` says, which is in trouble by itself
    MAINS_OUT_OF_RANGE = "mains_out_of_range"
    ISOLATION_ALARM = "isolation_alarm"
    GENERATOR_RUNNING = "generator_running"
    GENERATOR_STOPPED = "generator_stopped"
    GENERATOR_FAULT = "generator_fault"
    GENERATOR_NO_START = "generator_no_start"  # not running by the time it should
    GENERATOR_TEST_NO_START = "generator_test_no_start"  # breach; `subject` is the window
    GENERATOR_TEST_NOT_HELD = "generator_test_not_held"  # breach
    GENERATOR_TEST_FAILED = "generator_test_failed"  # breach: in which other way
    TRANSFER_EMERGENCY = "transfer_emergency"
    POWER_GOOD = "power_good"  # age_s: how old the last good reading was
    POWER_SILENT = "power_silent"  # its telemetry went silent with the link: unknown, not good
    NO_POWER_TELEMETRY = "no_power_telemetry"
    BATTERY_WOULD_BE_EMPTY = "battery_would_be_empty"  # `at` is the projected instant
    LINK_SILENT = "link_silent"  # reason
    LINK_BACK = "link_back"
    OTHER_LINK_UP = "other_link_up"
    ON_BACKUP = "on_backup"  # `subject` is the backup link that serves the site
    PING_SILENT = "ping_silent"  # reason
    OTHER_PROBE_ANSWERS = "other_probe_answers"
    AREA_SILENT = "area_silent"  # reason
    AREA_BACK = "area_back"
    SERVICE_FAILING = "service_failing"  # reason
    SERVICE_BACK = "service_back"
    SITES_SILENT = "sites_silent"  # count, of: so many links of so many below a node
    SITES_WITHOUT_MAINS = "sites_without_mains"  # count, of: sites on a feeder
    NODE_SILENT = "node_silent"  # reason
    NODE_ANSWERS = "node_answers"
    SITES_ANSWER = "sites_answer"  # count, of: so many links of so many below a silent node
    ANCHORS_SILENT = "anchors_silent"
    GATEWAY_ANSWERS = "gateway_answers"  # what fails lies beyond it
    INTERFACE_DOWN = "interface_down"  # reason
    FLEET_SILENT = "fleet_silent"  # silent, asked: sites asked at once
    OWN_FAILURE = "own_failure"  # reason
    CANNOT_ASK = "cannot_ask"  # reason; `subject` is the kind of probe that we cannot make
    SIGHT_BACK = "sight_back"
    ROUTE_ENDS = "route_ends"  # address, hops, target; place and behind where it is known
    ROUTE_REACHES = "route_reaches"  # hops, target: it answers
    ROUTE_UNSEEN = "route_unseen"  # target: nobody on the way answers


OF_ROUTE = frozenset({Fact.ROUTE_ENDS, Fact.ROUTE_REACHES, Fact.ROUTE_UNSEEN})
"""What was found out once, at the onset: no finding says it again."""
