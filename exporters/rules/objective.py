"""What life-critical areas may be without service, and how fast they use it up.

Multi-window, multi-burn-rate alerts (Google, The Site Reliability Workbook, chapter 5): the long
window says that a good part of thirty days' budget is gone, the short one that it is still going.
Guardia pages an outage itself, within seconds; these tell of what no single outage does: links and
switches that come and go all day. So none of them wakes anybody, and what is announced as
maintenance burns the budget like the rest.
"""

from dataclasses import dataclass

from exporters.rules.rule import Alert, Group, Recording, Severity

DEFAULT_PERCENT = 99.9
"""43 minutes in thirty days."""
_UP = "guardia_area_critical_up"
_FACTS = "clues, name, state, municipality"
_ERRORS = "area:guardia_critical_errors"


@dataclass(frozen=True, slots=True)
class _Burn:
    """So many times the pace that would just use the budget up in thirty days."""

    name: str
    severity: Severity
    times: float
    long: str
    short: str
    spent: str


_BURNS = (
    _Burn("GuardiaAreaBudgetFast", "warning", 14.4, "1h", "5m", "el 2 % en una hora"),
    _Burn("GuardiaAreaBudgetSteady", "warning", 6.0, "6h", "30m", "el 5 % en seis horas"),
    _Burn("GuardiaAreaBudgetSlow", "info", 1.0, "3d", "6h", "el 10 % en tres días"),
)
_LONG_WORDS = {"1h": "en la última hora", "6h": "en las últimas 6 horas", "3d": "en 3 días"}


def errors() -> Group:
    """Return the shares of time in which each life-critical area was down."""
    raw = [
        Recording(f"{_ERRORS}:ratio{window}", f"1 - avg_over_time({_UP}[{window}])")
        for window in ("5m", "30m", "1h", "6h")
    ]
    folded = [
        Recording(f"{_ERRORS}:ratio3d", f"avg_over_time({_ERRORS}:ratio5m[3d])"),
        Recording(
            f"{_ERRORS}:ratio30d",
            f"avg_over_time({_ERRORS}:ratio1h[30d:1h])\n  or {_ERRORS}:ratio3d",
        ),
    ]
    return Group("guardia-area-errors", [*raw, *folded], interval="1m")


def burning(percent: float = DEFAULT_PERCENT) -> Group:
    """Return the alerts for an objective in percent of the time, such as 99.9."""
    budget = round(1 - percent / 100, 9)
    return Group("guardia-area-objective", [_alert(burn, percent, budget) for burn in _BURNS])


def _alert(burn: _Burn, percent: float, budget: float) -> Alert:
    bound = f"{burn.times:g} * {budget:g}"
    return Alert(
        burn.name, burn.severity,
        f"(\n  {_ERRORS}:ratio{burn.long} > {bound}\n"
        f"    and {_ERRORS}:ratio{burn.short} > {bound}\n)\n"
        f"  * on (job, instance, site) group_left ({_FACTS}) guardia_site_info",
        "{{ $labels.name }}{{ with $labels.clues }} ({{ . }}){{ end }}: {{ $labels.area }} sin "
        "servicio el "
        f"{{{{ $value | humanizePercentage }}}} del tiempo {_LONG_WORDS[burn.long]}",
        f"El objetivo es {percent:g} % en treinta días, y a este paso se gasta {burn.spent} de lo "
        "que permite. Cada corte ya se avisó por separado: aquí importa que se repiten. Mire la "
        "historia del área en el tablero y pida una solución de fondo.",
        why=f"{burn.times:g} × the pace of the budget, over {burn.long} and over {burn.short}.",
    )  # fmt: skip
