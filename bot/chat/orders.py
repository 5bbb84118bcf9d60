"""From an interaction to an order: who asks for what, where, and whether the bot may answer there at all."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

import discord
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.descent import Descent, How
from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId
from bot.core.job import Job, Token
from bot.core.models import Request
from bot.core.policy import Where
from bot.core.source import PictureSource, Source
from bot.flow.intake import Order

# A token is good for 15 minutes; a minute is kept as a margin.
TOKEN_LIFE: Final = timedelta(minutes=14)

_MAY_BE_RESTRICTED: Final = (
    discord.TextChannel,
    discord.VoiceChannel,
    discord.StageChannel,
    discord.ForumChannel,
    discord.Thread,
)

SPOILER: Final = "spoiler"
"""The option by which a member asks for a cover, in every form that has room for it."""
_BARS: Final = "||"

Option = str | int | bool | None


def read_order(
    interaction: discord.Interaction,
    model: type[Request],
    pictures: Sequence[discord.Attachment | None],
    options: Mapping[str, Option],
    spoiler_channels: Collection[int] = (),
) -> Order:
    """Return what the member asked for; raises MemberError where the interaction alone forbids it."""
    require_permissions(interaction)
    attached = [picture for picture in pictures if picture is not None]
    words, is_covered = uncovered(options.get("prompt"))
    return order(
        interaction,
        build_request(model, {**options, "prompt": words}),
        tuple(_source(picture) for picture in attached),
        spoiler=is_covered or any(picture.is_spoiler() for picture in attached),
        spoiler_channels=spoiler_channels,
    )


def order(
    interaction: discord.Interaction,
    request: Request,
    sources: tuple[Source, ...],
    *,
    descent: Descent | None = None,
    spoiler: bool = False,
    spoiler_channels: Collection[int] = (),
) -> Order:
    """Return the order of whoever is behind the interaction; a channel's rule covers what nobody asked to."""
    assert interaction.channel_id is not None
    return Order(
        interaction_id=InteractionId(interaction.id),
        owner_id=UserId(interaction.user.id),
        guild_id=None if interaction.guild_id is None else GuildId(interaction.guild_id),
        channel_id=ChannelId(interaction.channel_id),
        locale=interaction.locale.value,
        token=Token(interaction.token, interaction.created_at + TOKEN_LIFE),
        upload_limit=interaction.filesize_limit,
        where=where(interaction),
        request=request,
        sources=sources,
        descent=descent,
        spoiler=spoiler or is_covered_place(interaction, spoiler_channels),
    )


def descent(interaction: discord.Interaction, parent: Job, how: How) -> Descent:
    """Return where a job comes from: the message whose button was pressed, else where the result was posted.

    Raises MemberError where there is no such message.
    """
    if interaction.message is not None and interaction.channel_id is not None:
        channel_id, message_id = ChannelId(interaction.channel_id), MessageId(interaction.message.id)
    elif parent.result_id is not None:
        channel_id, message_id = parent.channel_id, parent.result_id
    else:
        raise MemberError(Problem.NO_SUCH_RESULT)
    return Descent(parent.id, how, channel_id, message_id)


def is_covered_place(interaction: discord.Interaction, spoiler_channels: Collection[int]) -> bool:
    """Tell whether everything is to be covered where the interaction is."""
    return not _channels(interaction).isdisjoint(spoiler_channels)


def may_borrow_card(interaction: discord.Interaction, parent: Job) -> bool:
    """Tell whether the pictures that a job began with may come here: to where they are, or by its owner."""
    return interaction.user.id == parent.owner_id or parent.channel_id in _channels(interaction)


def where(interaction: discord.Interaction) -> Where:
    """Return where somebody asks, and with which roles; a direct message is nobody's server."""
    channel = interaction.channel
    return Where(
        channels=frozenset(ChannelId(number) for number in _channels(interaction)),
        roles=roles_of(interaction.user),
        is_age_restricted=isinstance(channel, _MAY_BE_RESTRICTED) and channel.is_nsfw(),
    )


def roles_of(user: discord.User | discord.Member) -> frozenset[RoleId]:
    """Return the roles that Discord says somebody has in a server, everybody's included."""
    if not isinstance(user, discord.Member):
        return frozenset()
    # The public list knows the roles of servers that have arrived only: a denied one would pass before.
    told = user._roles  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] (there is no public way to the ids)
    return frozenset(RoleId(number) for number in (*told, user.guild.id))


def _channels(interaction: discord.Interaction) -> set[int]:
    """Return the ids of the channel and, for a thread, of the one that it hangs on."""
    above = interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else None
    return {number for number in (interaction.channel_id, above) if number is not None}


def uncovered(words: Option) -> tuple[Option, bool]:
    """Return a prompt without the bars that make a spoiler of all of it, and whether it had them."""
    if not isinstance(words, str):
        return words, False
    typed = words.strip()
    inside = typed.removeprefix(_BARS).removesuffix(_BARS)
    is_whole = len(typed) == len(inside) + 2 * len(_BARS) and _BARS not in inside
    return (inside, True) if is_whole and inside.strip() else (words, False)


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
