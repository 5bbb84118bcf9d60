"""The table of moves under any sequence of events: what a job can become, and what it never does.

Stories of legal and illegal events, drawn by chance; tests/depth.py says how to draw more.
"""

import dataclasses
from collections import Counter
from datetime import timedelta
from typing import ClassVar, Final

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
from bot.core.job import ENDED, FINAL, TRANSITIONS, IllegalMove, Job, State, Wish, apply
from bot.core.mending import Framing
from bot.core.quota import Hold
from tests.builders import NOON, a_job
from tests.chance import KINDS, an_event, answered, legal_event, legal_kinds
from tests.core.law import TAKES_UP, breaches
from tests.depth import tell

LATER: Final = st.integers(-(10**9), 10**12)
"""Microseconds; a clock may also be set back."""


class Story(RuleBasedStateMachine):
    """One job, and whatever may happen to it."""

    seen: ClassVar[Counter[str]] = Counter()

    @initialize(state=st.sampled_from(State))
    def begins(self, state: State) -> None:
        self.job = a_job(state)
        self.now = NOON

    @precondition(lambda self: self.job.state not in FINAL)
    @rule(data=st.data(), later=LATER)
    def goes_on(self, data: st.DataObject, later: int) -> None:
        ending = {
            kind for (state, kind), target in TRANSITIONS.items() if state not in FINAL and target in FINAL
        }
        self._happens(data.draw(legal_event(self.job, *ending)), later)

    @rule(data=st.data(), later=LATER)
    def goes_on_or_ends(self, data: st.DataObject, later: int) -> None:
        self._happens(data.draw(legal_event(self.job)), later)

    @rule(data=st.data())
    def hears_what_does_not_concern_it(self, data: st.DataObject) -> None:
        illegal = [kind for kind in KINDS if kind not in legal_kinds(self.job.state)]
        event = data.draw(st.sampled_from(illegal).flatmap(lambda kind: an_event(kind, self.job)))
        copy = dataclasses.replace(self.job)

        with pytest.raises(IllegalMove):
            apply(self.job, event, self.now)

        assert self.job == copy
        self.seen["an illegal event"] += 1

    @precondition(lambda self: self.job.wish is Wish.NONE and self.job.state not in ENDED)
    @rule()
    def is_wished_away(self) -> None:
        self.job = dataclasses.replace(self.job, wish=Wish.WISHED)

    @precondition(lambda self: self.job.asked_at and self.job.state is State.PREPARING)
    @rule(framing=st.sampled_from(Framing))
    def is_answered(self, framing: Framing) -> None:
        self.job = answered(self.job, framing)

    @invariant()
    def is_lawful(self) -> None:
        assert breaches(self.job) == []

    def _happens(self, event: ev.Event, later: int) -> None:
        self.now += timedelta(microseconds=later)
        before, copy = self.job, dataclasses.replace(self.job)

        self.job = apply(before, event, self.now)

        assert before == copy
        assert self.job.version == before.version + 1
        assert self.job.state is TRANSITIONS[before.state, type(event)]
        self.seen[f"from {before.state}"] += 1
        self._judge_credits(before, event)
        self._judge_end(before, event)

    def _judge_credits(self, before: Job, event: ev.Event) -> None:
        if before.hold is not Hold.RESERVED and self.job.hold is not before.hold:
            assert (before.hold, self.job.hold) == (Hold.RETURNED, Hold.RESERVED)
            assert (before.state, type(event)) == (State.UNKNOWN, ev.Accepted)
            self.seen["credits held again"] += 1

    def _judge_end(self, before: Job, event: ev.Event) -> None:
        if before.is_over and not self.job.is_over:
            assert (before.state, type(event)) in TAKES_UP
            self.seen["taken up again"] += 1


def test_whatever_happens_to_a_job_it_stays_within_the_law() -> None:
    Story.seen.clear()

    tell(Story, rounds=12, steps=14)

    assert {"an illegal event", "credits held again", "taken up again"} <= set(Story.seen)
    assert {f"from {state}" for state in State} <= set(Story.seen)
