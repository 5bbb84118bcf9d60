"""Posts into the log channels of servers. Implements `core.ports.Chronicler`.

Each message carries a nonce of its own, so one that is repeated within minutes is there once.
"""

from collections.abc import Callable
from typing import Final

import discord
from discord.ext import commands

from bot.chat import calls
from bot.chat.administration import log_entry
from bot.chat.cards import Layout
from bot.core.errors import LostError, MemberError, Problem
from bot.core.ids import ChannelId, GuildId
from bot.core.job import Job, State

# Seconds that one try may take: a courtesy does not keep a job from its end for long.
_WITHIN: Final = 10.0


class LogChannels:
    """Where those who run a server read who generated what."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        self._bot = bot

    async def open_log(self, channel_id: ChannelId, guild_id: GuildId) -> None:
        """Say in a channel what it receives from now on; MemberError where it belongs to another server."""
        # Discord is asked: what came with the command only says where that was typed.
        if await self._guild_of(channel_id) != guild_id:
            raise MemberError(Problem.NOT_FROM_THERE)
        await self._send(channel_id, log_entry.opening, f"log:{channel_id}")

    async def log_ending(self, channel_id: ChannelId, job: Job, *, is_flagged: bool) -> None:
        """Tell how a job has ended, and its prompt, covered, only where it is flagged; nobody is pinged."""
        # What is decided after a doubt is an end of its own.
        purpose = "lu" if job.state is State.UNKNOWN else "l"
        await self._send(
            channel_id, lambda: log_entry.entry(job, is_flagged=is_flagged), f"{job.id}:{purpose}"
        )

    async def _send(self, channel_id: ChannelId, layout: Callable[[], Layout], nonce: str) -> None:
        place = self._bot.get_partial_messageable(channel_id)
        await calls.repeat(
            lambda: place.send(view=layout(), nonce=nonce, allowed_mentions=discord.AllowedMentions.none()),
            within=_WITHIN,
            trusted=calls.NONCE_TRUSTED,
        )

    async def _guild_of(self, channel_id: ChannelId) -> int | None:
        """Return the server of a channel, None for direct messages; LostError where we may not see it."""
        try:
            channel = await calls.repeat(lambda: self._bot.fetch_channel(channel_id), within=_WITHIN)
        except discord.InvalidData:
            # A kind of channel that the library does not know, in which nobody could write.
            raise LostError(Problem.UNDELIVERABLE) from None
        return None if isinstance(channel, discord.abc.PrivateChannel) else channel.guild.id
