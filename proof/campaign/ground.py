"""What a script is played on: the stage, the members, and all that can go wrong, put in its place."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.sandbox.discord import Discord, Member
from bot.sandbox.runcomfy import Pace, RunComfy
from bot.sandbox.stage import BotProcess, Stage, environment
from proof.campaign.acting import Company
from proof.campaign.acts import Part, Redeliver
from proof.campaign.counted import CountsRunComfy, OfDiscord, OfRunComfy, Turns
from proof.campaign.forked import ForkedBot, Nursery, victim
from proof.campaign.lives import HISTORY, Lives
from proof.campaign.script import DiscordFault, Event, RunComfyFault, Script
from proof.campaign.shelf import Shelf
from proof.campaign.truth import SPEED, Truth
from proof.campaign.turning import World
from proof.campaign.turning_server import ServerTurns
from proof.inside.orders import NAME, Orders
from proof.judging.evidence import Caps, Evidence
from proof.scale.watched import WatchedBot

if TYPE_CHECKING:
    # Which loads the queue, and whatever is loaded here is loaded in every life.
    from proof.scale.databases import Databases

_PACE: Final = Pace(queue=0.3, work=0.6)
_LOOKS: Final = {"RUNCOMFY__LOOK_MIN": "0.5", "RUNCOMFY__LOOK_MAX": "3"}
_SHARED: Final = {"ENGINE__TAKEOVER_AFTER": "6"}
"""Two real seconds, in which a dead life's jobs are with the next one."""
_SECOND: Final = "second.json"
_NAMES: Final = ("ana", "bo", "cleo")
_PLACES: Final = ("animations", "gallery")
_TOO_LATE: Final = r"/callback: 404 10062"
"""An answer that was held up, or to an event that was sent again much later; what follows of it is judged."""

_NEVER_PROMISED: Final = r"messages/@original: 404 10015"
"""An answer for which the promise was lost on the way; nobody can know that but by trying."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A stage and what is on it."""

    script: Script
    stage: Stage
    lives: Lives
    world: World
    company: Company
    parts: list[tuple[Member, Part]]
    at_discord: OfDiscord
    at_runcomfy: tuple[OfRunComfy, ...]

    def scripted(self) -> Counter[str]:
        """Add up what was to happen."""
        return Counter(misfortune.kind for misfortune in self.script.misfortunes) + Counter(
            kind for life in self.script.lives for kind in life.kinds()
        )

    def fired(self) -> Counter[str]:
        """Add up what has happened of it."""
        struck = Counter[str]()
        for number, fault in enumerate(_at_discord(self.script)):
            struck[fault.kind] += self.at_discord.fired_by[number] > 0
        for fault in self.at_runcomfy:
            struck[fault.scripted.kind] += fault.fired > 0
        return struck + self.world.fired + self.lives.fired

    @property
    def _is_disturbed(self) -> bool:
        acts = (act for part in self.script.parts for act in part.acts)
        return bool(self.script.misfortunes or self.script.lives) or any(
            isinstance(act, Redeliver) for act in acts
        )

    def evidence(self) -> Evidence:
        """Return what the judge has to know."""
        settings = self.script.settings
        return Evidence(
            stage=self.stage,
            kills=self.lives.deaths,
            lost_answers=sum(fault.fired for fault in self.at_runcomfy if fault.loses_the_answer),
            history=self.stage.bot.folder / HISTORY,
            caps=Caps(
                daily=int(settings["QUOTA__DAILY_CREDITS"]), active=int(settings["QUOTA__MAX_ACTIVE_JOBS"])
            ),
            outages=tuple(self.lives.outages),
            closed=frozenset(self.world.closed),
            unpingable=frozenset(self.world.unpingable),
            forgiven=(_TOO_LATE, _NEVER_PROMISED) if self._is_disturbed else (),
        )


@asynccontextmanager
async def open_ground(
    script: Script, folder: Path, nursery: Nursery, shelf: Shelf, databases: "Databases | None" = None
) -> AsyncGenerator[Ground]:
    """Open the stand-ins and put everything in its place; the bot is not started yet.

    `databases`: where there are any, its own is one of them.
    """
    truth = Truth(script.began)
    async with AsyncExitStack() as stack:
        nursery.attach()
        stack.callback(nursery.detach)
        discord = await stack.enter_async_context(_discord(script, truth))
        runcomfy = await stack.enter_async_context(_runcomfy(script, truth, shelf))
        runcomfy.speed = SPEED
        settings = {**environment(folder, discord, runcomfy), **_LOOKS, **script.settings}
        if databases is not None:
            settings |= _SHARED
        spelt = {f"ZOETROPE_{name}": value for name, value in settings.items()}

        def second() -> BotProcess:
            ahead = {"clock_speed": SPEED, "clock_ahead": truth.ahead, "history": folder / HISTORY}
            Orders().model_copy(update=ahead).give(folder / _SECOND)
            other = ForkedBot(folder, spelt, nursery, _SECOND)
            stack.push_async_callback(other.close)
            return other

        bot: BotProcess
        if databases is None:
            bot, url = ForkedBot(folder, spelt, nursery), None
        else:
            url = stack.enter_context(databases.one())
            bot = WatchedBot(folder, spelt, victim(folder / NAME), nursery.begin, url=url)
        stack.push_async_callback(bot.close)
        guild = discord.add_guild("The Magic Lantern")
        channels = [guild.add_channel(name) for name in _PLACES]
        members = [discord.add_member(name, guild) for name in _NAMES]
        stage = Stage(discord, runcomfy, bot, guild, channels[0])
        orders = Orders(is_shared=True, haste=SPEED) if url else Orders(history=folder / HISTORY)
        lives = Lives(stage, script.lives, truth, script.seed, orders)
        # A bot that cannot log in leaves, as it is told to.
        lives.may_leave = any(fault.moment.call == "start" for fault in _at_discord(script))
        server = ServerTurns(databases.server, url, lives) if databases and url else None
        world = World(stage, lives, channels, members, second, server=server)
        at_discord, at_runcomfy = _install(script, stage, world)
        yield Ground(
            script=script,
            stage=stage,
            lives=lives,
            world=world,
            company=Company(discord, channels),
            parts=list(zip(members, script.parts, strict=False)),
            at_discord=at_discord,
            at_runcomfy=at_runcomfy,
        )


def _install(script: Script, stage: Stage, world: World) -> tuple[OfDiscord, tuple[OfRunComfy, ...]]:
    turns = Turns()
    for event in script.misfortunes:
        if isinstance(event, Event):
            turns.at(event.moment, lambda event=event: world.turn(event))
    at_discord = OfDiscord(turns, _at_discord(script))
    stage.discord.faults.add(at_discord)
    stage.runcomfy.fault(CountsRunComfy(turns))
    scripted = [one for one in script.misfortunes if isinstance(one, RunComfyFault)]
    at_runcomfy = tuple(OfRunComfy(turns, one) for one in scripted)
    for fault in at_runcomfy:
        stage.runcomfy.fault(fault)
    return at_discord, at_runcomfy


def _at_discord(script: Script) -> list[DiscordFault]:
    return [one for one in script.misfortunes if isinstance(one, DiscordFault)]


def _discord(script: Script, truth: Truth) -> Discord:
    discord = Discord(wall=truth.wall)
    discord.answer_window /= SPEED
    discord.token_life /= SPEED
    discord.nonce_life /= SPEED
    discord.deliver_twice = script.deliver_twice
    return discord


def _runcomfy(script: Script, truth: Truth, shelf: Shelf) -> RunComfy:
    return RunComfy(
        fates=script.fates,
        pace=_PACE,
        wire=script.wire,
        studio=shelf,
        now=lambda: datetime.fromtimestamp(truth.wall(), UTC),
    )
