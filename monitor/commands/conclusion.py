"""What the answers of one site say together. One question each: a hint, not a verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.component import Component, ComponentKind
from probes.reading import Mains, Reading


@dataclass(frozen=True, slots=True)
class Answer:
    """What one probe of one component brought back."""

    component: Component
    reading: Reading

    @property
    def is_seen(self) -> bool:
        return self.reading.reason is None or not self.reading.reason.is_blindness


def conclude(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield what follows from the answers of one site, the plainest first."""
    seen = [answer for answer in answers if answer.is_seen]
    yield f"{len(answers)} asked, {sum(answer.reading.success for answer in answers)} answered."
    if len(seen) < len(answers):
        blind = len(answers) - len(seen)
        yield f"{blind} could not be asked: the trouble is on our side, and they count for nothing."
    links = _by_name(_of(seen, ComponentKind.LINK))
    if links and not any(links.values()):
        yield "No link answers: the site is cut off from here, and what lies behind says nothing."
        yield from _power(seen, cut_off=True)
    else:
        yield from _links(links)
        yield from _power(seen, cut_off=False)
        yield from _behind(seen, has_links=bool(links))
    if not all(answer.reading.success for answer in seen):
        yield "One question is no verdict: `guardia run` asks again before it calls anything down."


def _links(links: dict[str, bool]) -> Iterator[str]:
    for name, up in links.items():
        if not up:
            yield f"{name} does not answer while another link does: look at it and its provider."


def _by_name(answers: Sequence[Answer]) -> dict[str, bool]:
    """Return by component whether any of its probes answered."""
    names: dict[str, bool] = {}
    for answer in answers:
        name = answer.component.name
        names[name] = names.get(name, False) or answer.reading.success
    return names


def _of(answers: Sequence[Answer], kind: ComponentKind) -> list[Answer]:
    return [answer for answer in answers if answer.component.kind is kind]


def _power(answers: Sequence[Answer], *, cut_off: bool) -> Iterator[str]:
    told = [answer for answer in _of(answers, ComponentKind.POWER) if answer.reading.success]
    said = [answer.reading.power.mains for answer in told if answer.reading.power is not None]
    if Mains.ABSENT in said:
        yield "Mains are absent: the site lives on its batteries or its generator."
    elif Mains.PRESENT in said:
        yield "Mains are present."
    elif _of(answers, ComponentKind.POWER):
        same = " with the links" if cut_off else ""
        yield f"Its power telemetry is silent{same}: its power is unknown, not good."


def _behind(answers: Sequence[Answer], *, has_links: bool) -> Iterator[str]:
    areas = [name for name, up in _by_name(_of(answers, ComponentKind.AREA)).items() if not up]
    if areas:
        while_up = " while a link does" if has_links else ""
        yield f"{_listed(areas)} not answer{while_up}: look at the network inside the building."
    services = _by_name(_of(answers, ComponentKind.SERVICE))
    failing = [name for name, up in services.items() if not up]
    if failing:
        yield f"{_listed(failing)} not answer: look at the service itself."


def _listed(names: list[str]) -> str:
    return f"{', '.join(names)} {'do' if len(names) > 1 else 'does'}"
