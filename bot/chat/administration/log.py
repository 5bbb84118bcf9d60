"""The desk for the log channel: which one it is, or that there is none."""

import discord

from bot.chat import answers
from bot.chat.administration.here import here
from bot.chat.owners import Actors
from bot.chat.texts import text
from bot.core.ids import ChannelId
from bot.flow.chronicle import Chronicle


class LogDesk:
    """Answers privately; raises MemberError where somebody may not, or the bot may not write there."""

    def __init__(self, chronicle: Chronicle, actors: Actors) -> None:
        self._chronicle = chronicle
        self._actors = actors

    async def set(self, interaction: discord.Interaction, channel: discord.abc.Snowflake | None) -> None:
        """Have a channel receive who generated what; None: none does."""
        actor, guild_id, locale = self._actors(interaction), here(interaction), interaction.locale.value
        if channel is None:
            await self._chronicle.close(actor, guild_id)
            await answers.tell(interaction, text("admin.log.off", locale))
            return
        # Discord is asked about the channel, and written to, which may take longer than a first answer has.
        if not await answers.promise(interaction):
            return
        await self._chronicle.open(actor, guild_id, ChannelId(channel.id))
        await answers.keep_promise(interaction, text("admin.log.on", locale, channel=channel.id))
