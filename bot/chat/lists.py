"""What the caller alone may know: the latest jobs, one of them with its chain, and the quota."""

from typing import Final

import discord

from bot.chat import answers, history, listing, quota
from bot.chat.fields import picked
from bot.chat.orders import where
from bot.core.errors import MemberError, Problem
from bot.core.ids import GuildId, UserId, parse_job_id
from bot.core.ledger import Purse
from bot.core.ports import Clock, Store
from bot.flow.intake import Intake

_LISTED: Final = 10  # jobs that are told of in words; more can be picked


class Lists:
    """Answers questions; raises what the store raises."""

    def __init__(self, intake: Intake, store: Store, clock: Clock) -> None:
        self._intake = intake
        self._store = store
        self._clock = clock

    async def jobs(self, interaction: discord.Interaction) -> None:
        """Answer with the caller's latest jobs, of which one can be picked."""
        locale = interaction.locale.value
        found = await self._store.recent(UserId(interaction.user.id), history.PICKED_FROM)
        row = history.picker(found, locale) if found else None
        await answers.tell(interaction, listing.jobs(found[:_LISTED], locale), row)

    async def job(self, interaction: discord.Interaction) -> None:
        """Answer with the job that was picked."""
        job_id = parse_job_id(picked(interaction.data))
        if job_id is None:
            raise MemberError(Problem.NO_SUCH_JOB)
        job = await self._intake.find(job_id)
        if job.owner_id != interaction.user.id:
            raise MemberError(Problem.NOT_YOURS)
        chain = await self._store.lineage(job.id, history.CHAIN)
        await answers.show(interaction, history.view(job, chain, interaction.locale.value))

    async def quota(self, interaction: discord.Interaction) -> None:
        """Answer with what the caller has used and has left, and what things cost."""
        guild_id = None if interaction.guild_id is None else GuildId(interaction.guild_id)
        member, rules, here = UserId(interaction.user.id), self._intake.house, where(interaction)
        stand = quota.Stand(
            usage=await rules.usage(member, guild_id, here),
            rates=rules.rates,
            house=await rules.house(Purse(member, guild_id)),
            weights=self._intake.weights,
            estimate=rules.estimate,
            where=here,
            is_direct=guild_id is None,
        )
        await answers.show(interaction, quota.view(stand, interaction.locale.value))
