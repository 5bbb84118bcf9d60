"""/zoetrope: what managers decide about their server: members, places, models, words, and whether at all."""

from typing import Final, Literal

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.administration.channel_option import Channel, ChannelOption
from bot.chat.administration.group import group, join
from bot.chat.administration.places import Limits
from bot.chat.administration.zones import zones
from bot.chat.client import Zoetrope
from bot.flow.administration_places import Listing

Here = discord.Interaction[Zoetrope]
Where = app_commands.Transform[Channel, ChannelOption]
Why = Range[str, 1, 200]
Command = Literal["seedance-pro", "seedance-lite", "seedance-fast", "seedream-edit"]
Largest = Literal["480p", "720p", "1080p", "1K", "2K", "4K", "any"]

zoetrope = group()

_EVERYWHERE: Final = "In all servers; for the owners of the bot"


@zoetrope.command(name="block", description="Take no more orders of a member")
@app_commands.describe(member="Whom", reason="Why; the member reads it", everywhere=_EVERYWHERE)
async def block(interaction: Here, member: discord.User, reason: Why, *, everywhere: bool = False) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.block(interaction, member, reason, everywhere=everywhere)
    await reception.attend(interaction, call)


@zoetrope.command(name="unblock", description="Take orders of a member again")
@app_commands.describe(member="Whom", everywhere=_EVERYWHERE)
async def unblock(interaction: Here, member: discord.User, *, everywhere: bool = False) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.unblock(interaction, member, everywhere=everywhere)
    await reception.attend(interaction, call)


@zoetrope.command(
    name="allow", description="Work in a channel or for a role: once one is allowed, only there"
)
@app_commands.describe(
    channel="Which channel, with its threads",
    role="Which role",
    weight="How often the role's turn comes, 0.1 to 100 (others have 1); it then goes into no list",
)
async def allow(
    interaction: Here,
    *,
    channel: Where | None = None,
    role: discord.Role | None = None,
    weight: Range[float, 0.1, 100.0] | None = None,
) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.list_them(interaction, Listing.ALLOW, channel, role, weight)
    await reception.attend(interaction, call)


@zoetrope.command(name="deny", description="Do not work in a channel, or for a role")
@app_commands.describe(channel="Which channel, with its threads", role="Which role")
async def deny(interaction: Here, *, channel: Where | None = None, role: discord.Role | None = None) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.list_them(interaction, Listing.DENY, channel, role)
    await reception.attend(interaction, call)


@zoetrope.command(name="forget", description="Take a channel or a role out of the allowed and the denied")
@app_commands.describe(channel="Which channel", role="Which role; its weight goes too")
async def forget(
    interaction: Here, *, channel: Where | None = None, role: discord.Role | None = None
) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.list_them(interaction, Listing.FORGET, channel, role)
    await reception.attend(interaction, call)


@zoetrope.command(name="models", description="Turn a command off or on here, or limit it; alone, it shows")
@app_commands.describe(
    command="Which command",
    off="Off, or on again",
    resolution="The largest that is made here; any: no limit",
    duration="The longest video in seconds; 0: no limit",
)
async def models(
    interaction: Here,
    *,
    command: Command,
    off: bool | None = None,
    resolution: Largest | None = None,
    duration: Range[int, 0, 12] | None = None,
) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    limits = Limits(off, resolution, duration)
    await reception.attend(interaction, reception.desk.places.rule_model(interaction, command, limits))


@zoetrope.command(name="pause", description="Take no orders; what is under way goes on")
@app_commands.describe(reason="Why; members read it", everywhere=_EVERYWHERE)
async def pause(interaction: Here, reason: Why, *, everywhere: bool = False) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.pause(interaction, reason, everywhere=everywhere)
    await reception.attend(interaction, call)


@zoetrope.command(name="resume", description="Take orders again")
@app_commands.describe(everywhere=_EVERYWHERE)
async def resume(interaction: Here, *, everywhere: bool = False) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.places.resume(interaction, everywhere=everywhere))


@zoetrope.command(name="settings", description="See all that is decided here, or decide some of it")
@app_commands.describe(
    time_zone="In which days and months begin, such as Europe/Rome; default: as for the whole bot",
    adults_only="Take orders in age-restricted channels only",
    spoilers="Cover all pictures and results",
)
async def settings(
    interaction: Here,
    *,
    time_zone: Range[str, 1, 64] | None = None,
    adults_only: bool | None = None,
    spoilers: bool | None = None,
) -> None:
    """Hand the options over."""
    reception = interaction.client.reception
    call = reception.desk.places.settings(
        interaction, time_zone=time_zone, adults_only=adults_only, spoilers=spoilers
    )
    await reception.attend(interaction, call)


@settings.autocomplete("time_zone")
async def suggest_zone(interaction: Here, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG001 (as it is called)
    """Suggest zones that contain what is typed."""
    return [app_commands.Choice(name=name, value=name) for name in zones(typed)]


@zoetrope.command(name="words", description="Decide which words no prompt may have, and which are told of")
async def words(interaction: Here) -> None:
    """Open the form."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.words.ask(interaction))


@zoetrope.command(name="acts", description="See who did what here with these commands")
@app_commands.describe(count="How many; 10 unless you choose", everywhere=_EVERYWHERE)
async def acts(interaction: Here, count: Range[int, 1, 50] = 10, *, everywhere: bool = False) -> None:
    """Hand the question over."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.acts.show(interaction, count, everywhere=everywhere))


async def setup(bot: Zoetrope) -> None:
    """Add the commands."""
    join(bot.tree, zoetrope)
