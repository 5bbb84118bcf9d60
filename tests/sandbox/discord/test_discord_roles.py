"""Roles, age-restricted channels and the owners of the application, as the real library reads them."""

import discord
import pytest

from bot.sandbox.discord import Channel, ClientRefusal, Discord, Guild, Member, TeamMember
from bot.sandbox.discord.team import INVITED
from tests.sandbox.discord.crew import Crew, Press


async def test_a_role_is_picked_and_arrives_with_the_members_own(
    crew: Crew, guild: Guild, channel: Channel, ana: Member
) -> None:
    early, seen = guild.add_role("painters"), list[discord.Role]()
    bot = crew.make()

    @bot.tree.command(description="Look at a role")
    async def look(interaction: Press, role: discord.Role) -> None:
        assert isinstance(interaction.user, discord.Member)
        seen.extend([role, *interaction.user.roles])
        await interaction.response.send_message(role.mention)

    await crew.start(bot)
    late = guild.add_role("patrons")
    ana.roles += [early, late]

    message = await (await ana.command(channel, "look", role=late)).final()

    assert message.text == late.mention
    assert {one.id for one in seen[1:]} == {guild.id, early.id, late.id}
    assert (seen[0].id, seen[0].name) == (late.id, "patrons")


async def test_the_client_sends_no_member_where_a_role_is_wanted(
    crew: Crew, channel: Channel, ana: Member
) -> None:
    bot = crew.make()

    @bot.tree.command(description="Look at a role")
    async def look(interaction: Press, role: discord.Role) -> None:
        await interaction.response.send_message(role.mention)

    await crew.start(bot)

    with pytest.raises(ClientRefusal, match="takes type 8, not 6"):
        await ana.command(channel, "look", role=ana)


async def test_a_thread_is_age_restricted_as_its_channel(crew: Crew, guild: Guild, ana: Member) -> None:
    channel = guild.add_channel("late", nsfw=True)
    told: list[bool] = []

    async def look(interaction: Press) -> None:
        assert isinstance(interaction.channel, discord.TextChannel | discord.Thread)
        told.append(interaction.channel.is_nsfw())
        await interaction.response.send_message("seen")

    bot = await crew.run(look=look)
    thread = channel.add_thread("later")
    for place in (channel, thread):
        await (await ana.command(place, "look")).final()
    channel.restrict(nsfw=False)
    await (await ana.command(thread, "look")).final()

    assert told == [True, True, False]
    assert bot.get_guild(guild.id) is not None


async def test_the_owner_is_told_at_login_and_may_join_a_server(
    crew: Crew, platform: Discord, guild: Guild
) -> None:
    bot = await crew.run()
    owner = platform.let_owner_in(guild)

    assert bot.application is not None
    assert bot.application.owner.id == owner.id == platform.owner_id
    assert owner in guild.members


async def test_a_team_is_told_with_who_is_only_invited(crew: Crew, platform: Discord) -> None:
    ben, mia = platform.add_member("ben"), platform.add_member("mia")
    platform.team = [
        TeamMember(platform.owner),
        TeamMember(ben, "developer"),
        TeamMember(mia, "read_only", INVITED),
    ]

    bot = await crew.run()

    assert bot.application is not None
    team = bot.application.team
    assert team is not None
    assert team.owner_id == platform.owner_id
    told = [
        (one.id, one.role.value, one.membership_state is discord.TeamMembershipState.accepted)
        for one in team.members
    ]
    assert told == [
        (platform.owner_id, "admin", True),
        (ben.id, "developer", True),
        (mia.id, "read_only", False),
    ]
