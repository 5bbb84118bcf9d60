"""/zoetrope quota: what members, roles and the server may use, and credits beyond that."""

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.administration.group import group, join
from bot.chat.client import Zoetrope
from bot.core.quota import Bound, Figures

Here = discord.Interaction[Zoetrope]
Figure = Range[int, 0, 100_000]
Why = Range[str, 1, 200]

zoetrope = group()
quota = app_commands.Group(
    name="quota", description="What members, roles and this server may use", parent=zoetrope
)


@quota.command(name="show", description="See what counts for a member, for a role, or in this server")
@app_commands.describe(member="Whose account", role="What is set for a role")
async def show(
    interaction: Here, *, member: discord.User | None = None, role: discord.Role | None = None
) -> None:
    """Hand the question over."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.allowances.show(interaction, member, role))


@quota.command(name="set", description="Set what a member, a role, or else everybody here may use")
@app_commands.describe(
    member="For one member; it goes before all else",
    role="For a role; of several the best counts",
    daily="Credits a day",
    monthly="Credits a month",
    active="Jobs under way at a time",
    whole_server="What all of this server may use together; for the owners of the bot",
    clear="Take away what was set",
)
async def set_(
    interaction: Here,
    *,
    member: discord.User | None = None,
    role: discord.Role | None = None,
    daily: Figure | None = None,
    monthly: Figure | None = None,
    active: Figure | None = None,
    whole_server: bool = False,
    clear: bool = False,
) -> None:
    """Hand the figures over."""
    reception = interaction.client.reception
    desk = reception.desk.allowances
    if whole_server:
        call = desk.set_server(interaction, member, role, Bound(daily, monthly), active, clear=clear)
    else:
        call = desk.set(interaction, member, role, Figures(daily, monthly, active), clear=clear)
    await reception.attend(interaction, call)


@quota.command(name="grant", description="Give a member credits beyond the allowance, for a time")
@app_commands.describe(
    member="Whom",
    credits="How many",
    reason="Why; it is kept in the record of acts",
    days="For so many days; 30 unless you choose",
)
async def grant(
    interaction: Here,
    *,
    member: discord.User,
    credits: Range[int, 1, 100_000],  # noqa: A002 (the option's name)
    reason: Why,
    days: Range[int, 1, 366] = 30,
) -> None:
    """Hand the grant over."""
    reception = interaction.client.reception
    call = reception.desk.allowances.grant(interaction, member, credits, days, reason)
    await reception.attend(interaction, call)


@quota.command(name="reset", description="Have nothing count as used by a member, today and this month")
@app_commands.describe(member="Whom", reason="Why; it is kept in the record of acts")
async def reset(interaction: Here, member: discord.User, reason: Why) -> None:
    """Hand the wish over."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.allowances.reset(interaction, member, reason))


async def setup(bot: Zoetrope) -> None:
    """Add the commands."""
    join(bot.tree, zoetrope)
