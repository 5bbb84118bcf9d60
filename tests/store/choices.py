"""Which deeds are possible where a store stands: drawn from the model, legal and illegal ones."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.core import events as ev
from bot.core.descent import Descent, How
from bot.core.draft import Draft, Form
from bot.core.ids import DraftId, InteractionId, JobId, MessageId, UserId, WorkerId
from bot.core.job import Job, State, Wish, apply
from bot.core.mending import Framing
from bot.core.models import SeedancePro, SeedreamEdit
from bot.core.periods import periods
from bot.core.ports import Slots
from tests.builders import NOON, a_job
from tests.chance import legal_event, legal_kinds
from tests.store.deeds import (
    TERMS,
    Admit,
    ChooseFraming,
    Claim,
    Deed,
    KeepDraft,
    NoteShown,
    Record,
    Remember,
    WishCancel,
)
from tests.store.model import Model

NOBODYS: Final = JobId("nobodys")
REQUESTS: Final = [SeedancePro(prompt="a boat"), SeedreamEdit(prompt="an edit")]
STEPS: Final = [1, 60, 3600, -3600, 86_400, -86_400, 8 * 86_400, -8 * 86_400, 31 * 86_400, -400 * 86_400]
"""Seconds that a wall clock may be set by; a week is what a form is kept for."""


@dataclass
class World:
    """What the callers have: the clock, names that were never used, and whom the engine has heard of."""

    now: datetime = NOON
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    heard: list[JobId] = field(default_factory=list[JobId])
    begun: dict[JobId, Job] = field(default_factory=dict[JobId, Job])
    """Jobs as they were admitted, for callers that come again."""
    former: list[Job] = field(default_factory=list[Job])
    """Jobs as they once were, for callers that come too late."""

    def moment(self) -> datetime:
        """Return a time that no other call was made at, wherever the clock was set to in between."""
        return self.now + timedelta(microseconds=next(self.numbers))


def clock_steps(now: datetime) -> st.SearchStrategy[datetime]:
    """Return where the clock may be set to: some way off, or to the edge of a day or of a month."""
    today = periods(now, ZoneInfo("UTC"))
    edges = [today.day.begins, today.day.ends, today.month.begins, today.month.ends]
    return st.sampled_from([now + timedelta(seconds=step) for step in STEPS]) | st.sampled_from(
        [edge - timedelta(seconds=before) for edge in edges for before in (0, 1)]
    )


def a_first(world: World, owner_id: UserId) -> Admit:
    """Return a plain admission."""
    job = _fresh(world, InteractionId(next(world.numbers)))
    return Admit(replace(job, owner_id=owner_id, cost=2), world.heard)


def a_form(world: World, owner_id: UserId) -> KeepDraft:
    """Return a new draft."""
    draft_id = DraftId(f"draft-{next(world.numbers):06}")
    return KeepDraft(Draft(id=draft_id, owner_id=owner_id, made_at=world.moment(), form=Form.CHANGE))


@st.composite
def admissions(draw: st.DrawFn, world: World, model: Model) -> Deed:
    """Return a new job: alone, or begun with another; seldom with an engine that fails."""
    job = _fresh(world, InteractionId(next(world.numbers)))
    job = replace(
        job,
        owner_id=draw(st.sampled_from(list(TERMS))),
        cost=draw(st.integers(1, 6)),
        request=draw(st.sampled_from(REQUESTS)),
        descent=_descent(draw(jobs(model))) if model.jobs and draw(st.booleans()) else None,
    )
    return Admit(job, world.heard, engine_fails=draw(st.sampled_from([False] * 5 + [True])))


@st.composite
def admissions_again(draw: st.DrawFn, world: World, model: Model) -> Deed:
    """Return an interaction that comes again, by the same caller or by one that knows nothing of it."""
    job = draw(jobs(model))
    other = replace(_fresh(world, job.interaction_id), owner_id=job.owner_id)
    return Admit(draw(st.sampled_from([world.begun[job.id], other])), world.heard)


@st.composite
def moves(draw: st.DrawFn, world: World, model: Model) -> Deed:
    """Return a move of a job as it is, or as it was before a wish; a claim is not among them."""
    going = [job for job in model.jobs.values() if legal_kinds(job.state) != [ev.Told]]
    job = draw(st.sampled_from(going or list(model.jobs.values())))
    if draw(st.booleans()):
        job = replace(job, wish=Wish.NONE, shown=-1)
    event = draw(legal_event(job, ev.Claimed))
    return Record(job, apply(job, event, world.moment()))


@st.composite
def late_moves(draw: st.DrawFn, world: World) -> Deed:
    """Return a move of a job as it was at some time."""
    job = draw(st.sampled_from(world.former))
    return Record(job, apply(job, draw(legal_event(job)), world.moment()))


@st.composite
def claims(draw: st.DrawFn, world: World, model: Model) -> Deed:
    """Return a claim of a queued job, the next one or another."""
    queued = [job for job in model.jobs.values() if job.state is State.QUEUED]
    head = [model.jobs[job_id] for job_id in model.line()[:1]]
    job = draw(st.sampled_from([*head * 3, *queued]))
    after = apply(job, ev.Claimed(WorkerId("worker-1"), 60.0), world.moment())
    passed_over: frozenset[JobId] = frozenset()
    if draw(st.booleans()):
        passed_over = draw(st.frozensets(st.sampled_from([job.id for job in queued]), max_size=2))
    return Claim(job, after, draw(_slots(model)), passed_over)


def wishes(model: Model) -> st.SearchStrategy[Deed]:
    return st.builds(WishCancel, st.sampled_from([*model.jobs, NOBODYS]))


def answers(model: Model) -> st.SearchStrategy[Deed]:
    """Return answers: to a question where there is one, which may be answered already, else to anybody."""
    asked = [job.id for job in model.jobs.values() if job.asked_at and job.state is State.PREPARING]
    somebody = st.sampled_from(asked or [*model.jobs, NOBODYS])
    return st.builds(ChooseFraming, somebody, st.sampled_from(Framing))


def showings(model: Model) -> st.SearchStrategy[Deed]:
    return st.sampled_from(list(model.jobs.values())).flatmap(
        lambda job: st.builds(NoteShown, st.just(job.id), st.integers(0, job.version))
    )


@st.composite
def forms(draw: st.DrawFn, world: World, model: Model) -> Deed:
    """Return a draft, a new one or one that is kept already."""
    if model.drafts and draw(st.sampled_from([True, False, False])):
        kept = draw(st.sampled_from(list(model.drafts.values())))
        return KeepDraft(replace(kept, made_at=world.moment()))
    return a_form(world, draw(st.sampled_from(list(TERMS))))


def memories() -> st.SearchStrategy[Deed]:
    return st.builds(Remember, st.sampled_from("ab"), st.text(max_size=5))


def anything(world: World, model: Model) -> st.SearchStrategy[Deed]:
    """Return any deed that is possible where the model stands."""
    possible = [admissions(world, model), forms(world, model), memories(), wishes(model)]
    if model.jobs:
        possible += [admissions_again(world, model), moves(world, model), answers(model), showings(model)]
    if any(job.state is State.QUEUED for job in model.jobs.values()):
        possible.append(claims(world, model))
    if world.former:
        possible.append(late_moves(world))
    return st.one_of(possible)


def jobs(model: Model) -> st.SearchStrategy[Job]:
    return st.sampled_from(list(model.jobs.values()))


@st.composite
def _slots(draw: st.DrawFn, model: Model) -> Slots:
    """Return how many places there are: just as many as are taken, or some more of each kind."""
    count = model.counts()
    anywhere, submitting = draw(st.sampled_from([(1, 1), (1, 0), (0, 1), (0, 0), (5, 5)]))
    taken = count[State.SUBMITTING]
    return Slots(count[State.RUNNING] + taken + anywhere, taken + submitting)


def _fresh(world: World, interaction_id: InteractionId) -> Job:
    job_id = JobId(f"job-{next(world.numbers):06}")
    return replace(a_job(accepted_at=world.moment()), id=job_id, interaction_id=interaction_id)


def _descent(parent: Job) -> Descent:
    return Descent(parent.id, How.AGAIN, parent.channel_id, parent.result_id or MessageId(1))
