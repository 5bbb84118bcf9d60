"""Where a job comes from: the line that names its parent and leads to the parent's result. Pure."""

from bot.chat.texts import text
from bot.core.ids import ChannelId, GuildId, MessageId
from bot.core.job import Job


def message_url(guild_id: GuildId | None, channel_id: ChannelId, message_id: MessageId | None) -> str:
    """Return the address of a message, as a client opens it."""
    place = guild_id if guild_id is not None else "@me"
    return f"https://discord.com/channels/{place}/{channel_id}/{message_id}"


def origin(job: Job) -> list[str]:
    """Return the line about the job's parent, none if it has no parent."""
    descent = job.descent
    if descent is None:
        return []
    url = message_url(job.guild_id, descent.channel_id, descent.message_id)
    parent = text("origin.job", job.locale, id=descent.parent_id, url=url)
    return [f"-# {text(f'origin.{descent.how}', job.locale, job=parent)}"]
