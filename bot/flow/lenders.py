"""Where the pictures are that a job borrows from earlier ones: asked for when they are needed, never kept.

Discord signs an address for a day, and RunComfy keeps a file for as long as it likes; between them, one
usually has it.
"""

from bot.core.errors import LostError, MemberError, Problem
from bot.core.events import Way
from bot.core.ids import JobId
from bot.core.job import Job
from bot.core.models import Kind
from bot.core.ports import Courier, Store
from bot.core.source import Borrowed, PictureSource, Place


class Lenders:
    """Finds borrowed pictures. Raises MemberError where one is gone, PassingError where Discord is away."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    async def sources(self, job: Job) -> tuple[PictureSource, ...]:
        """Return the job's sources with an address each; every message is read once."""
        hosted: dict[tuple[JobId, Place], tuple[str, ...]] = {}
        found: list[PictureSource] = []
        for source in job.sources:
            if isinstance(source, PictureSource):
                found.append(source)
                continue
            lender = await self._lender(source)
            key = source.job_id, source.place
            if key not in hosted:
                hosted[key] = await self.hosted(lender, source.place)
            found.append(_found(source, lender, hosted[key]))
        return tuple(found)

    async def parents_clip(self, job: Job) -> tuple[str, ...]:
        """Return the addresses of the clip that the job's own is to follow; none where it is gone."""
        assert job.descent is not None
        parent = await self._store.get(job.descent.parent_id)
        if parent is None or parent.deleted_at is not None:
            return ()
        hosted = await self.hosted(parent, Place.RESULT)
        # Of a clip that was joined here, RunComfy has the last part only, which must not pass for the whole.
        at_runcomfy = [] if parent.is_one_clip else [output.url for output in parent.outputs[:1]]
        return _in_order(parent, hosted[:1], at_runcomfy)

    async def hosted(self, lender: Job, place: Place) -> tuple[str, ...]:
        """Return what Discord still has of it, freshly signed."""
        try:
            return await self._courier.lent(lender, place)
        except LostError:
            return ()

    async def _lender(self, source: Borrowed) -> Job:
        lender = await self._store.get(source.job_id)
        if lender is None or (source.place is Place.RESULT and lender.deleted_at is not None):
            raise _gone(source)
        return lender


def _found(source: Borrowed, lender: Job, hosted: tuple[str, ...]) -> PictureSource:
    only = slice(source.number, source.number + 1)
    made = lender.outputs[only] if source.place is Place.RESULT else ()
    addresses = _in_order(lender, hosted[only], [output.url for output in made])
    if not addresses:
        raise _gone(source)
    of_video = any(output.kind is Kind.VIDEO for output in made)
    return PictureSource(addresses[0], source.filename, 0, others=addresses[1:], of_video=of_video)


def _in_order(lender: Job, at_discord: tuple[str, ...], at_runcomfy: list[str]) -> tuple[str, ...]:
    """Put the better copy first; a clip that was joined is whole at Discord only."""
    if lender.way is Way.WHOLE or lender.is_joined:
        return (*at_discord, *at_runcomfy)
    return (*at_runcomfy, *at_discord)


def _gone(source: Borrowed) -> MemberError:
    return MemberError(Problem.LOAN_GONE, filename=source.filename)
