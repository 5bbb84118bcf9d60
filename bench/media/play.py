"""The whole bot and one heavy result, played: the film, the order, the post, and commands all the while.

The bot is a process of its own between the stand-ins. RunComfy is held, and only the heavy job is let go on:
the others wait there, or in the bot's line, meanwhile and afterwards alike.
"""

import asyncio
import gc
import random
import tempfile
import time
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from bench import processes
from bench.acknowledge import QUOTAS
from bench.load import PROMPT, WINDOW
from bench.programs import STARTS_WITHIN
from bot.chat.texts import text
from bot.sandbox.discord import Attachment, Interaction, Member, Message, Upload
from bot.sandbox.pictures import POND
from bot.sandbox.runcomfy import Fate, RunComfy, Studio
from bot.sandbox.stage import Stage, stage

T = TypeVar("T")

BRINGS_WITHIN: Final = 240.0  # seconds
# After a post a bot still edits its card and clears up.
SETTLES: Final = 1.0
CROWD: Final = 20
# Seconds; a look goes through all processes of the machine, and an encoder's memory is steady.
LOOK_EVERY: Final = 0.25
# What a card says while its result is made smaller, and once there is a share to tell.
FITTING: Final = text("card.fitting").rstrip("…")
TOLD: Final = "% done"


@dataclass(frozen=True, slots=True)
class Plan:
    """How heavy, and how many commands; the defaults are those of the promise."""

    seconds: int = 60
    width: int = 1920
    height: int = 1080
    bitrate: int = 13_500_000
    per_second: float = 4
    idle: float = 25
    """Seconds for which commands are typed while nothing else goes on."""


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB: the bot when idle, its peak meanwhile, and the peak of all of its children together."""

    idle: float
    peak: float
    children: float


@dataclass(frozen=True, slots=True)
class Brought:
    """One heavy result, as it went."""

    posted: Path
    room: int
    told: int
    """How often the card told a share."""
    fitting: float
    whole: float
    """Seconds until the post: from the card's word that it is made to fit, and from the end at RunComfy."""
    memory: Memory
    busy: tuple[float, ...]
    quiet: tuple[float, ...]
    """Seconds until commands were answered, while the result was made to fit and when all was quiet."""


async def make_film(plan: Plan, path: Path) -> Path:
    """Make the result, none of it padding."""
    studio = Studio()
    return await studio.make_heavy(
        path, seconds=plan.seconds, width=plan.width, height=plan.height, bitrate=plan.bitrate
    )


@asynccontextmanager
async def play(film: Path, plan: Plan) -> AsyncGenerator[Brought]:
    """Have the bot bring the film; what was posted lies on the disk as long as the context lasts."""
    runcomfy = RunComfy(studio=Studio(quick=True))
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), runcomfy=runcomfy, settings=QUOTAS) as on:
            runcomfy.hold()
            await on.bot.start()
            await on.discord.ready(STARTS_WITHIN)
            members = [on.discord.add_member(f"member-{number}", on.guild) for number in range(CROWD)]
            yield await _bring(Scene(on, members), film, plan)


async def _bring(scene: "Scene", film: Path, plan: Plan) -> Brought:
    await scene.post_of(await scene.order(Fate()))
    await scene.warm_up()
    pid = scene.on.bot.pid
    idle = processes.resident(pid)
    processes.forget_peak(pid)
    start = time.perf_counter()
    card = await scene.order(Fate(film=film))
    await card.wait_for(lambda message: FITTING in message.text, BRINGS_WITHIN)
    fits = time.perf_counter()
    async with processes.children(pid, LOOK_EVERY) as children:
        posted, busy = await scene.typing_during(scene.post_of(card), plan.per_second)
        end = time.perf_counter()
        memory = Memory(idle, processes.peak(pid), max(children))
        await asyncio.sleep(SETTLES)
        # The looks at the children go on: what they cost the measuring process, both sides pay.
        _, quiet = await scene.typing_during(asyncio.sleep(plan.idle), plan.per_second)
    told = sum(TOLD in revision.text for revision in card.revisions)
    room = scene.on.channel.upload_limit
    return Brought(posted.path, room, told, end - fits, end - start, memory, busy, quiet)


@dataclass(slots=True)
class Scene:
    """The stage, and the members on it."""

    on: Stage
    members: list[Member]

    async def order(self, fate: Fate) -> Message:
        """Have a video ordered that RunComfy finishes as the fate says; return its card."""
        runcomfy, known = self.on.runcomfy, len(self.on.runcomfy.jobs)
        runcomfy.next(fate)
        picture = Upload(POND, POND.name, "image/jpeg")
        typed = await self.members[0].command(self.on.channel, "seedance-pro", prompt=PROMPT, image=picture)
        await runcomfy.wait_for(lambda: len(runcomfy.jobs) > known, BRINGS_WITHIN)
        runcomfy.finish(list(runcomfy.jobs)[-1])
        assert typed.message is not None
        return typed.message

    async def post_of(self, card: Message) -> Attachment:
        """Return the file that is posted under a card."""
        post = await self.on.channel.wait_for(
            lambda message: message.reference == card.id and bool(message.attachments), BRINGS_WITHIN
        )
        return post.attachments[0]

    async def warm_up(self) -> None:
        """Have every command typed once, and let all come to rest."""
        runcomfy, known = self.on.runcomfy, len(self.on.runcomfy.jobs)
        for number in range(2):
            await (await self._type(number)).answered()
        await runcomfy.wait_for(lambda: len(runcomfy.jobs) > known, BRINGS_WITHIN)
        await asyncio.sleep(SETTLES)

    async def typing_during(
        self, work: Coroutine[None, None, T], per_second: float
    ) -> tuple[T, tuple[float, ...]]:
        """Type commands at random moments until the work is done; return how long their answers took."""
        chance, typed = random.Random(1), list[Interaction]()
        task = asyncio.create_task(work)
        with _without_collector():
            while not task.done():
                typed.append(await self._type(len(typed)))
                await asyncio.wait([task], timeout=chance.expovariate(per_second))
        await asyncio.sleep(WINDOW if any(each.answered_at is None for each in typed) else 0)
        return task.result(), tuple(_delay(each) for each in typed)

    async def _type(self, number: int) -> Interaction:
        """Ask for what is left of the quota, and for a video, in turn."""
        member = self.members[number % len(self.members)]
        if number % 2:
            return await member.command(self.on.channel, "quota", checked=False)
        return await member.command(self.on.channel, "seedance-fast", checked=False, prompt=PROMPT)


def _delay(typed: Interaction) -> float:
    """Return the seconds until the answer; no answer counts as the whole window."""
    return WINDOW if typed.answered_at is None else typed.answered_at - typed.sent_at


@contextmanager
def _without_collector() -> Generator[None]:
    """Keep the garbage collector of this process out of the bot's figures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
