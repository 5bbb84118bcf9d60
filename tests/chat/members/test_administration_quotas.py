"""/zoetrope quota: what is set counts at once, what is shown is what counts, and no figure goes too far."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.ids import UserId
from bot.core.ledger import Purse
from bot.core.quota import Allowance, Rates
from bot.core.rights import Rank
from bot.sandbox.discord import ClientRefusal, Member
from tests.chat.members.running import Running, guild_id, guild_of
from tests.chat.members.scene import Scene, upload

OURS = Allowance(60, 600, 2)


@pytest.fixture
def rates() -> Rates:
    return Rates(OURS)


@pytest.fixture
async def running(scene: Scene) -> Running:
    return await Running.begin(scene)


async def as_manager(running: Running, name: str, **options: Member | str | int | bool) -> str:
    here = running.scene.channel
    return await running.told(running.actor(Rank.MANAGER, here), here, name, **options)


async def as_owner(running: Running, name: str, **options: Member | str | int | bool) -> str:
    here = running.scene.channel
    return await running.told(running.actor(Rank.OWNER, here), here, name, **options)


async def quota_of(running: Running, who: Member) -> str:
    asked = await who.command(running.scene.channel, "quota")
    return (await asked.final()).text


async def granted_to(running: Running, who: Member) -> int:
    office, here = running.scene.store.office, guild_id(running.scene.channel)
    usage = await office.usage(Purse(UserId(who.id), here), frozenset(), Rates(OURS), datetime.now(UTC))
    return usage.granted


async def test_a_members_own_figure_goes_before_their_roles_and_these_before_everybodys(
    running: Running,
) -> None:
    guild, ana = guild_of(running.scene.channel), running.somebody
    painters, poets = guild.add_role("painters"), guild.add_role("poets")

    told = await as_manager(running, "quota set", daily=10, active=1)
    assert told == "Everybody in this server now: 10 credits a day, 1 job under way."
    assert "of 10 credits" in await quota_of(running, ana)
    for role, daily in ((painters, 20), (poets, 15)):
        who, here = running.actor(Rank.MANAGER, running.scene.channel), running.scene.channel
        assert role.mention in await running.told(who, here, "quota set", role=role, daily=daily)
    ana.roles = [painters, poets]
    shown = await quota_of(running, ana)
    assert "of 20 credits" in shown
    assert "0 of 1 job." in shown
    await as_manager(running, "quota set", member=ana, daily=5)
    assert "of 5 credits" in await quota_of(running, ana)

    told = await as_manager(running, "quota set", member=ana, clear=True)
    assert told == f"{ana.mention}: nothing is set any more."
    assert "of 20 credits" in await quota_of(running, ana)


async def test_the_servers_quotas_are_shown_layer_by_layer(running: Running) -> None:
    painters = guild_of(running.scene.channel).add_role("painters")
    here = running.scene.channel
    mia = running.actor(Rank.MANAGER, here)
    await as_manager(running, "quota set", daily=10)
    await running.told(mia, here, "quota set", role=painters, monthly=300)
    await as_manager(running, "quota set", member=running.somebody, active=2)

    shown = await as_manager(running, "quota show")

    assert "Everybody: 10 credits a day, 600 credits a month, 2 jobs under way." in shown
    assert "The whole server: 1000 credits a month." in shown
    assert "This month: 0 of 1000 credits used, **1000 left**" in shown
    assert "Used today: 0, reserved: 0." in shown
    assert f"{painters.mention}: 300 credits a month" in shown
    assert f"{running.somebody.mention}: 2 jobs under way" in shown
    assert await running.told(mia, here, "quota show", role=painters) == (
        f"{painters.mention}: 300 credits a month."
    )


async def test_everybodys_role_is_everybody(running: Running, scene: Scene) -> None:
    guild = guild_of(scene.channel)
    everyone = guild.add_role("@everyone")
    object.__setattr__(everyone, "id", guild.id)
    mia = running.actor(Rank.MANAGER, scene.channel)

    told = await running.told(mia, scene.channel, "quota set", role=everyone, daily=9)

    assert told.startswith("Everybody in this server now: 9 credits a day")
    assert "of 9 credits" in await quota_of(running, scene.ana)


async def test_a_managers_figures_stay_below_the_roof_and_an_owners_need_not(running: Running) -> None:
    here, ana = running.scene.channel, running.somebody

    for figures in ({"monthly": 1001}, {"daily": 61}, {"active": 3}):
        refused = await as_manager(running, "quota set", member=ana, **figures)
        assert refused.startswith("A manager can give"), figures
    assert "1000 credits a month" in await as_manager(running, "quota set", member=ana, monthly=1000)
    assert "61 credits a day" in await as_owner(running, "quota set", member=ana, daily=61)

    mia = running.actor(Rank.MANAGER, here)
    with pytest.raises(ClientRefusal, match="above 100000"):
        await mia.command(here, "zoetrope quota set", daily=100_001)


async def test_a_grant_is_told_with_its_end_and_shown_to_its_member(running: Running) -> None:
    ana = running.somebody

    told = await as_manager(running, "quota grant", member=ana, credits=25, reason="a birthday", days=7)

    until = datetime.now(UTC) + timedelta(days=7)
    assert told.startswith(f"{ana.mention} may use 25 credits beyond the allowance, until <t:")
    stamp = int(told.rpartition("<t:")[2].partition(":")[0])
    assert abs(stamp - until.timestamp()) < 60
    assert await granted_to(running, ana) == 25
    assert "Granted beyond that: **25 credits**." in await quota_of(running, ana)
    shown = await as_manager(running, "quota show", member=ana)
    assert "**granted** 25 credits" in shown
    assert "a birthday" in shown


async def test_a_grant_that_arrives_twice_is_made_once(running: Running) -> None:
    here, ana = running.scene.channel, running.somebody
    running.scene.platform.deliver_twice = True

    told = await as_manager(running, "quota grant", member=ana, credits=25, reason="a birthday")
    again = await as_manager(running, "quota grant", member=ana, credits=4, reason="a name day")

    assert told.startswith(f"{ana.mention} may use 25 credits")
    assert again.startswith(f"{ana.mention} may use 4 credits")
    assert await granted_to(running, ana) == 29
    assert len(await running.scene.store.office.deeds(guild_id(here), 9)) == 3


async def test_managers_grant_only_where_the_server_has_a_bound(running: Running) -> None:
    ana = running.somebody
    await as_owner(running, "quota set", whole_server=True, clear=True)

    refused = await as_manager(running, "quota grant", member=ana, credits=1, reason="a birthday")

    assert "only where this whole server has a bound" in refused
    assert await granted_to(running, ana) == 0
    await as_owner(running, "quota grant", member=ana, credits=1, reason="a birthday")
    assert await granted_to(running, ana) == 1


async def test_a_reset_gives_back_what_was_used(running: Running) -> None:
    scene, ana = running.scene, running.somebody
    job, _ = await scene.delivered()
    assert f"Today: {job.cost} of 60 credits used" in await quota_of(running, ana)

    told = await as_manager(running, "quota reset", member=ana, reason="a mistake")

    assert f"{job.cost} credits given back" in told
    assert "Today: 0 of 60 credits used" in await quota_of(running, ana)
    assert "**adjusted**" in await as_manager(running, "quota show", member=ana)


@pytest.mark.parametrize(
    ("name", "options", "refusal"),
    [
        ("quota set", {}, "The option `daily, monthly, active` takes this: at least one of them"),
        ("quota set", {"daily": 3, "clear": True}, "The option `daily, monthly, active` takes this"),
        ("quota set", {"daily": 100_001}, "The option `daily` takes this: 0-100000."),
        ("quota set", {"daily": -1}, "The option `daily` takes this: 0-100000."),
        ("quota set", {"whole_server": True, "active": 3}, "The option `whole_server` takes this"),
    ],
)
async def test_a_figure_that_no_client_sends_is_refused_in_words(
    running: Running, name: str, options: dict[str, int], refusal: str
) -> None:
    before = await running.deeds()
    assert (await as_owner(running, name, **options)).startswith(refusal)
    assert await running.deeds() == before


async def test_a_member_and_a_role_at_once_are_one_too_many(running: Running) -> None:
    here = running.scene.channel
    role = guild_of(here).add_role("painters")
    mia = running.actor(Rank.MANAGER, here)

    for name in ("quota show", "quota set"):
        told = await running.told(mia, here, name, member=running.somebody, role=role)
        assert "one of the two, or neither" in told


async def test_a_roof_is_told_with_the_option_that_goes_through_it(running: Running) -> None:
    ana = running.somebody
    for option, limit in (("daily", 60), ("monthly", 1000), ("active", 2)):
        refused = await as_manager(running, "quota set", member=ana, **{option: limit + 1})
        assert refused.startswith(f"A manager can give {limit} at most as `{option}`:")
    refused = await as_manager(running, "quota grant", member=ana, credits=1001, reason="a birthday")
    assert refused.startswith("A manager can give 1000 at most as `credits`:")


async def test_whoever_may_order_nothing_is_not_told_to_wait(running: Running) -> None:
    ana, here = running.somebody, running.scene.channel
    await as_manager(running, "quota set", member=ana, active=0)
    refused = await (await ana.command(here, "seedance-fast", prompt="x")).final()
    assert refused.text == "You may have no jobs under way here. A server manager can change that."

    await as_manager(running, "quota set", member=ana, active=1, daily=0)
    refused = await (await ana.command(here, "seedance-fast", prompt="x")).final()
    assert "your allowance is 0 a day. Choose something smaller, or ask a server manager." in refused.text


async def test_what_was_granted_is_told_apart_from_the_allowance(running: Running) -> None:
    ana, here = running.somebody, running.scene.channel
    await as_manager(running, "quota set", member=ana, daily=1)
    await as_manager(running, "quota grant", member=ana, credits=2, reason="a birthday")

    refused = await (await ana.command(here, "seedance-pro", prompt="x", image=upload())).final()

    assert "you have 3 left today, 2 of them granted. Your allowance of 1 credit a day renews" in refused.text


async def test_a_figure_counts_for_the_next_job(running: Running) -> None:
    ana, here = running.somebody, running.scene.channel
    await as_manager(running, "quota set", member=ana, daily=5)
    await running.scene.made(await ana.command(here, "seedance-fast", prompt="x"))

    refused = await (await ana.command(here, "seedance-pro", prompt="x", image=upload())).final()

    assert refused.ephemeral
    assert "you have 4 of today's 5 left" in refused.text
