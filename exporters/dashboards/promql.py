"""The expressions that several panels share.

`$estado`, `$municipio` and `$sitio` are variables of the dashboards. Where two daemons watch one
site, counts take it once (`max by (site)`).
"""

INFO = "guardia_site_info"
CHOSEN = f'{INFO}{{state=~"$estado",municipality=~"$municipio"}}'
"""The sites of the states and municipalities that the reader chose."""
_STATE = "guardia_component_state"


def located(expr: str, *facts: str, sites: str = CHOSEN) -> str:
    """Narrow an expression to the chosen sites, and give it labels from their facts."""
    return f"({expr}) * on (job, instance, site) group_left ({', '.join(facts)}) {sites}"


def in_state(state: str, selector: str = 'kind="site"') -> str:
    """Return 1 for each component that is in a state, 0 for the others."""
    return f'{_STATE}{{{selector},state="{state}"}}'


def how_many(expr: str) -> str:
    """Count the sites for which an expression is above 0; 0 when there is none."""
    return f"count(max by (site) ({expr}) > 0) or vector(0)"


def state_code(selector: str = 'kind="site"') -> str:
    """Return 0 up, 1 degraded, 2 unknown, 3 down, of each component (STATES in looks.py)."""
    terms = (("", "degraded"), ("2 * ", "unknown"), ("3 * ", "down"))
    return " + ".join(
        f"{times}sum without (state) ({in_state(state, selector)})" for times, state in terms
    )


def availability(window: str, selector: str) -> str:
    """Return what was recorded of a window, `1d` or `30d` (exporters/rules/availability.py)."""
    return f"component:guardia_availability:ratio{window}{{{selector}}}"
