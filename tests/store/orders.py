"""Which order explains what several callers at once were told, and what there is afterwards.

A store promises that each call is one transaction, not which comes first: some order of them must explain it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import combinations, permutations

from bot.core.draft import Draft
from bot.core.ids import DraftId, JobId
from bot.core.job import Job
from tests.store.deeds import Answer, Deed
from tests.store.homes import Entry
from tests.store.model import Model


@dataclass(frozen=True)
class Told:
    """A deed and what its caller was told, unless the caller had left."""

    deed: Deed
    answer: Answer = None
    has_left: bool = False


@dataclass(frozen=True)
class Sight:
    """What is found in a store: all that later answers depend on."""

    jobs: Mapping[JobId, Job]
    entries: Mapping[JobId, Entry]
    drafts: Mapping[DraftId, Draft]
    facts: Mapping[str, str]


def sight_of(model: Model) -> Sight:
    """Return what would be found, were the model a store."""
    entries = {job.id: Entry(job.hold, model.turns[job.id]) for job in model.jobs.values()}
    return Sight(dict(model.jobs), entries, dict(model.drafts), dict(model.facts))


def explained(model: Model, told: Sequence[Told], found: Sight) -> tuple[Model, Sequence[Told]] | None:
    """Return the model after some order of the deeds that explains everything, and that order."""
    for order in _orders(told):
        after = model.copy()
        if all(_agrees(after, one) for one in order) and sight_of(after) == found:
            return after, order
    return None


def difference(model: Model, told: Sequence[Told], found: Sight) -> str:
    """Return in words what is not as it would be, had the calls come in their own order."""
    after = model.copy()
    lines = list[str]()
    for one in told:
        expected = one.deed.told_to(after)
        if not one.has_left and one.answer != expected:
            lines.append(f"{type(one.deed).__name__}: told {one.answer}, not {expected}")
    for part, expected in vars(sight_of(after)).items():
        there = vars(found)[part]
        for key in sorted({*expected, *there}):
            lines += [f"{part} {key} {what}" for what in _unlike(expected.get(key), there.get(key))]
    return "\n".join([f"{one.deed} left={one.has_left}" for one in told] + lines)


def _unlike(expected: object, there: object) -> Iterator[str]:
    if expected == there:
        return
    if expected is None or there is None or not is_dataclass(expected):
        yield f"is {there}, not {expected}"
        return
    for field in fields(expected):
        if getattr(expected, field.name) != getattr(there, field.name):
            yield f"{field.name}: {getattr(there, field.name)}, not {getattr(expected, field.name)}"


def _agrees(after: Model, one: Told) -> bool:
    answer = one.deed.told_to(after)
    return one.has_left or answer == one.answer


def _orders(told: Sequence[Told]) -> Iterator[Sequence[Told]]:
    """Return every order, that of the calls first; who has left may have been too early to be heard."""
    leavers = [one for one in told if one.has_left]
    for number in range(len(leavers) + 1):
        for unheard in combinations(leavers, number):
            yield from permutations([one for one in told if not any(one is other for other in unheard)])
