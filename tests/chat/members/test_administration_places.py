"""/zoetrope block, allow, models, pause, settings, words, acts: what is decided counts for the next order."""

from datetime import UTC, datetime

import pytest

from bot.core.ids import UserId
from bot.core.office import Deed
from bot.core.policy import Policy
from bot.core.rights import Act, Rank
from bot.sandbox.discord import Channel
from bot.sandbox.discord.options import Value
from tests.chat.members.running import Running, guild_id, guild_of, words_of
from tests.chat.members.scene import Scene


@pytest.fixture
async def running(scene: Scene) -> Running:
    return await Running.begin(scene)


async def decide(running: Running, name: str, **options: Value) -> str:
    here = running.scene.channel
    return await running.told(running.actor(Rank.MANAGER, here), here, name, **options)


async def orders(
    running: Running, at: Channel | None = None, prompt: str = "a boat", **options: str | int
) -> str:
    """Have somebody order; return why not, or nothing where there is a card."""
    at = at or running.scene.channel
    asked = await running.somebody.command(at, "seedance-fast", checked=True, prompt=prompt, **options)
    message = await asked.final()
    return message.text if message.ephemeral else ""


async def test_who_is_blocked_orders_nothing_here_and_reads_why(running: Running) -> None:
    ana = running.somebody
    told = await decide(running, "block", member=ana, reason="spams *everybody*")
    assert told == (
        f"Nothing more is accepted of {ana.mention} in this server. They read: spams \\*everybody\\*"
    )

    assert "I take no orders from you: spams \\*everybody\\*" in await orders(running)
    assert await orders(running, running.there) == ""

    told = await decide(running, "unblock", member=ana)
    assert told == f"{ana.mention} is not blocked in this server any more."
    assert await orders(running) == ""
    told = await decide(running, "unblock", member=ana)
    assert told == f"{ana.mention} was not blocked in this server."


async def test_the_settings_show_who_is_blocked_and_that_the_whole_bot_is_paused(running: Running) -> None:
    here, ana, boss = (
        running.scene.channel,
        running.somebody,
        running.actor(Rank.OWNER, running.scene.channel),
    )
    assert "Blocked:" not in await decide(running, "settings")
    await decide(running, "block", member=ana, reason="spam")
    await running.told(boss, here, "pause", reason="we *move*", everywhere=True)

    shown = await decide(running, "settings")

    assert f"\nBlocked: {ana.mention}\n" in shown
    assert "**The whole bot is paused** by its owners. Members read: we \\*move\\*" in shown
    await decide(running, "unblock", member=ana)
    assert "Blocked:" not in await decide(running, "settings", spoilers=True)


async def test_what_is_undone_here_is_not_said_to_be_undone_everywhere(running: Running) -> None:
    here, ana, boss = (
        running.scene.channel,
        running.somebody,
        running.actor(Rank.OWNER, running.scene.channel),
    )
    for everywhere in (False, True):
        await running.told(boss, here, "block", member=ana, reason="spam", everywhere=everywhere)
        await running.told(boss, here, "pause", reason="we move", everywhere=everywhere)

    assert "in this server" in await decide(running, "unblock", member=ana)
    assert await decide(running, "resume") == "This server is not paused any more."
    reason = "I take no orders from you: spam. Those who run this server or this bot can tell you more."
    assert await orders(running) == reason
    told = await running.told(boss, here, "unblock", member=ana, everywhere=True)
    assert told.startswith(f"{ana.mention} is not blocked everywhere any more")
    assert await orders(running) == "I take no orders at the moment: we move."


async def test_an_owner_blocks_and_pauses_everywhere(running: Running) -> None:
    here, boss = running.scene.channel, running.actor(Rank.OWNER, running.scene.channel)
    await running.told(boss, here, "block", member=running.somebody, reason="spam", everywhere=True)
    assert "I take no orders from you" in await orders(running, running.there)
    await running.told(boss, here, "unblock", member=running.somebody, everywhere=True)

    await running.told(boss, here, "pause", reason="We move house.", everywhere=True)
    for at in (here, running.there):
        assert "I take no orders at the moment: We move house." in await orders(running, at)
    await running.told(boss, here, "resume", everywhere=True)
    assert await orders(running, running.there) == ""


async def test_a_pause_is_of_one_server_and_read_by_its_members(running: Running) -> None:
    await decide(running, "pause", reason="Back at six.")

    assert "I take no orders at the moment: Back at six." in await orders(running)
    assert await orders(running, running.there) == ""
    quota = await (await running.somebody.command(running.scene.channel, "quota")).final()
    assert "**Nothing can be ordered now.** I take no orders at the moment: Back at six." in quota.text

    await decide(running, "resume")
    assert await orders(running) == ""


async def test_channels_are_allowed_denied_and_forgotten_with_their_threads(running: Running) -> None:
    here = running.scene.channel
    films = guild_of(here).add_channel("films")
    thread = films.add_thread("a thread")
    await decide(running, "allow", channel=films)

    assert "no orders in this channel" in await orders(running)
    assert await orders(running, films) == ""
    assert await orders(running, thread) == ""

    await decide(running, "deny", channel=films)
    assert "no orders in this channel" in await orders(running, thread)
    assert await orders(running) == ""
    await decide(running, "forget", channel=films)
    assert await orders(running, films) == ""


async def test_roles_are_allowed_denied_and_forgotten(running: Running) -> None:
    painters = guild_of(running.scene.channel).add_role("painters")
    told = await decide(running, "allow", role=painters)
    assert told.startswith(f"{painters.mention} is allowed: from now on")
    assert "Your roles do not let you order here" in await orders(running)
    running.somebody.roles = [painters]
    assert await orders(running) == ""

    await decide(running, "deny", role=painters)
    assert "Your roles do not let you order here" in await orders(running)
    await decide(running, "forget", role=painters)
    assert await orders(running) == ""


async def test_a_weight_shuts_nobody_out(running: Running) -> None:
    patrons = guild_of(running.scene.channel).add_role("patrons")

    told = await decide(running, "allow", role=patrons, weight=2.5)

    assert told == f"{patrons.mention}: its members' turns come 2.5 times as often, where jobs wait."
    assert await orders(running) == ""
    assert f"Turns in the line: {patrons.mention} \N{MULTIPLICATION SIGN} 2.5" in await decide(
        running, "settings"
    )
    await decide(running, "forget", role=patrons)
    assert "Turns in the line" not in await decide(running, "settings")


@pytest.mark.parametrize("name", ["allow", "deny", "forget"])
async def test_a_list_needs_something_to_list(running: Running, name: str) -> None:
    assert (await decide(running, name)).startswith("The option `channel, role` takes this")


async def test_a_command_is_limited_step_by_step_and_freed_again(running: Running) -> None:
    fast = "seedance-fast"
    assert await decide(running, "models", command=fast) == f"`/{fast}` in this server: on."
    await decide(running, "models", command=fast, resolution="720p")
    told = await decide(running, "models", command=fast, duration=5)
    assert told == f"`/{fast}` in this server: on, 720p at most, 5 s at most."

    assert "makes at most 720p" in await orders(running, resolution="1080p")
    assert "at most 5 s" in await orders(running, duration=6)
    assert await orders(running, resolution="720p", duration=5) == ""

    await decide(running, "models", command=fast, resolution="any", duration=0)
    assert await orders(running, resolution="1080p", duration=6) == ""
    await decide(running, "models", command=fast, off=True)
    assert "turned off here" in await orders(running)
    assert f"`/{fast}` in this server: off." in await decide(running, "settings")


async def test_a_limit_is_one_that_the_command_has(running: Running) -> None:
    refused = await decide(running, "models", command="seedream-edit", resolution="720p")
    assert refused == "The option `resolution` takes this: 1K, 2K, 4K."
    for command, seconds, expected in (
        ("seedance-pro", 3, "4-12"),
        ("seedance-lite", 4, "5-10"),
        ("seedream-edit", 5, "nothing, as the command makes pictures"),
    ):
        refused = await decide(running, "models", command=command, duration=seconds)
        assert refused == f"The option `duration` takes this: {expected}."


async def test_only_age_restricted_channels_where_the_server_says_so(running: Running) -> None:
    late = guild_of(running.scene.channel).add_channel("late", nsfw=True)
    await decide(running, "settings", adults_only=True)

    assert "age-restricted channels only" in await orders(running)
    assert await orders(running, late) == ""
    assert await orders(running, late.add_thread("later")) == ""


async def test_everything_is_covered_where_the_server_says_so(running: Running) -> None:
    await decide(running, "settings", spoilers=True)
    job = await running.scene.made(
        await running.somebody.command(running.scene.channel, "seedance-fast", prompt="a boat")
    )
    assert job.spoiler


async def test_a_zone_is_suggested_and_counts(running: Running) -> None:
    here, mia = running.scene.channel, running.actor(Rank.MANAGER, running.scene.channel)
    asked = await mia.autocomplete(here, "zoetrope settings", focused="time_zone", time_zone="new y")
    choices = [choice.value for choice in (await asked.answered()).choices]
    assert choices[0] == "America/New_York"

    assert "begin: UTC, as for the whole bot" in await decide(running, "settings")
    shown = await decide(running, "settings", time_zone="Pacific/Kiritimati")
    assert "Time zone, in which days and months begin: Pacific/Kiritimati" in shown
    shown = await decide(running, "settings", time_zone="default")
    assert "begin: UTC, as for the whole bot" in shown
    wrong = await decide(running, "settings", time_zone="Atlantis/Capital")
    assert "The option `time_zone` takes this" in wrong


async def test_words_are_refused_in_any_case_and_come_back_into_the_form(running: Running) -> None:
    here, mia = running.scene.channel, running.actor(Rank.MANAGER, running.scene.channel)
    form = (await running.run(mia, here, "words")).modal
    assert form is not None
    lists = {"refused": "Tulip*\n\n  black   swan \n", "flagged": "goose"}
    told = await words_of(await mia.submit(form, lists))
    assert told == "Words refused: 2. Words told in the log channel: 1."

    assert "words that are not wanted here" in await orders(running, prompt="two TULIPS in a vase")
    assert await orders(running, prompt="a swan, a goose") == ""
    again = (await running.run(mia, here, "words")).modal
    assert again is not None
    assert again.fields["refused"].value == "Tulip*\nblack swan"
    await words_of(await mia.submit(again, {"refused": "", "flagged": ""}))
    assert await orders(running, prompt="two tulips") == ""


async def test_a_word_that_would_stand_for_everything_is_refused(running: Running) -> None:
    here, mia = running.scene.channel, running.actor(Rank.MANAGER, running.scene.channel)
    form = (await running.run(mia, here, "words")).modal
    assert form is not None

    told = await words_of(await mia.submit(form, {"refused": "***", "flagged": ""}))

    assert "The option `refused` takes this" in told
    assert await orders(running) == ""


async def test_lists_too_long_for_the_form_are_never_cut(running: Running) -> None:
    here, mia = running.scene.channel, running.actor(Rank.MANAGER, running.scene.channel)
    words = tuple(f"word{number:03}{'x' * 40}" for number in range(100))
    deed = Deed(datetime.now(UTC), UserId(mia.id), Act.SET_POLICY, guild_id(here))
    await running.scene.store.office.set_policy(guild_id(here), Policy(refused_words=words), deed)

    told = await words_of(await running.run(mia, here, "words"))

    assert told.startswith("The lists are too long for Discord's form (4799 characters; it takes 4000).")


async def test_the_record_tells_who_did_what_to_whom_and_why(running: Running) -> None:
    ana, here = running.somebody, running.scene.channel
    mia = running.actor(Rank.MANAGER, here)
    await decide(running, "block", member=ana, reason="spam")
    await decide(running, "deny", channel=here)
    await decide(running, "quota grant", member=ana, credits=5, reason="a birthday")

    shown = await decide(running, "acts")
    latest = await decide(running, "acts", count=1)

    for part in (
        f"{mia.mention} **blocked** · {ana.mention} · “spam”",
        f"{mia.mention} **denied** · <#{here.id}>",
        f"{mia.mention} **granted credits** · {ana.mention} · 5 credits · for 30 d · “a birthday”",
    ):
        assert part in shown
    assert latest.count(mia.mention) == 1
    assert "granted credits" in latest


async def test_every_kind_of_decision_has_words_of_its_own_in_the_record(running: Running) -> None:
    here = running.scene.channel
    role = guild_of(here).add_role("painters")
    await decide(running, "pause", reason="Back at six.")
    await decide(running, "resume")
    await decide(running, "allow", role=role, weight=2.5)
    await decide(running, "models", command="seedance-fast", off=True, duration=5)
    await decide(running, "settings", time_zone="Europe/Rome", adults_only=True, spoilers=False)
    await decide(running, "log")
    await decide(running, "quota set", daily=7)
    await decide(running, "quota set", clear=True)

    shown = await decide(running, "acts")

    for part in (
        "**paused** · “Back at six.”",
        "**resumed**",
        f"**weighed a role** · {role.mention} · 2.5 turns for one of others",
        "**limited a command** · `/seedance-fast` · off · 5 s at most",
        "time zone Europe/Rome · in age-restricted channels only · results are not covered",
        "**set no log channel**",
        "**set an allowance** · for everybody here · 7 credits a day",
        "**took an allowance away** · for everybody here",
    ):
        assert part in shown, part


async def test_owners_read_what_was_done_everywhere(running: Running) -> None:
    here, boss = running.scene.channel, running.actor(Rank.OWNER, running.scene.channel)
    await decide(running, "pause", reason="lunch")
    await running.told(boss, here, "pause", reason="we move", everywhere=True)

    assert await decide(running, "acts", everywhere=True) == "That is for the owners of the bot only."
    assert "we move" not in await decide(running, "acts")
    shown = await running.told(boss, here, "acts", everywhere=True)
    assert f"{boss.mention} **paused** · “we move” · for the whole bot" in shown
    assert f"**paused** · “lunch” · server {guild_id(here)}" in shown


async def test_the_longest_lists_and_records_fit_into_a_message(running: Running) -> None:
    here, guild = running.scene.channel, guild_of(running.scene.channel)
    mia = running.actor(Rank.MANAGER, here)
    for number in range(25):
        role, channel = guild.add_role(f"role {number}"), guild.add_channel(f"channel-{number}")
        await running.told(mia, here, "deny", role=role, channel=channel)
        await running.told(mia, here, "quota set", role=role, daily=1000, monthly=900, active=3)
    for number in range(10):
        who = running.scene.platform.add_member(f"m{number}", guild)
        await running.told(mia, here, "block", member=who, reason="*" * 200)

    settings = await decide(running, "settings")
    assert "and 10 more" in settings
    for words in (settings, await decide(running, "acts", count=50), await decide(running, "quota show")):
        assert len(words) <= 4000
