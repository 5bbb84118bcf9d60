"""Where a job's messages go: its channel, its owner's direct messages, its interaction's token."""

from typing import Final

import discord
from discord.ext import commands

from bot.chat import calls
from bot.core.errors import LostError, PassingError, Problem
from bot.core.ids import JobId
from bot.core.job import Job
from bot.core.ports import Clock

# What Discord takes from everybody, in bytes (PLATFORM.md, section 4).
DEFAULT_UPLOAD_LIMIT: Final = 10 * 2**20

# Seconds: so long after a start, servers may still be on their way; and so long until the next look.
_ARRIVING: Final = 60.0
_LOOK_AGAIN: Final = 1.0


class Places:
    """Finds the ways to a job's member. Asks Discord for a direct channel only."""

    def __init__(
        self, bot: commands.AutoShardedBot, clock: Clock, *, upload_limit: int = DEFAULT_UPLOAD_LIMIT
    ) -> None:
        """`upload_limit`: the bytes that a file may have where nothing better is known."""
        self._bot = bot
        self._clock = clock
        self._upload_limit = upload_limit
        self._began = clock.monotonic()
        self._dead_tokens = set[JobId]()

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

        Raises PassingError where the server is not known yet, shortly after a start.
        """
        if self._is_arriving(job):
            raise PassingError(Problem.CHAT_UNREACHABLE, _LOOK_AGAIN)
        return self._known_room(job)

    def card_room(self, job: Job) -> int:
        """Return the bytes that the card takes now: by the token, the member's own limit holds."""
        return self._known_room(job) if self.webhook(job) is None else job.upload_limit

    def _known_room(self, job: Job) -> int:
        guild = self._guild(job)
        return guild.filesize_limit if guild is not None else self._upload_limit

    def _is_arriving(self, job: Job) -> bool:
        """Tell whether the job's server may be about to arrive; until then the library has its id at most."""
        if job.guild_id is None or self._bot.is_ready():
            return False
        guild = self._guild(job)
        is_new = self._clock.monotonic() - self._began < _ARRIVING
        return is_new and (guild is None or guild.unavailable)

    def _guild(self, job: Job) -> discord.Guild | None:
        return self._bot.get_guild(job.guild_id) if job.guild_id is not None else None
