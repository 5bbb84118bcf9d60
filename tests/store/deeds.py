"""What a caller can ask of a store: each deed can be done to a store and told to the model."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from bot.core.draft import Draft
from bot.core.errors import MemberError, Problem
from bot.core.ids import JobId, UserId
from bot.core.job import Job
from bot.core.mending import Framing
from bot.core.ports import Slots, Store, Transaction
from bot.core.quota import Terms
from tests.builders import PLENTY, terms
from tests.store.model import Model

Answer = Job | Problem | bool | str | None

ANN, BEN, CID = UserId(1), UserId(2), UserId(3)
TERMS: Final[dict[UserId, Terms]] = {
    ANN: terms(daily=12, monthly=20, active=3),
    BEN: terms(daily=25, monthly=25, active=100),
    CID: PLENTY,
}
BROKEN: Final = "the engine failed"


class Deed(Protocol):
    """One call. Its answer is whatever the caller is told, a refusal included."""

    def done_to(self, store: Store) -> Coroutine[Any, Any, Answer]:
        """Make the call."""
        ...

    def told_to(self, model: Model) -> Answer:
        """Return what the call does, by the model."""
        ...


@dataclass(frozen=True)
class Admit:
    job: Job
    heard: list[JobId] = field(repr=False)
    engine_fails: bool = False

    async def done_to(self, store: Store) -> Answer:
        try:
            return await store.admit(self.job, TERMS[self.job.owner_id], self._enqueue)
        except MemberError as error:
            return error.reason.problem
        except _EngineError:
            return BROKEN

    def told_to(self, model: Model) -> Answer:
        after = model.copy() if self.engine_fails else model
        answer = after.admit(self.job, TERMS[self.job.owner_id].rates.member)
        return BROKEN if self.engine_fails and answer is self.job else answer

    def _enqueue(self, transaction: Transaction) -> None:
        transaction.after_commit(lambda: self.heard.append(self.job.id))
        if self.engine_fails:
            raise _EngineError


class _EngineError(Exception):
    """What a broken engine raises, which is none of the store's business."""


@dataclass(frozen=True)
class Record:
    before: Job
    after: Job

    async def done_to(self, store: Store) -> Answer:
        return await store.record(self.before, self.after)

    def told_to(self, model: Model) -> Answer:
        return model.record(self.before, self.after)


@dataclass(frozen=True)
class Claim:
    before: Job
    after: Job
    slots: Slots
    passed_over: frozenset[JobId]

    async def done_to(self, store: Store) -> Answer:
        return await store.claim(self.before, self.after, self.slots, self.passed_over)

    def told_to(self, model: Model) -> Answer:
        return model.claim(self.before, self.after, self.slots, self.passed_over)


@dataclass(frozen=True)
class WishCancel:
    job_id: JobId

    async def done_to(self, store: Store) -> Answer:
        return await store.wish_cancel(self.job_id)

    def told_to(self, model: Model) -> Answer:
        return model.wish_cancel(self.job_id)


@dataclass(frozen=True)
class ChooseFraming:
    job_id: JobId
    framing: Framing

    async def done_to(self, store: Store) -> Answer:
        return await store.choose_framing(self.job_id, self.framing)

    def told_to(self, model: Model) -> Answer:
        return model.choose_framing(self.job_id, self.framing)


@dataclass(frozen=True)
class NoteShown:
    job_id: JobId
    version: int

    async def done_to(self, store: Store) -> Answer:
        await store.note_shown(self.job_id, self.version)
        return None

    def told_to(self, model: Model) -> Answer:
        model.note_shown(self.job_id, self.version)
        return None


@dataclass(frozen=True)
class KeepDraft:
    draft: Draft

    async def done_to(self, store: Store) -> Answer:
        await store.keep_draft(self.draft)
        return None

    def told_to(self, model: Model) -> Answer:
        model.keep_draft(self.draft)
        return None


@dataclass(frozen=True)
class Remember:
    key: str
    value: str

    async def done_to(self, store: Store) -> Answer:
        await store.remember(self.key, self.value)
        return None

    def told_to(self, model: Model) -> Answer:
        model.facts[self.key] = self.value
        return None
