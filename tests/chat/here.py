"""Jobs and first answers in a channel of a Discord of our own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.chat.courier import DiscordCourier
from bot.core.ids import ChannelId, GuildId, InteractionId, MessageId, UserId
from bot.core.job import Job, State, Token
from bot.sandbox.discord import Channel, Discord, Interaction, Member
from tests.builders import a_job

EPHEMERAL, COMPONENTS_V2 = 1 << 6, 1 << 15


def here(channel: Channel, owner: Member, state: State, interaction: Interaction | None = None) -> Job:
    """Return a job of a member in a channel, whose last message was begun now."""
    assert channel.guild is not None
    now = datetime.now(UTC)
    job = a_job(
        state,
        owner_id=UserId(owner.id),
        guild_id=GuildId(channel.guild.id),
        channel_id=ChannelId(channel.id),
        interaction_id=InteractionId(interaction.id if interaction else 1),
        accepted_at=now - timedelta(hours=1),
        token=Token(interaction.token, now + timedelta(minutes=10)) if interaction else None,
    )
    return replace(job, posting_at=now, card_id=None)


async def answer(platform: Discord, asked: Interaction, body: Mapping[str, object]) -> None:
    """Give an interaction its first answer, whatever it is."""
    url = f"{platform.api_url}/interactions/{asked.id}/{asked.token}/callback"
    async with aiohttp.ClientSession() as session, session.post(url, json={"type": 4, "data": body}) as done:
        assert done.status == 204


async def a_carded_job(
    platform: Discord, channel: Channel, owner: Member, courier: DiscordCourier, *, alive: bool = True
) -> Job:
    """Return a job that is being prepared, with its card in the channel and, if `alive`, its token."""
    asked = await owner.command(channel, "seedance-pro", checked=False)
    job = here(channel, owner, State.PREPARING, asked)
    await answer(platform, asked, {"flags": COMPONENTS_V2, "components": [{"type": 10, "content": "card"}]})
    assert asked.message is not None
    job = replace(job, card_id=MessageId(asked.message.id))
    await courier.show(job)
    return job if alive else replace(job, token=None)
