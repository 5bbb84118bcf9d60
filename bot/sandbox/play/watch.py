"""One job as it is seen from outside: by its member in Discord, in RunComfy's books, and in the bot's log.

Reads only; it acts on nothing and decides nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.sandbox.discord import Interaction, Member, Message
from bot.sandbox.play import reading
from bot.sandbox.runcomfy import RemoteJob, Submit
from bot.sandbox.stage import Stage

# The card's small print names the job, and the bot logs each transition by that name.
_JOB: Final = re.compile(r"^-# job (\w+)$", re.MULTILINE)
_MOVED: Final = re.compile(r"job (\w+): \w+, now (\w+)")
PATH: Final = ("preparing", "queued", "submitting", "running", "ready", "delivered")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was seen, `at` seconds after the member sent the command."""

    at: float
    where: str
    what: str


@dataclass
class Watch:
    """Follows the job of one command; `began` is when the command was sent."""

    stage: Stage
    order: Interaction
    prompt: str
    began: datetime
    notes: list[Event] = field(default_factory=list[Event])

    @property
    def elapsed(self) -> float:
        """Seconds since the command was sent."""
        return self.stage.discord.now() - self.order.sent_at

    @property
    def member(self) -> Member:
        """Whose job it is."""
        return self.order.member

    @property
    def card(self) -> Message | None:
        """The public answer to the command."""
        return self.order.message

    @property
    def job_id(self) -> str | None:
        """The job's name, as the card tells it."""
        found = _JOB.search(self.card.text) if self.card else None
        return found[1] if found else None

    @property
    def states(self) -> list[str]:
        """The states that the bot has logged, without repetition, the first included."""
        seen = ["preparing"]
        for job_id, state in _MOVED.findall(self.stage.bot.log):
            if job_id == self.job_id and state != seen[-1]:
                seen.append(state)
        return seen

    @property
    def submits(self) -> list[Submit]:
        """Every submit of this job that RunComfy has read."""
        return [one for one in self.stage.runcomfy.submits if one.body.get("prompt") == self.prompt]

    @property
    def remote(self) -> RemoteJob | None:
        """The job in RunComfy's books."""
        bought = [one.request_id for one in self.submits if one.request_id]
        return self.stage.runcomfy.jobs.get(bought[0]) if bought else None

    @property
    def results(self) -> list[Message]:
        """Every reply to the card that brings a file."""
        if self.card is None:
            return []
        replies = (one for one in self.stage.channel.messages if one.reference == self.card.id)
        return [one for one in replies if one.attachments]

    @property
    def names(self) -> dict[int, str]:
        """How members are called, by id."""
        return {self.member.id: self.member.name}

    def note(self, where: str, what: str) -> None:
        """Add something that was done on the stage, now."""
        self.notes.append(Event(self.elapsed, where, what))

    def events(self) -> list[Event]:
        """Return all that has been seen so far, in order."""
        seen = [*self.notes, *self._on_the_card(), *self._at_runcomfy(), *self._in_the_channel()]
        return sorted(seen, key=lambda event: event.at)

    def when(self, at: float) -> datetime:
        """Return the time of day of a moment on the stand-in's monotonic clock."""
        return self.began + timedelta(seconds=at - self.order.sent_at)

    def _on_the_card(self) -> Iterator[Event]:
        if self.card is None:
            return
        shown, files = "", 0
        for revision in (*self.card.revisions, self.card.now):
            at = revision.at - self.order.sent_at
            says = reading.status(revision, self.names, self.when(revision.at))
            if says != shown:
                yield Event(at, "card", says)
            elif len(revision.attachments) > files:
                yield Event(at, "card", f"{Path(revision.attachments[-1].filename).name} is on the card now.")
            shown, files = says, len(revision.attachments)

    def _at_runcomfy(self) -> Iterator[Event]:
        job = self.remote
        if job is None:
            return
        yield Event(self._after(job.submitted_at), "runcomfy", "in_queue")
        if job.started_at:
            yield Event(self._after(job.started_at), "runcomfy", "in_progress")
        if job.finished_at:
            yield Event(self._after(job.finished_at), "runcomfy", job.status)

    def _in_the_channel(self) -> Iterator[Event]:
        for message in self.results:
            first = (*message.revisions, message.now)[0]
            files = ", ".join(f"{one.filename} ({one.size / 1000:.0f} kB)" for one in first.attachments)
            says = reading.headline(first, self.names, self.when(first.at))
            yield Event(first.at - self.order.sent_at, "channel", f"{says} {files}")

    def _after(self, moment: datetime) -> float:
        return (moment - self.began).total_seconds()
