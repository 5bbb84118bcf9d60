"""From an interaction to an order: who asks for what, where, and whether the bot may answer there at all."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import discord
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, GuildId, InteractionId, UserId
from bot.core.job import Token
from bot.core.models import Request
from bot.core.source import PictureSource
from bot.flow.intake import Order

# A token is good for 15 minutes; a minute is kept as a margin.
TOKEN_LIFE: Final = timedelta(minutes=14)

Option = str | int | bool | None


def read_order(
    interaction: discord.Interaction,
    model: type[Request],
    pictures: Sequence[discord.Attachment | None],
    options: Mapping[str, Option],
) -> Order:
    """Return what the member asked for; raises MemberError where the interaction alone forbids it."""
    require_permissions(interaction)
    assert interaction.channel_id is not None
    return Order(
        interaction_id=InteractionId(interaction.id),
        owner_id=UserId(interaction.user.id),
        guild_id=None if interaction.guild_id is None else GuildId(interaction.guild_id),
        channel_id=ChannelId(interaction.channel_id),
        locale=interaction.locale.value,
        token=Token(interaction.token, interaction.created_at + TOKEN_LIFE),
        upload_limit=interaction.filesize_limit,
        request=build_request(model, options),
        sources=tuple(_source(picture) for picture in pictures if picture is not None),
    )


def build_request(model: type[Request], options: Mapping[str, Option]) -> Request:
    """Return the request with what was chosen; what was not has the model's default."""
    chosen = {name: value for name, value in options.items() if value is not None}
    try:
        return model.model_validate(chosen)
    except ValidationError as error:
        raise _problem(error.errors()[0]) from None


def _problem(error: ErrorDetails) -> MemberError:
    option = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "string_too_short":
            return MemberError(Problem.PROMPT_EMPTY)
        case "string_too_long":
            limit = error.get("ctx", {})["max_length"]
            return MemberError(Problem.PROMPT_TOO_LONG, length=len(str(error["input"]).strip()), limit=limit)
        case _:
            return MemberError(Problem.OPTION_INVALID, option=option)


def _source(picture: discord.Attachment) -> PictureSource:
    return PictureSource(
        url=picture.url,
        filename=picture.filename,
        size=picture.size,
        width=picture.width,
        height=picture.height,
        content_type=picture.content_type,
    )


def require_permissions(interaction: discord.Interaction) -> None:
    """Raise MemberError that names what the bot lacks in this channel, by its name in the client."""
    if interaction.guild_id is None:
        return
    held = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    may_send = held.send_messages_in_threads if in_thread else held.send_messages
    needed = {
        "View Channel": held.view_channel,
        "Send Messages in Threads" if in_thread else "Send Messages": may_send,
        "Attach Files": held.attach_files,
    }
    missing = [name for name, has in needed.items() if not has]
    if missing:
        raise MemberError(Problem.PERMISSION_MISSING, permissions=", ".join(missing))
