"""The life of the jobs at the service: queue, work, end.

Decides nothing about the wire: `answers.py` says how a state reads. A job moves by the timeline or by hand,
and never moves backwards.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.sandbox.runcomfy.book import Book
from bot.sandbox.runcomfy.catalogue import Model
from bot.sandbox.runcomfy.fates import Ending, Fate, Pace
from bot.sandbox.runcomfy.inputs import Picture, PictureError, check_picture, picture_urls
from bot.sandbox.runcomfy.order import Order, order_for
from bot.sandbox.runcomfy.pictures import fetch
from bot.sandbox.runcomfy.records import JsonObject, RemoteJob, Status
from bot.sandbox.runcomfy.studio import Studio, StudioError
from bot.sandbox.runcomfy.timeline import Timeline

_NOT_RENDERED = (Ending.FAILED, Ending.FAILED_IN_RESULT, Ending.CANCELLED)


class Works:
    """Takes jobs in, lets them wait, works on them, ends them."""

    def __init__(
        self,
        *,
        book: Book,
        pace: Pace,
        studio: Studio,
        folder: Path,
        models: dict[str, Model],
        new_id: Callable[[], str],
    ) -> None:
        self.pace = pace
        self.timeline = Timeline()
        self._book, self._studio, self._folder, self._models = book, studio, folder, models
        self._new_id = new_id
        self._labours: dict[str, asyncio.Task[None]] = {}
        self._line: dict[str, RemoteJob] = {}
        self._ripe: set[str] = set()

    def accept(self, model_id: str, body: JsonObject, fate: Fate) -> RemoteJob:
        """Queue a job."""
        job = RemoteJob(self._new_id(), model_id, body, fate, self._book.now())
        self._book.jobs[job.request_id] = self._line[job.request_id] = job
        queue = self.pace.queue if fate.queue is None else fate.queue
        self.timeline.after(job.request_id, queue, lambda: self.start(job))
        self._changed()
        return job

    def start(self, job: RemoteJob) -> None:
        """Take a job out of the queue and begin to work on it; one that has left the queue stays as it is."""
        if job.status is not Status.IN_QUEUE:
            return
        if job.fate.ends is Ending.CANCELLED:
            self._end(job, Status.CANCELLED)
            return
        self._leave_line(job)
        job.status, job.started_at = Status.IN_PROGRESS, self._book.now()
        self._labours[job.request_id] = labour = asyncio.create_task(self._labour(job))
        labour.add_done_callback(lambda _: self._end_if_done(job))
        self.timeline.drop(job.request_id)
        if job.fate.ends is not Ending.NEVER:
            work = self.pace.work if job.fate.work is None else job.fate.work
            self.timeline.after(job.request_id, work, lambda: self._ripen(job))
        self._changed()

    def finish(self, job: RemoteJob) -> None:
        """Let a job end as its fate says, or well if it had no end, as soon as its file is made."""
        self.start(job)
        if job.status is Status.IN_PROGRESS:
            self._ripen(job)

    def cancel(self, job: RemoteJob) -> bool:
        """Cancel a job that is still queued; tell whether that worked."""
        if job.status is not Status.IN_QUEUE:
            return False
        self._end(job, Status.CANCELLED)
        return True

    def forget(self, job: RemoteJob) -> None:
        """Drop a job's record, as the service does with old ones."""
        self._stop(job)
        del self._book.jobs[job.request_id]
        self._changed()

    def clear(self, name: str) -> None:
        """Delete the pictures fetched under a name."""
        for path in self._folder.glob(f"{name}-*.picture"):
            path.unlink()

    async def close(self) -> None:
        """Stop all work."""
        self.timeline.close()
        labours = list(self._labours.values())
        for labour in labours:
            labour.cancel()
        await asyncio.gather(*labours, return_exceptions=True)

    async def examine(self, model: Model, body: JsonObject, name: str) -> list[tuple[str, Picture]]:
        """Fetch and check all pictures of a body, as (field, picture). Raises PictureError."""
        pictures: list[tuple[str, Picture]] = []
        for at, (field, url) in enumerate(picture_urls(model, body)):
            picture = await fetch(url, self._folder / f"{name}-{at}.picture")
            pictures.append((field, picture))
            check_picture(model, field, picture)
        return pictures

    async def _labour(self, job: RemoteJob) -> None:
        """Check the pictures and make the file, or note why that cannot be; the end is not decided here."""
        model = self._models[job.model_id]
        try:
            pictures = await self.examine(model, job.body, job.request_id)
            if job.fate.ends not in _NOT_RENDERED:
                order = order_for(model, job.body, pictures)
                job.files = await self._made(job, order)
                job.cost = round((model.price or 0) * max(1, order.seconds) * len(job.files), 4)
        except PictureError as error:
            job.error = str(error)
        except (StudioError, OSError, ValueError) as error:
            job.error = "internal error"
            self._book.problem(f"the studio failed: {error}")
        finally:
            self.clear(job.request_id)

    async def _made(self, job: RemoteJob, order: Order) -> tuple[Path, ...]:
        """Make as many results as the fate says, each a little different; a film it names is only served."""
        fate = job.fate
        made = [fate.film] if fate.film is not None else list[Path]()
        for at in range(len(made), fate.outputs):
            name = f"{job.request_id}-{at}" if at else job.request_id
            varied = replace(order, variant=at)
            made.append(await self._studio.make(varied, self._folder, name, size=fate.size))
        return tuple(made)

    def _ripen(self, job: RemoteJob) -> None:
        self.timeline.drop(job.request_id)
        self._ripe.add(job.request_id)
        self._end_if_done(job)

    def _end_if_done(self, job: RemoteJob) -> None:
        labour = self._labours[job.request_id]
        if job.request_id not in self._ripe or not labour.done() or labour.cancelled():
            return
        if job.error is None and job.fate.ends in (Ending.FAILED, Ending.FAILED_IN_RESULT):
            job.error = job.fate.error if isinstance(job.fate.error, str) else dict(job.fate.error)
        self._end(job, Status.COMPLETED if job.error is None else Status.FAILED)

    def _end(self, job: RemoteJob, status: Status) -> None:
        self._stop(job)
        if job.fate.cost is not None and status is not Status.CANCELLED:
            job.cost = job.fate.cost
        job.status, job.finished_at = status, self._book.now()
        self._changed()

    def _stop(self, job: RemoteJob) -> None:
        self.timeline.drop(job.request_id)
        self._ripe.discard(job.request_id)
        self._leave_line(job)

    def _leave_line(self, job: RemoteJob) -> None:
        self._line.pop(job.request_id, None)
        job.queue_position = None

    def _changed(self) -> None:
        for position, job in enumerate(self._line.values()):
            job.queue_position = position
        self._book.ring()
