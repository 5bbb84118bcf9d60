"""Makes a result ready for its channel: joined with its parent's, then small enough. The card tells how far.

Works on files only; what comes of it is posted by `bot.flow.delivery`.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.errors import LostError, PassingError, Problem, TooLargeError, ZoetropeError
from bot.core.job import Job
from bot.core.media import Media, MediaFile, Progress
from bot.core.models import Kind
from bot.core.ports import Clock, Courier, Store
from bot.flow.lenders import Lenders

log = logging.getLogger(__name__)

# For so long after the end of its own work, a job waits for the clip that it is to follow.
JOIN_WITHIN: Final = timedelta(minutes=10)
# Seconds until the card first tells a share, and between two; what is done sooner needs no telling.
_FIRST_TELL: Final = 2.0
_TELL: Final = 5.0


@dataclass(frozen=True, slots=True)
class Outfit:
    """The files to post; `apart` where they should have been joined and could not be."""

    files: tuple[MediaFile, ...]
    apart: bool = False

    @property
    def largest(self) -> int:
        """Bytes."""
        return max(file.size for file in self.files)


class Tailor:
    """Joins and fits."""

    def __init__(self, *, media: Media, courier: Courier, store: Store, clock: Clock) -> None:
        self._media = media
        self._courier = courier
        self._clock = clock
        self._lenders = Lenders(store, courier)

    @asynccontextmanager
    async def joined(self, job: Job, files: Sequence[MediaFile]) -> AsyncGenerator[Outfit]:
        """Yield the result as one clip with its parent's, or apart where that one is gone."""
        if not job.is_joined:
            yield Outfit(tuple(files))
            return
        async with AsyncExitStack() as stack:
            clip = await self._clip(job, files, stack)
            yield Outfit(tuple(files), apart=True) if clip is None else Outfit((clip,))

    async def _clip(self, job: Job, files: Sequence[MediaFile], stack: AsyncExitStack) -> MediaFile | None:
        try:
            addresses = await self._lenders.parents_clip(job)
            # Fetching what was there before may take as long as the joining.
            async with self._telling(job) as progress:
                earlier = await stack.enter_async_context(self._media.earlier([addresses], Kind.VIDEO))
                return await stack.enter_async_context(self._media.joined([*earlier, *files], progress))
        except LostError as error:
            log.warning("job %s: not joined: %s", job.id, error, extra={"action": "join", "job": job.id})
        except PassingError:
            # What is new was paid for, and does not wait for ever for what is old.
            if self._clock.now() - (job.finished_at or job.accepted_at) < JOIN_WITHIN:
                raise
        except Exception:
            # Nor does it wait for somebody to mend a mistake of ours.
            log.exception("job %s: not joined", job.id, extra={"action": "join", "job": job.id})
        return None

    @asynccontextmanager
    async def fitted(self, job: Job, outfit: Outfit, room: int) -> AsyncGenerator[Outfit]:
        """Yield versions of at most `room` bytes each; raises TooLargeError where that cannot be."""
        async with AsyncExitStack() as stack:
            async with self._telling(job) as progress:
                fitting = self._media.fitted(outfit.files, room, progress)
                files = await self._entered(job, fitting, stack)
            yield Outfit(files, outfit.apart)

    async def _entered(
        self,
        job: Job,
        fitting: AbstractAsyncContextManager[tuple[MediaFile, ...]],
        stack: AsyncExitStack,
    ) -> tuple[MediaFile, ...]:
        try:
            return await stack.enter_async_context(fitting)
        except ZoetropeError:
            raise
        except Exception as error:
            # A mistake of ours is no reason to keep what was paid for: a link is still a way.
            log.exception("job %s: not fitted", job.id, extra={"action": "fit", "job": job.id})
            raise TooLargeError(Problem.UNDELIVERABLE) from error

    @asynccontextmanager
    async def _telling(self, job: Job) -> AsyncGenerator[Progress]:
        """Keep the card up to date with the share that the work reports."""
        shares = [0.0]
        telling = asyncio.create_task(self._tell(job, shares))
        try:
            yield shares.append
        finally:
            telling.cancel()
            await asyncio.wait([telling])

    async def _tell(self, job: Job, shares: list[float]) -> None:
        await self._clock.sleep(_FIRST_TELL)
        while True:
            del shares[:-1]
            # A share that is not shown is no loss: the next one is.
            with suppress(PassingError, LostError):
                await self._courier.show(job, shares[0])
            await self._clock.sleep(_TELL)
