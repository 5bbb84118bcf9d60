"""RunComfy, Discord and the media desk as scripts that keep a ledger.

A scripted port implements its Protocol in full; what a call is answered with stands in a script, and what
was asked stands in the ledger.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Generic, TypeVar

from bot.core import events as ev
from bot.core.ids import ChannelId, GuildId, JobId, MessageId, RequestId
from bot.core.job import Job
from bot.core.media import MediaFile, Progress
from bot.core.mending import Framing
from bot.core.models import Kind, PictureRule, Request
from bot.core.source import PictureSource, Place
from tests.builders import a_number

T = TypeVar("T")

FILE = MediaFile(Path("film.mp4"), Kind.VIDEO, ".mp4", 1000, 1280, 720, 5.0)

Submitted = ev.Accepted | ev.Refused | ev.NotSent | ev.Interrupted
Looked = ev.Progressed | ev.Finished | ev.Failed | ev.Cancelled
CalledOff = ev.Cancelled | ev.CancelRefused | ev.Progressed


class Script(Generic[T]):
    """What the calls are answered with, in their order; the last answer holds for all that follow."""

    def __init__(self, *answers: T | Exception) -> None:
        self._answers = deque(answers)

    def say(self, *answers: T | Exception) -> None:
        """Forget what was to come, and answer with these."""
        self._answers = deque(answers)

    def next(self, default: T | None = None) -> T:
        if not self._answers:
            assert default is not None
            return default
        answer = self._answers.popleft() if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Ledger:
    """Who asked for what, in order."""

    def __init__(self) -> None:
        self.lines: list[tuple[object, ...]] = []

    def note(self, *line: object) -> None:
        """Note a call by its name, and with what it was made."""
        self.lines.append(line)

    def count(self, call: str) -> int:
        return self.calls.count(call)

    @property
    def calls(self) -> list[object]:
        return [line[0] for line in self.lines]


class ScriptedGenerator:
    """RunComfy, as a script; by default it accepts everything and is for ever working on it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.submits = Script[Submitted]()
        self.looks = Script[Looked](ev.Progressed(ev.Phase.IN_PROGRESS))
        self.cancels = Script[CalledOff](ev.Cancelled())
        self.door = asyncio.Event()
        """While it is not set, a paid call is under way."""
        self.door.set()

    async def submit(self, request: Request, pictures: Sequence[str]) -> Submitted:
        self._ledger.note("submit", request.prompt, *pictures)
        answer = self.submits.next(ev.Accepted(RequestId(f"request-{a_number()}")))
        await self.door.wait()
        return answer

    async def look(self, request_id: RequestId, kind: Kind) -> Looked:
        self._ledger.note("look", request_id, kind)
        return self.looks.next()

    async def cancel(self, request_id: RequestId) -> CalledOff:
        self._ledger.note("cancel", request_id)
        return self.cancels.next()


class ScriptedMedia:
    """Pictures and results, which are always one sound file unless the script says otherwise."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.fetched = Script[tuple[MediaFile, ...]]((FILE,))
        self.pictured = Script[tuple[MediaFile, ...]]((FILE,))
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        """What happens while pictures are being fetched."""
        self.previewed = Script[Mapping[Framing, MediaFile]](dict.fromkeys(Framing, FILE))
        self.remembered = Script[tuple[MediaFile, ...]]((FILE,))
        self.tailored = Script[tuple[MediaFile, ...]]((FILE,))
        self.clips = Script[MediaFile](FILE)
        self.framings: list[Framing | None] = []
        self.rooms: list[int] = []
        """What the pictures had to become."""
        self.door = asyncio.Event()
        """While it is not set, results are being fetched."""
        self.door.set()
        self.bench = asyncio.Event()
        """While it is not set, results are being made smaller."""
        self.bench.set()

    @asynccontextmanager
    async def pictures(
        self, sources: Sequence[PictureSource], rule: PictureRule, *, framing: Framing | None, room: int
    ) -> AsyncGenerator[tuple[MediaFile, ...]]:
        self._ledger.note("pictures", rule, *sources)
        self.framings.append(framing)
        self.rooms.append(room)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        yield self.pictured.next()

    @asynccontextmanager
    async def previews(
        self, sources: Sequence[PictureSource], rule: PictureRule
    ) -> AsyncGenerator[Mapping[Framing, MediaFile]]:
        self._ledger.note("previews", rule, *sources)
        yield self.previewed.next()

    @asynccontextmanager
    async def earlier(
        self, addresses: Sequence[Sequence[str]], kind: Kind
    ) -> AsyncGenerator[tuple[MediaFile, ...]]:
        self._ledger.note("earlier", kind, *addresses)
        yield self.remembered.next()

    @asynccontextmanager
    async def fitted(
        self, files: Sequence[MediaFile], room: int, progress: Progress
    ) -> AsyncGenerator[tuple[MediaFile, ...]]:
        self._ledger.note("fitted", room, *files)
        progress(0.4)
        await self.bench.wait()
        yield self.tailored.next()

    @asynccontextmanager
    async def joined(self, parts: Sequence[MediaFile], progress: Progress) -> AsyncGenerator[MediaFile]:
        self._ledger.note("joined", *parts)
        progress(0.5)
        yield self.clips.next()

    @asynccontextmanager
    async def results(self, outputs: Sequence[ev.Output]) -> AsyncGenerator[tuple[MediaFile, ...]]:
        self._ledger.note("results", *outputs)
        await self.door.wait()
        yield self.fetched.next()


class ScriptedCourier:
    """Discord, which takes everything unless the script says otherwise."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.cards = Script[MessageId | None](None)
        self.hosted = Script[tuple[str, ...]](("https://cdn.discordapp.com/hosted.png",))
        self.renewed = Script[tuple[str, ...]](("https://cdn.discordapp.com/renewed.png",))
        self.shows = Script[None](None)
        self.retracts = Script[None](None)
        self.posts = Script[MessageId](MessageId(500))
        self.endings = Script[MessageId](MessageId(600))
        self.found = Script[MessageId | None](None)
        self.questions = Script[None](None)
        self.loans = Script[tuple[str, ...]](("https://cdn.discordapp.com/attachments/1/2/lent.png",))
        self.links = Script[MessageId](MessageId(700))
        self.withdrawals = Script[None](None)
        self.level = 10 * 2**20
        """Bytes that a file in the channel may have."""
        self.levels: dict[JobId, int] = {}
        self.shares: list[float] = []
        self.shown: list[Job] = []

    async def find_card(self, job: Job) -> MessageId | None:
        return self._asked("find_card", job, self.cards)

    async def host(self, job: Job, files: Sequence[MediaFile]) -> tuple[str, ...]:
        return self._asked("host", job, self.hosted, *files)

    async def renew(self, job: Job) -> tuple[str, ...]:
        return self._asked("renew", job, self.renewed)

    def card_room(self, job: Job) -> int:
        return job.upload_limit

    def room(self, job: Job) -> int:
        return self.levels.get(job.id, self.level)

    async def ask(self, job: Job, previews: Mapping[Framing, MediaFile]) -> None:
        self._asked("ask", job, self.questions, *previews.values())

    async def lent(self, lender: Job, place: Place) -> tuple[str, ...]:
        self._ledger.note("lent", lender.id, place)
        return self.loans.next()

    async def show(self, job: Job, done: float | None = None) -> None:
        self._asked("show", job, self.shows)
        self.shown.append(job)
        if done is not None:
            self.shares.append(done)

    async def retract(self, job: Job) -> None:
        self._asked("retract", job, self.retracts)

    async def post(self, job: Job, files: Sequence[MediaFile], *, apart: bool = False) -> MessageId:
        return self._asked("post apart" if apart else "post", job, self.posts, *files)

    async def post_links(self, job: Job) -> MessageId:
        return self._asked("post_links", job, self.links)

    async def withdraw(self, job: Job) -> None:
        self._asked("withdraw", job, self.withdrawals)

    async def post_ending(self, job: Job) -> MessageId:
        return self._asked("post_ending", job, self.endings)

    async def find_post(self, job: Job) -> MessageId | None:
        return self._asked("find_post", job, self.found)

    def _asked(self, call: str, job: Job, script: Script[T], *files: MediaFile) -> T:
        self._ledger.note(call, job.id, *files)
        return script.next()


class ScriptedChronicler:
    """The log channels, which take everything unless the script says otherwise."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.openings = Script[None](None)
        self.entries = Script[None](None)

    async def open_log(self, channel_id: ChannelId, guild_id: GuildId) -> None:
        self._ledger.note("open_log", channel_id, guild_id)
        self.openings.next()

    async def log_ending(self, channel_id: ChannelId, job: Job, *, is_flagged: bool) -> None:
        self._ledger.note("log_ending", channel_id, job.id, is_flagged)
        self.entries.next()
