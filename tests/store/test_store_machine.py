"""A store under any sequence of calls, many at once, broken off and interrupted, beside a model of it.

After each step every row is read and every question asked. Each database of tests/store/homes.py is tried;
tests/depth.py says how to draw more stories.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.core import events as ev
from bot.core.errors import Problem, Reason
from bot.core.ids import UserId
from bot.core.job import State, apply
from tests.builders import events_to
from tests.core.law import breaches
from tests.depth import tell
from tests.store import choices
from tests.store.at_once import done_at_once, look
from tests.store.deeds import TERMS, Admit, Answer, Deed, Record
from tests.store.homes import HOMES, Home, Memory
from tests.store.model import Model
from tests.store.orders import Told, difference, explained
from tests.store.questions import ask_everything

STATES = st.sampled_from([*State, State.QUEUED, State.QUEUED, State.SUBMITTING])
OWNERS = st.sampled_from(list(TERMS))
CROWD = st.lists(st.tuples(OWNERS, STATES), min_size=4, max_size=9)
QUESTION = ev.Asked(Reason(Problem.PICTURE_ASPECT))
BREAKS_OFF = st.integers(0, 8)
"""How often the loop turns before a caller leaves; after some three the transaction is under way."""


class Callers(RuleBasedStateMachine):
    """A store with its callers. They share an event loop, as the parts of the bot do."""

    kind: ClassVar[str]
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.world = choices.World()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.home: Home = HOMES[self.kind](Path(self.folder.name))
        self.life = AsyncExitStack()
        self.news = 0
        """Deeds since it was opened."""

    @initialize(crowd=CROWD)
    def begins(self, crowd: Sequence[tuple[UserId, State]]) -> None:
        self._open()
        for owner_id, state in crowd:
            self._lead(choices.a_first(self.world, owner_id), events_to(state) or [QUESTION])

    def teardown(self) -> None:
        self.loop.run(self.life.aclose())
        self.loop.close()
        self.home.judge()
        self.folder.cleanup()

    @rule(data=st.data())
    def hears_one(self, data: st.DataObject) -> None:
        self._together([data.draw(choices.anything(self.world, self.model))], [None])

    @rule(data=st.data(), number=st.integers(2, 4))
    def hears_many_at_once(self, data: st.DataObject, number: int) -> None:
        deeds = [data.draw(choices.anything(self.world, self.model)) for _ in range(number)]
        self._together(deeds, [None] * number)

    @rule(data=st.data(), leave=st.lists(BREAKS_OFF | BREAKS_OFF | st.none(), min_size=1, max_size=4))
    def hears_some_who_break_off(self, data: st.DataObject, leave: Sequence[int | None]) -> None:
        deeds = [data.draw(choices.anything(self.world, self.model)) for _ in leave]
        self._together(deeds, leave)

    @precondition(lambda self: self.model.counts()[State.QUEUED])
    @rule(data=st.data(), number=st.integers(1, 3))
    def hears_workers(self, data: st.DataObject, number: int) -> None:
        deeds = [data.draw(choices.claims(self.world, self.model)) for _ in range(number)]
        self._together(deeds, [None] * number)

    @precondition(lambda self: self.model.jobs)
    @rule(data=st.data(), number=st.integers(1, 5))
    def leads_jobs_on(self, data: st.DataObject, number: int) -> None:
        for _ in range(number):
            self._quickly(data.draw(choices.moves(self.world, self.model)))

    @precondition(lambda self: self.model.jobs)
    @rule(data=st.data(), number=st.integers(1, 4))
    def hears_owners(self, data: st.DataObject, number: int) -> None:
        strategy = choices.wishes(self.model) | choices.answers(self.model)
        self._together([data.draw(strategy) for _ in range(number)], [None] * number)

    @rule(owner_id=OWNERS, number=st.integers(7, 12))
    def keeps_many_forms(self, owner_id: UserId, number: int) -> None:
        for _ in range(number):
            self._quickly(choices.a_form(self.world, owner_id))

    @rule(data=st.data())
    def sets_the_clock(self, data: st.DataObject) -> None:
        self.world.now = data.draw(choices.clock_steps(self.world.now))

    @precondition(lambda self: self.news > 5)
    @rule(is_killed=st.booleans())
    def begins_again(self, is_killed: bool) -> None:
        if is_killed:
            self.home.lose_the_process()
        self.loop.run(self.life.aclose())
        self.home.judge()
        self._open()
        self.news = 0
        self.seen["killed" if is_killed else "opened again"] += 1

    # --- what must be true -------------------------------------------------------------------------------

    @invariant()
    def answers_every_question_as_the_model_does(self) -> None:
        self.loop.run(ask_everything(self.store, self.model, self.world.now))

    @invariant()
    def knows_no_unlawful_job(self) -> None:
        assert [sentence for job in self.model.jobs.values() for sentence in breaches(job)] == []

    @invariant()
    def lets_nobody_spend_too_much(self) -> None:
        for owner_id, terms in TERMS.items():
            allowance = terms.rates.member
            mine = [job for job in self.model.jobs.values() if job.owner_id == owner_id]
            late = [job for job in mine if job.id in self.model.reopened]
            excess = sum(job.cost for job in late)
            for time in {job.accepted_at for job in mine}:
                usage = self.model.usage(owner_id, time)
                assert usage.daily <= allowance.daily + excess
                assert usage.monthly <= allowance.monthly + excess
                assert usage.active <= allowance.active + len(late)

    @invariant()
    def lets_a_newcomer_go_before_anybodys_second(self) -> None:
        line = [self.model.jobs[job_id] for job_id in self.model.line()]
        for place, job in enumerate(line):
            ahead = Counter(
                other.owner_id for other in line[:place] if other.id not in self.model.out_of_line
            )
            del ahead[job.owner_id]
            if job.id in self.model.newcomers and ahead:
                self.seen["a newcomer behind others"] += 1
                assert max(ahead.values()) == 1

    @invariant()
    def tells_the_engine_of_every_new_job_once(self) -> None:
        assert sorted(self.world.heard) == sorted(self.model.jobs)

    # --- inside ------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self.life = AsyncExitStack()
        self.store: Memory = self.loop.run(self.life.enter_async_context(self.home.open(self.world.now)))

    def _lead(self, first: Admit, events: Sequence[ev.Event]) -> None:
        self._quickly(first)
        for event in events:
            if job := self.model.jobs.get(first.job.id):
                self._quickly(Record(job, apply(job, event, self.world.moment())))

    def _quickly(self, deed: Deed) -> None:
        """Do it alone; what is there afterwards is looked at with the next deed."""
        answer = self.loop.run(deed.done_to(self.store))
        before = self.model.copy()
        assert answer == deed.told_to(self.model)
        self._count(before, [Told(deed, answer)], [Told(deed, answer)])

    def _together(self, deeds: Sequence[Deed], leave: Sequence[int | None]) -> None:
        told = self.loop.run(done_at_once(self.store, deeds, leave))
        found = self.loop.run(look(self.store, self.home, self.model, deeds))
        explanation = explained(self.model, told, found)
        if explanation is None:
            raise AssertionError(difference(self.model, told, found))
        before, (self.model, order) = self.model, explanation
        self._count(before, told, order)

    def _count(self, before: Model, told: Sequence[Told], order: Sequence[Told]) -> None:
        for job in before.jobs.values():
            assert self.model.jobs[job.id].version >= job.version
            if self.model.jobs[job.id] != job:
                self.world.former.append(job)
        for job in self.model.jobs.values():
            if job.id not in before.jobs:
                self.world.begun[job.id] = next(
                    one.deed.job for one in told if isinstance(one.deed, Admit) and one.deed.job.id == job.id
                )
        self.news += len(told)
        for one in told:
            how = "leaves" if one.has_left else _word(one.answer)
            self.seen[f"{type(one.deed).__name__} {how}"] += 1
        if any(one.has_left for one in order):
            self.seen["done for somebody who had left"] += 1
        if len(order) < len(told):
            self.seen["not done for somebody who had left"] += 1
        if len(told) > 1:
            self.seen["many at once"] += 1


def _word(answer: Answer) -> str:
    return str(answer) if isinstance(answer, bool | str) or answer is None else type(answer).__name__


FIRED = {
    "Admit Job",
    "Record True",
    "Record False",
    "Claim True",
    "Claim False",
    "WishCancel Job",
    "ChooseFraming Job",
    "many at once",
    "done for somebody who had left",
    "not done for somebody who had left",
    "opened again",
    "killed",
    "a newcomer behind others",
}


FIRED_AT_LEAST = {"Admit Job", "Record True", "many at once"}


@pytest.mark.parametrize("kind", HOMES)
def test_a_store_does_what_its_model_does_whoever_calls_and_whatever_happens(kind: str) -> None:
    Callers.kind = kind
    Callers.seen.clear()

    # Across a socket every question takes ten times as long: fewer by default, see tests/depth.py.
    rounds, expected = (3, FIRED) if kind == "sqlite" else (1, FIRED_AT_LEAST)
    tell(Callers, rounds=rounds, steps=14, shrunk=False)

    assert set(Callers.seen) >= expected
    assert kind != "sqlite" or any(word.startswith("Admit quota") for word in Callers.seen)
