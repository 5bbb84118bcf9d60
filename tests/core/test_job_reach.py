"""Everything that a job can become, searched to its end; jobs that differ in numbers or times are one."""

import dataclasses
from collections import deque
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from bot.core import events as ev
from bot.core.errors import Problem, Reason
from bot.core.ids import MessageId, RequestId, WorkerId
from bot.core.job import ENDED, TRANSITIONS, Job, State, Wish, apply
from bot.core.mending import Framing, Mending
from bot.core.quota import Hold
from tests.builders import NOON, a_job
from tests.chance import answered, legal_kinds
from tests.core.law import TAKES_UP, breaches

NOTE: Final = Reason(Problem.GENERATION_FAILED)
EXAMPLES: Final[Mapping[type[ev.Event], tuple[ev.Event, ...]]] = {
    ev.Acknowledged: (ev.Acknowledged(MessageId(1)),),
    ev.Asked: (ev.Asked(NOTE),),
    ev.Prepared: (ev.Prepared(("a",)), ev.Prepared(("a",), ((Mending.CROPPED,),))),
    ev.Waited: (ev.Waited(2), ev.Waited(2, NOTE)),
    ev.Claimed: (ev.Claimed(WorkerId("w")), ev.Claimed(WorkerId("w"), 60.0)),
    ev.Accepted: (ev.Accepted(RequestId("r")),),
    ev.NotSent: (ev.NotSent(NOTE, 5.0),),
    ev.Interrupted: (ev.Interrupted(NOTE),),
    ev.Refused: (ev.Refused(NOTE),),
    ev.Progressed: (ev.Progressed(ev.Phase.IN_QUEUE, 4), ev.Progressed(ev.Phase.IN_PROGRESS)),
    ev.Reckoned: (ev.Reckoned(None), ev.Reckoned(90.0)),
    ev.Overdue: (ev.Overdue(),),
    ev.CancelRefused: (ev.CancelRefused(),),
    ev.Cancelled: (ev.Cancelled(),),
    ev.Finished: (ev.Finished(()),),
    ev.Failed: (ev.Failed(NOTE),),
    ev.Rerouted: (ev.Rerouted(ev.Way.FITTED, 8, 9), ev.Rerouted(ev.Way.LINKED, 8, 9)),
    ev.Posting: (ev.Posting(),),
    ev.Delivered: (ev.Delivered(MessageId(2)),),
    ev.Undeliverable: (ev.Undeliverable(NOTE),),
    ev.Settled: (ev.Settled(NOTE),),
    ev.Told: (ev.Told(),),
    ev.Deleted: (ev.Deleted(),),
}


def test_everything_that_can_be_reached_is_lawful() -> None:
    found = everything_reachable()

    assert len(found) > 1000
    assert [sentence for place in found.values() for sentence in breaches(place.job)] == []


def test_every_row_of_the_table_can_come_about() -> None:
    taken = {(place.job.state, kind) for place in everything_reachable().values() for kind, _ in place.moves}

    assert taken == set(TRANSITIONS)


def test_from_everywhere_a_way_leads_to_an_end_that_is_told() -> None:
    found = everything_reachable()
    comes_from: dict[Facets, set[Facets]] = {facets: set() for facets in found}
    for facets, place in found.items():
        for _, target in place.moves:
            comes_from[target].add(facets)

    reached = {facets for facets, place in found.items() if place.job.is_over}
    waiting = deque(reached)
    while waiting:
        news = comes_from[waiting.popleft()] - reached
        reached |= news
        waiting.extend(news)

    assert {found[facets].job.state for facets in set(found) - reached} == set()


def test_what_is_over_stays_over_but_for_three_reasons() -> None:
    ends = {(job.state, kind) for job, kind, after in every_move() if job.is_over and not after.is_over}

    assert ends == TAKES_UP


def test_credits_change_hands_once_but_for_a_late_answer() -> None:
    changes = {
        (job.hold, after.hold, kind)
        for job, kind, after in every_move()
        if job.hold is not Hold.RESERVED and after.hold is not job.hold
    }

    assert changes == {(Hold.RETURNED, Hold.RESERVED, ev.Accepted)}


Facets = tuple[object, ...]
"""What of a job can matter to what happens next: which words it holds, and what is there at all."""


@dataclasses.dataclass(frozen=True)
class Place:
    """A job that can be reached, and where each event takes it."""

    job: Job
    moves: tuple[tuple[type[ev.Event], Facets], ...]


@cache
def everything_reachable() -> Mapping[Facets, Place]:
    found: dict[Facets, Place] = {}
    waiting = deque([a_job()])
    while waiting:
        job = waiting.popleft()
        if facets_of(job) in found:
            continue
        after = [(type(event), apply(job, event, NOON)) for event in legal_examples(job)]
        found[facets_of(job)] = Place(job, tuple((kind, facets_of(target)) for kind, target in after))
        waiting.extend(target for _, target in after)
        waiting.extend(heard_from_outside(job))
    return found


def every_move() -> Iterator[tuple[Job, type[ev.Event], Job]]:
    found = everything_reachable()
    for place in found.values():
        for kind, target in place.moves:
            yield place.job, kind, found[target].job


def legal_examples(job: Job) -> Iterator[ev.Event]:
    for kind in legal_kinds(job.state):
        yield from EXAMPLES[kind]


def heard_from_outside(job: Job) -> Iterator[Job]:
    """What its owner may do about a job, which is no event."""
    if job.wish is Wish.NONE and job.state not in ENDED:
        yield dataclasses.replace(job, wish=Wish.WISHED)
    if job.state is State.PREPARING and job.asked_at is not None and job.framing is None:
        yield from (answered(job, framing) for framing in Framing)


def facets_of(job: Job) -> Facets:
    held = [getattr(job, field.name) for field in dataclasses.fields(job) if field.name not in PLAIN]
    return tuple(value if isinstance(value, StrEnum) else bool(value) for value in held)


PLAIN: Final = {"version", "shown", "position", "typical_seconds", "likely_seconds"}
"""Numbers that say how far something is, and decide nothing."""
