"""The desk for places: who is blocked, where and for whom the bot works, what of each model, if anything."""

from dataclasses import dataclass

import discord

from bot.chat import answers
from bot.chat.administration import settings_view
from bot.chat.administration.here import here, member, place, role
from bot.chat.administration.zones import DEFAULT
from bot.chat.owners import Actors
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.errors import MemberError, Problem
from bot.core.ids import ChannelId, RoleId, UserId
from bot.core.policy import ModelRule
from bot.flow import administration_values as values
from bot.flow.administration_places import Listing, PlaceActs
from bot.flow.administration_values import LONGEST_WHY
from bot.flow.chronicle import Chronicle

ANY = "any"
"""What stands for no limit, where one is chosen."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is to change about a command; None leaves it as it is."""

    off: bool | None = None
    resolution: str | None = None
    """`any`: no limit."""
    duration: int | None = None
    """0: no limit."""


class PlaceDesk:
    """Answers privately; raises MemberError where somebody may not, or says too little."""

    def __init__(self, places: PlaceActs, chronicle: Chronicle, actors: Actors, default_zone: str) -> None:
        self._places = places
        self._chronicle = chronicle
        self._actors = actors
        self._default_zone = default_zone

    # --- who -------------------------------------------------------------------------------------------

    async def block(
        self,
        interaction: discord.Interaction,
        who: discord.User | discord.Member,
        why: str,
        *,
        everywhere: bool,
    ) -> None:
        """Have nothing more accepted of a member."""
        number, where = UserId(who.id), place(interaction, everywhere=everywhere)
        await self._places.block(self._actors(interaction), where, number, why)
        key = "admin.blocked.everywhere" if everywhere else "admin.blocked"
        await answers.tell(
            interaction, text(key, interaction.locale.value, who=member(number), why=plain(why, LONGEST_WHY))
        )

    async def unblock(
        self, interaction: discord.Interaction, who: discord.User | discord.Member, *, everywhere: bool
    ) -> None:
        """Let a member order again."""
        number, where = UserId(who.id), place(interaction, everywhere=everywhere)
        was_blocked = await self._places.unblock(self._actors(interaction), where, number)
        key = f"admin.unblocked{'' if was_blocked else '.none'}{'.everywhere' if everywhere else ''}"
        await answers.tell(interaction, text(key, interaction.locale.value, who=member(number)))

    # --- where and for whom ------------------------------------------------------------------------------

    async def list_them(
        self,
        interaction: discord.Interaction,
        listing: Listing,
        channel: discord.abc.Snowflake | None,
        of_role: discord.Role | None,
        weight: float | None = None,
    ) -> None:
        """Allow, deny or forget a channel, a role, or one of each."""
        if channel is None and of_role is None:
            raise MemberError(
                Problem.VALUE_INVALID, option="channel, role", expected="one of the two, or both"
            )
        if weight is not None and of_role is None:
            raise MemberError(Problem.VALUE_INVALID, option="role", expected="the role that has this weight")
        guild_id, actor, locale = here(interaction), self._actors(interaction), interaction.locale.value
        told: list[str] = []
        if channel is not None:
            await self._places.list_channel(actor, guild_id, ChannelId(channel.id), listing)
            told.append(text(f"admin.listed.{listing}.channel", locale, what=f"<#{channel.id}>"))
        if of_role is not None:
            number = RoleId(of_role.id)
            await self._places.list_role(actor, guild_id, number, listing, weight)
            key = "admin.listed.weight" if weight is not None else f"admin.listed.{listing}.role"
            told.append(text(key, locale, what=role(number, guild_id), weight=weight or 1.0))
        await answers.tell(interaction, "\n".join(told))

    async def pause(self, interaction: discord.Interaction, why: str, *, everywhere: bool) -> None:
        """Have nothing accepted."""
        where = place(interaction, everywhere=everywhere)
        await self._places.pause(self._actors(interaction), where, why)
        key = "admin.paused.everywhere" if everywhere else "admin.paused"
        await answers.tell(interaction, text(key, interaction.locale.value, why=plain(why, LONGEST_WHY)))

    async def resume(self, interaction: discord.Interaction, *, everywhere: bool) -> None:
        """Go on accepting."""
        where = place(interaction, everywhere=everywhere)
        await self._places.resume(self._actors(interaction), where)
        key = "admin.resumed.everywhere" if everywhere else "admin.resumed"
        await answers.tell(interaction, text(key, interaction.locale.value))

    # --- what ------------------------------------------------------------------------------------------

    async def rule_model(self, interaction: discord.Interaction, command: str, limits: Limits) -> None:
        """Change what is allowed of a command, or show it where nothing is to change."""
        guild_id, actor = here(interaction), self._actors(interaction)
        values.command(command)
        before = (await self._places.policy(actor, guild_id)).models.get(command, ModelRule())
        rule = _limited(before, limits)
        if limits != Limits():
            await self._places.rule_model(actor, guild_id, command, rule)
        await answers.tell(interaction, settings_view.model(command, rule, interaction.locale.value))

    async def settings(
        self,
        interaction: discord.Interaction,
        *,
        time_zone: str | None,
        adults_only: bool | None,
        spoilers: bool | None,
    ) -> None:
        """Decide what is given, and show all that is decided."""
        guild_id, actor = here(interaction), self._actors(interaction)
        if (time_zone, adults_only, spoilers) != (None, None, None):
            await self._places.decide(
                actor,
                guild_id,
                time_zone="" if time_zone == DEFAULT else time_zone,
                adults_only=adults_only,
                spoilers=spoilers,
            )
        decided = await self._places.decided(actor, guild_id)
        log_channel = decided.policy.log_channel
        is_mute = log_channel is not None and self._chronicle.is_mute(log_channel)
        layout = settings_view.view(
            decided, guild_id, self._default_zone, interaction.locale.value, is_mute=is_mute
        )
        await answers.show(interaction, layout)


def _limited(before: ModelRule, limits: Limits) -> ModelRule:
    resolution, duration = before.resolution, before.duration
    if limits.resolution is not None:
        resolution = None if limits.resolution == ANY else limits.resolution
    if limits.duration is not None:
        duration = limits.duration or None
    off = before.off if limits.off is None else limits.off
    return ModelRule(off=off, resolution=resolution, duration=duration)
