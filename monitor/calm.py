"""Which answers can lead to nothing: nearly all of them, and what a steady fleet costs."""

from config.component import ComponentKind
from monitor.caseload import Caseload
from monitor.duty.generator_tests import GeneratorTests
from monitor.holdings import Holdings
from monitor.sight.sight import Sight
from monitor.standing import Standing
from monitor.topology.topology import Topology
from probes.reading import Mains, Reading


class Calm:
    """Asked of every answer, so what is seldom true comes last."""

    def __init__(
        self,
        holdings: Holdings,
        sight: Sight,
        topology: Topology,
        caseload: Caseload,
        tests: GeneratorTests,
    ) -> None:
        self._holdings = holdings
        self._sight = sight
        self._topology = topology
        self._caseload = caseload
        self._tests = tests

    def covers(self, standing: Standing, reading: Reading) -> bool:
        """Tell whether an answer of it can lead to nothing, but by how good it is."""
        return (
            standing.is_settled
            and standing.component.site not in self._caseload.restless
            and self._sight.blindness.is_at_peace
            and self._topology.is_calm(standing.key)
            and (standing.kind is not ComponentKind.POWER or self._is_old_news(standing, reading))
        )

    def _is_old_news(self, standing: Standing, reading: Reading) -> bool:
        """Tell whether a power source says again that all is well, and all of its site agrees."""
        view = self._holdings.views.get(standing.component.site)
        before, after = standing.figures, reading.power
        if view is None or before is None or after is None:
            return False
        return (
            after.mains is before.mains is Mains.PRESENT
            and after.state is before.state
            and after.battery is before.battery
            and after.measured_at >= before.measured_at
            and not view.is_troubled
            and not self._tests.concern(view.site.id)
            and self._topology.is_calm(view.site.id)
        )
