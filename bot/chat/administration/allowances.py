"""The desk for quotas: shows them, sets them, grants, and has what was used forgotten."""

import discord

from bot.chat import answers
from bot.chat.administration import figures
from bot.chat.administration.here import here, member
from bot.chat.orders import roles_of
from bot.chat.owners import Actors
from bot.chat.texts import text
from bot.core.errors import MemberError, Problem
from bot.core.ids import GrantId, GuildId, RoleId, UserId
from bot.core.office import Subject
from bot.core.quota import Bound, Figures, Layer
from bot.flow.administration_allowances import Allowances

Person = discord.User | discord.Member


class AllowanceDesk:
    """Answers privately; raises MemberError where somebody may not, or asks for two things at once."""

    def __init__(self, allowances: Allowances, actors: Actors) -> None:
        self._allowances = allowances
        self._actors = actors

    async def show(
        self, interaction: discord.Interaction, who: Person | None, role: discord.Role | None
    ) -> None:
        """Show what counts for a member, for a role, or, for neither, in the server."""
        guild_id, locale, actor = here(interaction), interaction.locale.value, self._actors(interaction)
        if who is not None and role is None:
            number, held = UserId(who.id), roles_of(who)
            found = await self._allowances.of_member(actor, guild_id, number, held)
            await answers.show(interaction, figures.of_member(number, found, locale))
        elif role is not None and who is None and role.id != guild_id:
            said = await self._allowances.of_role(actor, guild_id, RoleId(role.id))
            words = figures.of_role(RoleId(role.id), guild_id, said, locale)
            await answers.tell(interaction, words)
        elif who is None:
            whole = await self._allowances.of_server(actor, guild_id)
            await answers.show(interaction, figures.server(whole, locale))
        else:
            raise _one_of_them()

    async def set(
        self,
        interaction: discord.Interaction,
        who: Person | None,
        role: discord.Role | None,
        said: Figures,
        *,
        clear: bool,
    ) -> None:
        """Set the figures of a member, of a role, or, for neither, of everybody in the server."""
        of = _subject(here(interaction), who, role)
        after = await self._allowances.set(self._actors(interaction), of, said, clear=clear)
        locale = interaction.locale.value
        name = figures.subject(of, locale)
        if after == Figures():
            await answers.tell(interaction, text("admin.quota.cleared", locale, who=name))
            return
        words = text("admin.quota.set", locale, who=name, figures=figures.figures(after, locale))
        await answers.tell(interaction, words)

    async def set_server(
        self,
        interaction: discord.Interaction,
        who: Person | None,
        role: discord.Role | None,
        said: Bound,
        active: int | None,
        *,
        clear: bool,
    ) -> None:
        """Set what the whole server may use, which is nobody's figure and counts no jobs under way."""
        if who is not None or role is not None or active is not None:
            raise MemberError(
                Problem.VALUE_INVALID, option="whole_server", expected="daily, monthly or clear"
            )
        guild_id, locale = here(interaction), interaction.locale.value
        after = await self._allowances.set_server(self._actors(interaction), guild_id, said, clear=clear)
        name = text("admin.quota.whole", locale)
        if after is None:
            await answers.tell(interaction, text("admin.quota.cleared", locale, who=name))
            return
        words = text("admin.quota.set", locale, who=name, figures=figures.figures(after, locale))
        await answers.tell(interaction, words)

    async def grant(
        self, interaction: discord.Interaction, who: Person, amount: int, days: int, why: str
    ) -> None:
        """Give a member credits beyond the allowance."""
        made = await self._allowances.grant(
            self._actors(interaction),
            here(interaction),
            UserId(who.id),
            amount=amount,
            days=days,
            why=why,
            # A command that arrives twice is one grant.
            number=GrantId(interaction.id),
        )
        words = text(
            "admin.quota.granted",
            interaction.locale.value,
            who=member(UserId(who.id)),
            credits=made.credits,
            until=int(made.good_until.timestamp()),
        )
        await answers.tell(interaction, words)

    async def reset(self, interaction: discord.Interaction, who: Person, why: str) -> None:
        """Have nothing count as used by a member."""
        number = UserId(who.id)
        given = await self._allowances.reset(self._actors(interaction), here(interaction), number, why)
        words = text("admin.quota.reset", interaction.locale.value, who=member(number), credits=given)
        await answers.tell(interaction, words)


def _subject(guild_id: GuildId, who: Person | None, role: discord.Role | None) -> Subject:
    if who is not None and role is not None:
        raise _one_of_them()
    if who is not None:
        return Subject(guild_id, Layer.MEMBER, UserId(who.id))
    # Everybody's role is everybody: one layer, not two that say different things.
    if role is not None and role.id != guild_id:
        return Subject(guild_id, Layer.ROLE, RoleId(role.id))
    return Subject(guild_id, Layer.SERVER)


def _one_of_them() -> MemberError:
    return MemberError(Problem.VALUE_INVALID, option="member, role", expected="one of the two, or neither")
