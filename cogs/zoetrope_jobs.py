"""/zoetrope jobs, cancel, settle: what those who run the place do about jobs."""

from typing import Final

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.administration.group import group, join
from bot.chat.administration.job_view import suggestion
from bot.chat.administration.jobs import CANCELLABLE
from bot.chat.client import Zoetrope
from bot.chat.texts import text
from bot.core.job import State

Here = discord.Interaction[Zoetrope]
# An id has eleven letters; somebody may paste it with more around it.
Id = Range[str, 1, 40]

zoetrope = group()

_STATES: Final = [app_commands.Choice(name=text(f"state.{state}"), value=state.value) for state in State]


@zoetrope.command(name="jobs", description="See the latest jobs; choose one to cancel, settle or delete it")
@app_commands.describe(
    member="Of one member",
    state="In one state",
    everywhere="In all servers; for the owners of the bot",
)
@app_commands.choices(state=_STATES)
async def jobs(
    interaction: Here,
    *,
    member: discord.User | None = None,
    state: str | None = None,
    everywhere: bool = False,
) -> None:
    """Hand the question over."""
    reception = interaction.client.reception
    wanted = None if state is None else State(state)
    call = reception.desk.jobs.find(interaction, member, wanted, everywhere=everywhere)
    await reception.attend(interaction, call)


@zoetrope.command(name="cancel", description="Call a member's job off")
@app_commands.describe(job="Its id", reason="Why; it is kept in the record of acts")
async def cancel(interaction: Here, job: Id, reason: Range[str, 1, 200] = "") -> None:
    """Hand the wish over."""
    reception = interaction.client.reception
    await reception.attend(interaction, reception.desk.jobs.cancel(interaction, job, reason))


@zoetrope.command(name="settle", description="Close a job in doubt, once you have looked at RunComfy")
@app_commands.describe(
    job="Its id",
    bought="Whether RunComfy has charged for it",
    reason="Why; it is kept in the record of acts",
)
async def settle(interaction: Here, job: Id, *, bought: bool, reason: Range[str, 1, 200]) -> None:
    """Hand the decision over."""
    reception = interaction.client.reception
    call = reception.desk.jobs.settle(interaction, job, bought=bought, why=reason)
    await reception.attend(interaction, call)


@cancel.autocomplete("job")
async def suggest_open(interaction: Here, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest jobs that can still be called off."""
    return await _suggested(interaction, typed, CANCELLABLE)


@settle.autocomplete("job")
async def suggest_doubtful(interaction: Here, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest jobs in doubt."""
    return await _suggested(interaction, typed, (State.UNKNOWN,))


async def _suggested(
    interaction: Here, typed: str, states: tuple[State, ...]
) -> list[app_commands.Choice[str]]:
    found = await interaction.client.reception.desk.jobs.suggest(interaction, typed, states)
    locale = interaction.locale.value
    return [app_commands.Choice(name=suggestion(job, locale), value=job.id) for job in found]


async def setup(bot: Zoetrope) -> None:
    """Add the commands."""
    join(bot.tree, zoetrope)
