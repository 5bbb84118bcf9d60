"""Where a job's messages go: its channel, its owner's direct messages, its interaction's token."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import discord
from discord.ext import commands

from bot.chat import calls
from bot.core.errors import LostError, PassingError, Problem
from bot.core.ids import JobId
from bot.core.job import Job
from bot.core.ports import Clock

log = logging.getLogger(__name__)

# What Discord takes from everybody, in bytes (PLATFORM.md, section 4).
DEFAULT_UPLOAD_LIMIT: Final = 10 * 2**20

# Seconds: so long after a start, servers may still be on their way; and so long until the next look.
_ARRIVING: Final = 60.0
_LOOK_AGAIN: Final = 1.0
# Seconds after which a server that is not in our own shards is asked for anew, and how many are kept in mind.
_KNOWN_FOR: Final = 3600.0
_KNOWN: Final = 10_000


class Places:
    """Finds the ways to a job's member. Asks Discord for a direct channel only."""

    def __init__(
        self,
        bot: commands.AutoShardedBot,
        clock: Clock,
        *,
        upload_limit: int = DEFAULT_UPLOAD_LIMIT,
        serves: Callable[[int], bool] = lambda _: True,
    ) -> None:
        """`upload_limit`: the bytes that a file may have where nothing better is known.

        `serves`: whether a server's shard is this process's; others are asked for.
        """
        self._bot = bot
        self._clock = clock
        self._upload_limit = upload_limit
        self._serves = serves
        self._began = clock.monotonic()
        self._dead_tokens = set[JobId]()
        self._rooms: dict[int, tuple[int, float]] = {}
        """What servers of other processes take, and when that was heard."""
        self._asking: dict[int, asyncio.Task[None]] = {}

    @property
    def own_id(self) -> int | None:
        """The bot's user id, once it has logged in."""
        return self._bot.user.id if self._bot.user else None

    def channel(self, job: Job) -> discord.PartialMessageable:
        """Return the channel where the job was asked for."""
        return self._bot.get_partial_messageable(job.channel_id, guild_id=job.guild_id)

    async def direct(self, job: Job) -> discord.DMChannel | None:
        """Return the owner's direct messages, None where they are closed or the job is from there."""
        if job.guild_id is None:
            return None
        try:
            return await calls.repeat(lambda: self._bot.create_dm(discord.Object(job.owner_id)))
        except LostError:
            return None

    def webhook(self, job: Job) -> discord.Webhook | None:
        """Return the way by the interaction's token, None when that is dead or may be by now."""
        token, application = job.token, self._bot.application_id
        if token is None or application is None:
            return None
        if not token.is_alive(self._clock.now()):
            self._dead_tokens.discard(job.id)
            return None
        if job.id in self._dead_tokens:
            return None
        webhook = discord.Webhook.partial(application, token.secret, client=self._bot)
        # A partial webhook takes itself for an incoming one, which may not speak privately.
        webhook.type = discord.WebhookType.application
        return webhook

    def bury_token(self, job: Job) -> None:
        """Make no further call with a token that Discord has refused before its time."""
        self._dead_tokens.add(job.id)

    def room(self, job: Job) -> int:
        """Return the bytes that the channel takes from the bot: by the server's boosts, not by Nitro.

        Raises PassingError where the server is not known yet: shortly after a start, and where its shard is
        another process's, so that it is asked for.
        """
        if self._is_elsewhere(job):
            return self._asked_room(job)
        if self._is_arriving(job):
            raise PassingError(Problem.CHAT_UNREACHABLE, _LOOK_AGAIN)
        return self._known_room(job)

    def card_room(self, job: Job) -> int:
        """Return the bytes that the card takes now: by the token, the member's own limit holds."""
        return self._known_room(job) if self.webhook(job) is None else job.upload_limit

    def _known_room(self, job: Job) -> int:
        guild = self._guild(job)
        if guild is None and job.guild_id in self._rooms:
            return self._rooms[job.guild_id][0]
        return guild.filesize_limit if guild is not None else self._upload_limit

    def _is_elsewhere(self, job: Job) -> bool:
        """Tell whether no shard of this process can have the job's server."""
        return job.guild_id is not None and not self._serves(job.guild_id)

    def _asked_room(self, job: Job) -> int:
        """Return what the server takes; PassingError while it is being asked for."""
        assert job.guild_id is not None
        room, heard_at = self._rooms.get(job.guild_id, (None, 0.0))
        if room is not None and self._clock.monotonic() - heard_at < _KNOWN_FOR:
            return room
        if job.guild_id not in self._asking:
            asking = asyncio.create_task(self._ask(job.guild_id))
            self._asking[job.guild_id] = asking
        raise PassingError(Problem.CHAT_UNREACHABLE, _LOOK_AGAIN)

    async def _ask(self, guild_id: int) -> None:
        """Ask for the server's boosts; where nothing is to be had, what everybody may send is sent."""
        room = self._upload_limit
        try:
            guild = await calls.repeat(lambda: self._bot.fetch_guild(guild_id, with_counts=False))
            room = guild.filesize_limit
        except (LostError, PassingError) as error:
            log.info("server %d does not tell its limit: %s", guild_id, error, extra={"action": "room"})
        finally:
            del self._asking[guild_id]
        while len(self._rooms) >= _KNOWN:
            del self._rooms[next(iter(self._rooms))]
        self._rooms[guild_id] = room, self._clock.monotonic()

    def _is_arriving(self, job: Job) -> bool:
        """Tell whether the job's server may be about to arrive; until then the library has its id at most."""
        if job.guild_id is None or self._bot.is_ready():
            return False
        guild = self._guild(job)
        is_new = self._clock.monotonic() - self._began < _ARRIVING
        return is_new and (guild is None or guild.unavailable)

    def _guild(self, job: Job) -> discord.Guild | None:
        return self._bot.get_guild(job.guild_id) if job.guild_id is not None else None
