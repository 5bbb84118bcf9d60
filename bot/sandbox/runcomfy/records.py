"""What the stand-in remembers for the one who questions it: jobs, submits and calls.

The records are alive: a field that is still unknown is None and is filled in when it is known.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from bot.sandbox.runcomfy.fates import Fate

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, Json]


class Status(StrEnum):
    """The true state of a job, whatever word the wire uses for it."""

    IN_QUEUE = "in_queue"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing can happen to the job any more."""
        return self not in (Status.IN_QUEUE, Status.IN_PROGRESS)


@dataclass(slots=True, eq=False)
class RemoteJob:
    """One job as the service has it."""

    request_id: str
    model_id: str
    body: JsonObject
    fate: Fate
    submitted_at: datetime
    status: Status = Status.IN_QUEUE
    queue_position: int | None = None
    """0 for the next in line; None once the job has left the queue."""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: JsonObject | str | None = None
    files: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()
    """The addresses told in the result."""
    expired: bool = False
    """Whether the addresses lead nowhere any more."""
    cost: float | None = None
    """USD."""
    times_status_read: int = 0
    times_in_progress_read: int = 0
    """Status reads while the job was truly in progress."""
    times_result_read: int = 0
    times_end_read: int = 0
    """Result reads after the job had truly ended."""
    times_cancel_asked: int = 0
    times_downloaded: int = 0

    @property
    def file(self) -> Path | None:
        """The first result, once it is made."""
        return self.files[0] if self.files else None

    @property
    def cancelled(self) -> bool:
        """Whether the job ended by being cancelled."""
        return self.status is Status.CANCELLED


@dataclass(slots=True, eq=False)
class Submit:
    """A submit whose body was read to its end, whatever came of it."""

    model_id: str
    body: JsonObject
    at: datetime
    request_id: str | None = None
    """The job it bought, if it did."""
    status: int | None = None
    """The HTTP status that was sent."""
    answered: bool = False
    """Whether an answer was written to its end."""


@dataclass(slots=True, eq=False)
class Call:
    """A request whose head was read, on either port."""

    method: str
    path: str
    name: str
    """submit, status, result, cancel, models, model, categories, balance, media, elsewhere or unknown."""
    at: datetime
    status: int | None = None
    """The HTTP status that was sent; None: none was."""
