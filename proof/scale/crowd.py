"""Several processes of the bot between the same stand-ins, on one PostgreSQL that is started for them."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.sandbox.discord import Discord, Interaction, Member
from bot.sandbox.discord.channel import Channel
from bot.sandbox.postgres import Server, server
from bot.sandbox.runcomfy import Pace, RunComfy, Studio
from bot.sandbox.stage import PROGRAM, BotProcess, Stage, environment
from proof.judging.evidence import Caps, Evidence, Finding
from proof.judging.judge import judge
from proof.scale.copied import Copy, counted, unended, watch
from proof.scale.proxy import Proxy, proxy

DATABASE: Final = "zoetrope"
CAPS: Final = Caps(daily=1_000_000, monthly=1_000_000, active=1000)
_ROOMY: Final = {
    "QUOTA__DAILY_CREDITS": str(CAPS.daily),
    "QUOTA__MONTHLY_CREDITS": str(CAPS.monthly),
    "QUOTA__MAX_ACTIVE_JOBS": str(CAPS.active),
    "RUNCOMFY__MAX_IN_FLIGHT": "1000",
    "RUNCOMFY__CALLS_PER_SECOND": "500",
    "HTTP__LISTEN": "127.0.0.1:0",
}
_READY_WITHIN: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Part:
    """What one process of the crowd does."""

    role: str
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    program: Sequence[str] = PROGRAM


def gateways(count: int) -> list[Part]:
    """Return so many that hear members, each with a shard of its own."""
    shards = [
        {"DISCORD__SHARD_COUNT": str(count), "DISCORD__SHARD_IDS": f"[{number}]"} for number in range(count)
    ]
    return [Part("gateway", settings) for settings in shards]


def workers(count: int) -> list[Part]:
    """Return so many that only work on jobs."""
    return [Part("worker")] * count


class Crowd:
    """The processes, the stand-ins and the database; keeps alive what it has started."""

    def __init__(
        self,
        stage: Stage,
        database: Server,
        processes: Sequence[BotProcess],
        channels: Sequence[Channel],
        ways: Sequence[Proxy],
    ) -> None:
        self.stage = stage
        self.database = database
        self.processes = processes
        self.channels = channels
        """One in each shard."""
        self.ways = ways
        """To the database, one of each process where they have such."""
        self.members: list[Member] = [
            stage.discord.add_member(f"member {number}", channel.guild)
            for channel in channels
            for number in range(4)
        ]
        self.kills = 0

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database.url(DATABASE)

    async def start(self, processes: Sequence[BotProcess] | None = None) -> None:
        """Start them, or all, and wait until they run; the first of all before the others."""
        started = self.processes if processes is None else processes
        before = self._running()
        for number, process in enumerate(started, 1):
            await process.start()
            if before == 0 and number == 1:
                await self._until_running(1)
                watch(self.url)
        await self._until_running(before + len(started))
        await self.stage.discord.ready(_READY_WITHIN)

    def _running(self) -> int:
        return self.stage.bot.log.count("running on postgresql")

    async def _until_running(self, lives: int) -> None:
        async with asyncio.timeout(_READY_WITHIN):
            while self._running() < lives:  # noqa: ASYNC110 (a file rings no bell)
                await asyncio.sleep(0.05)

    async def kill(self, process: BotProcess) -> None:
        """Kill one and start it again, as its supervisor would."""
        self.kills += 1
        await process.kill()
        await process.start()

    async def ask_all(self, jobs: int, at_once: int = 8) -> None:
        """Have so many things asked for, few at a time, each until it is answered."""
        room = asyncio.Semaphore(at_once)

        async def one(number: int) -> None:
            async with room:
                await (await self.ask(number)).answered(_READY_WITHIN)

        async with asyncio.TaskGroup() as asking:
            for number in range(jobs):
                asking.create_task(one(number))

    async def ask(self, number: int) -> Interaction:
        """Have a member ask for something; who goes unheard, as their gateway is down, does without."""
        member = self.members[number % len(self.members)]
        channel = self.channels[number % len(self.members) // 4]
        return await member.command(channel, "seedance-fast", checked=False, prompt=f"number {number}")

    async def rest(self, within: float, jobs: int = 0) -> list[Finding]:
        """Wait until there are so many jobs at least and every one is over; say which are not."""
        try:
            async with asyncio.timeout(within):
                while unended(self.url) or counted(self.url) < jobs:  # noqa: ASYNC110 (the database rings no bell)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return [Finding("I4", f"job {line}") for line in unended(self.url)]
        return []

    def judged(self) -> list[Finding]:
        """Judge the ledgers as they are now."""
        history = self.stage.bot.folder / "history.jsonl"
        copy = Copy(self.url, self.stage.bot.database, history)
        copy.renew()
        copy.close()
        return judge(Evidence(stage=self.stage, kills=self.kills, history=history, caps=CAPS))


@asynccontextmanager
async def crowd(
    folder: Path,
    parts: Sequence[Part],
    *,
    pace: Pace | None = None,
    settings: Mapping[str, str] | None = None,
    apart: bool = False,
) -> AsyncGenerator[Crowd]:
    """Open everything; nothing is started yet but the database. Apart: each by a way that can be cut."""
    async with AsyncExitStack() as stack:
        database = stack.enter_context(server(durable=True))
        database.run(f"CREATE DATABASE {DATABASE}")
        discord = await stack.enter_async_context(Discord())
        comfy = RunComfy(studio=Studio(quick=True), pace=pace or Pace(queue=0.3, work=0.6))
        runcomfy = await stack.enter_async_context(comfy)
        shards = max(1, sum(part.role == "gateway" for part in parts))
        channels = [_guild_in(discord, number, shards) for number in range(shards)]
        chosen = {
            **environment(folder, discord, runcomfy),
            **_ROOMY,
            "STORAGE__URL": database.url(DATABASE),
            "STORAGE__MEDIA_FOLDER": str(folder / "media"),
            **(settings or {}),
        }
        processes: list[BotProcess] = []
        ways: list[Proxy] = []
        for part in parts:
            own = {**chosen, **part.settings}
            if apart:
                ways.append(await stack.enter_async_context(proxy(database.url(DATABASE))))
                own["STORAGE__URL"] = ways[-1].url
            spelt = {f"ZOETROPE_{name}": value for name, value in own.items()}
            process = BotProcess(folder, spelt, part.program, role=part.role)
            stack.push_async_callback(process.close)
            processes.append(process)
        guild = channels[0].guild
        assert guild is not None
        opened = Stage(discord, runcomfy, processes[0], guild, channels[0])
        yield Crowd(opened, database, processes, channels, ways)


def _guild_in(discord: Discord, shard: int, shards: int) -> Channel:
    """Add servers until one is in the shard."""
    while True:
        guild = discord.add_guild(f"The Magic Lantern {shard}")
        if (guild.id >> 22) % shards == shard:
            return guild.add_channel("animations")
