"""Events as chance would have them, for a job in any state; ids are new for each job and version."""

import dataclasses
import typing
from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from bot.core import events as ev
from bot.core.errors import Problem, Reason
from bot.core.ids import MessageId, RequestId, WorkerId
from bot.core.job import TRANSITIONS, Job, State
from bot.core.mending import Framing, Mending
from bot.core.models import Kind

KINDS: Final[tuple[type[ev.Event], ...]] = typing.get_args(ev.Event)

reasons: Final = st.builds(Reason, st.sampled_from([Problem.GENERATION_FAILED, Problem.PICTURE_ASPECT]))
places: Final = st.integers(0, 3)
sizes: Final = st.integers(1, 2**40)
soon: Final = st.integers(0, 10**9).map(lambda number: timedelta(microseconds=number))

_WITHOUT: Final = (ev.Overdue, ev.CancelRefused, ev.Cancelled, ev.Posting, ev.Told, ev.Deleted)
_REASONED: Final = (
    ev.Asked,
    ev.Interrupted,
    ev.Refused,
    ev.Failed,
    ev.Undeliverable,
    ev.Settled,
    ev.NotSent,
)


def an_event(kind: type[ev.Event], job: Job) -> st.SearchStrategy[ev.Event]:
    """Return events of one kind, whether the job's state has a row for it or not."""
    if kind in _WITHOUT:
        return st.builds(kind)
    if kind in _REASONED:
        return st.builds(kind, reasons)
    number = 1 + job.version + 1000 * job.interaction_id
    pictures = st.lists(st.just("https://cdn.discordapp.com/a.png"), max_size=2).map(tuple)
    mended = st.lists(st.lists(st.sampled_from(Mending), max_size=2).map(tuple), max_size=2).map(tuple)
    outputs = st.lists(st.builds(ev.Output, st.just("https://a.mp4"), st.sampled_from(Kind)), max_size=2).map(
        tuple
    )
    rest: dict[type[ev.Event], st.SearchStrategy[ev.Event]] = {
        ev.Acknowledged: st.just(ev.Acknowledged(MessageId(number))),
        ev.Prepared: st.builds(ev.Prepared, pictures, mended),
        ev.Waited: st.builds(ev.Waited, places, st.none() | reasons),
        ev.Claimed: st.builds(ev.Claimed, st.just(WorkerId("worker-1")), st.none() | st.floats(0, 1e6)),
        ev.Accepted: st.just(ev.Accepted(RequestId(f"request-{number}"))),
        ev.Reckoned: st.builds(ev.Reckoned, st.none() | st.floats(0, 1e6)),
        ev.Progressed: st.builds(ev.Progressed, st.sampled_from(ev.Phase), st.none() | places),
        ev.Finished: st.builds(ev.Finished, outputs),
        # A result that has once been rerouted never goes as it is again.
        ev.Rerouted: st.builds(ev.Rerouted, st.sampled_from([ev.Way.FITTED, ev.Way.LINKED]), sizes, sizes),
        ev.Delivered: st.just(ev.Delivered(MessageId(number))),
    }
    return rest[kind]


def any_event(job: Job) -> st.SearchStrategy[ev.Event]:
    """Return events of every kind, most of which the job's state has no row for."""
    return st.sampled_from(KINDS).flatmap(lambda kind: an_event(kind, job))


def legal_event(job: Job, *but: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    """Return events that the job's state has a row for."""
    kinds = [kind for kind in legal_kinds(job.state) if kind not in but]
    return st.sampled_from(kinds).flatmap(lambda kind: an_event(kind, job))


def legal_kinds(state: State) -> list[type[ev.Event]]:
    """Return the events of a state's rows."""
    return [kind for (of, kind) in TRANSITIONS if of is state]


def answered(job: Job, framing: Framing) -> Job:
    """Return an asked job with its owner's answer, which is no event but a version on."""
    return dataclasses.replace(job, framing=framing, version=job.version + 1)
