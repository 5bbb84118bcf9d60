"""Several calls of a store at once, some of them broken off, and a look at what came of them."""

import asyncio
from collections.abc import Sequence

from bot.core.ports import Store
from tests.store.deeds import Admit, Answer, Deed, KeepDraft
from tests.store.homes import Home
from tests.store.model import Model
from tests.store.orders import Sight, Told

LATEST = 10


async def done_at_once(store: Store, deeds: Sequence[Deed], leave: Sequence[int | None]) -> Sequence[Told]:
    """Do all at once. Those who leave do so after so many turns of the loop, if they are not answered yet."""
    tasks = [asyncio.create_task(deed.done_to(store)) for deed in deeds]
    for turn in range(LATEST):
        for task, turns in zip(tasks, leave, strict=True):
            if turns == turn:
                task.cancel()
        await asyncio.sleep(0)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    return [_told(deed, answer) for deed, answer in zip(deeds, answers, strict=True)]


def _told(deed: Deed, answer: Answer | BaseException) -> Told:
    if isinstance(answer, asyncio.CancelledError):
        return Told(deed, has_left=True)
    if isinstance(answer, BaseException):
        raise answer
    return Told(deed, answer)


async def look(store: Store, home: Home, model: Model, deeds: Sequence[Deed]) -> Sight:
    """Return everything that is there, of all that the model knows or the deeds have brought."""
    names = {*model.jobs, *(deed.job.id for deed in deeds if isinstance(deed, Admit))}
    forms = {*model.drafts, *(deed.draft.id for deed in deeds if isinstance(deed, KeepDraft))}
    jobs = await asyncio.gather(*(store.get(name) for name in names))
    drafts = await asyncio.gather(*(store.draft(form) for form in forms))
    facts = {key: await store.recall(key) for key in "ab"}
    return Sight(
        {job.id: job for job in jobs if job is not None},
        home.entries(),
        {draft.id: draft for draft in drafts if draft is not None},
        {key: value for key, value in facts.items() if value is not None},
    )
