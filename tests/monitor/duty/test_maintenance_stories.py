"""A generator test at a hospital: what diagnosis finds meanwhile, and who is called for it."""

from dataclasses import replace

from config.maintenance import MaintenanceWindow
from monitor.diagnosis.diagnose import diagnose
from monitor.duty.expectation import Breach, Expectation
from monitor.duty.maintenance import maintenance_of, window_on
from monitor.duty.quiet import Why, quiet
from probes.reading import Battery, PowerFigures, UnitState
from tests.monitor.scene import NOW_S, Scene, at
from tests.monitor.story import GOOD, ON_BATTERY, RUNNING_LOW, fleet, hospital

TEST = MaintenanceWindow.model_validate(
    {
        "id": "planta", "reason": "Prueba diaria de la planta", "by": "Conservación",
        "sites": "hg", "expects": "generator_test",
        "every": {"day": "daily", "at": "00:30", "lasts": 7200.0},  # now is 01:00 there
    },
)  # fmt: skip
STOPPED = replace(GOOD, unit="planta", state=UnitState.STOPPED, battery=Battery.UNKNOWN)
RUNNING = replace(STOPPED, state=UnitState.RUNNING)


class GeneratorStory:
    """A scene whose readings are heard by the expectation too, as the watch will feed them."""

    def __init__(self) -> None:
        power = [
            {"id": unit, "kind": kind, "source": {"kind": "power", "url": f"http://h/{unit}"}}
            for unit, kind in (("ups", "ups"), ("planta", "generator"))
        ]
        self.scene = Scene(hospital("hg", power=power))
        self.fleet = replace(fleet(self.scene.view.site), maintenance=(TEST,))
        window = window_on(self.fleet, TEST)
        under_way = window.occurrence(self.fleet.components["hg/power/planta"], at(NOW_S))
        assert under_way is not None
        assert TEST.expects is not None
        self.expectation = Expectation.of(TEST.expects, under_way)
        self.says("planta", STOPPED, 40)

    def says(self, unit: str, figures: PowerFigures, ago_s: float) -> None:
        before = self.scene.of(f"power/{unit}").figures
        self.scene.says(unit, figures, NOW_S - ago_s)
        after = self.scene.of(f"power/{unit}").figures
        source = next(one for one in self.scene.view.site.power if one.id == unit)
        if after is not None:
            self.expectation = self.expectation.observed(before, after, source)

    def called_for(self) -> list[str]:
        """Return the findings that call people, by their keys."""
        self.scene.settle()
        failed = (TEST.id,) if self.expectation.breach else ()
        windows, site = maintenance_of(self.fleet), self.scene.view.site
        called = []
        for one in diagnose(self.scene.view, NOW_S, at(NOW_S)):
            root, touched = one.root.component, [part.component for part in one.touched]
            answer = quiet(
                one.cause, one.priority, root, touched, site, self.fleet.settings, windows,
                at(NOW_S), failed,
            )  # fmt: skip
            if answer is None:
                called.append(one.key)
            else:
                assert answer.why is Why.MAINTENANCE
        return called


def test_a_test_that_goes_well_calls_nobody() -> None:
    story = GeneratorStory()
    story.says("ups", ON_BATTERY, 30)
    assert story.called_for() == []
    story.says("planta", RUNNING, 22)
    assert story.called_for() == []
    story.says("ups", GOOD, 5)
    assert story.called_for() == []


def test_a_generator_that_does_not_start_calls() -> None:
    story = GeneratorStory()
    story.says("ups", ON_BATTERY, 30)
    story.says("planta", STOPPED, 15)
    assert story.expectation.breach is Breach.DID_NOT_START
    assert story.called_for() == ["power"]


def test_a_battery_that_fades_under_the_uci_calls_though_the_test_goes_well() -> None:
    story = GeneratorStory()
    story.says("ups", ON_BATTERY, 30)
    story.says("planta", RUNNING, 22)
    story.says("ups", RUNNING_LOW, 10)
    assert story.called_for() == ["power"]


def test_a_cable_pulled_during_the_test_calls() -> None:
    story = GeneratorStory()
    story.says("ups", ON_BATTERY, 60)
    story.says("planta", RUNNING, 52)
    story.scene.silence("link/cfe", since_s=NOW_S - 30)
    assert len(story.called_for()) == 1
    assert story.expectation.breach is None
