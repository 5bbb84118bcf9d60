"""Those who run a place, before the real bot: what they decide outlives a kill and counts at once."""

import sqlite3
from typing import Final

from bot.sandbox.discord import EVERYBODY, Member, Permission
from bot.sandbox.discord.options import Value
from bot.sandbox.runcomfy import Action, Fault, When
from tests.e2e.play import LONG, PROMPT, Play

MANAGER: Final = EVERYBODY | Permission.MANAGE_GUILD


def a_manager(play: Play) -> Member:
    return play.discord.add_member("mia", play.stage.guild, permissions=MANAGER)


async def told(play: Play, who: Member, name: str, /, **options: Value) -> str:
    """Return what somebody is told privately of a subcommand."""
    typed = await who.command(play.channel, f"zoetrope {name}", checked=True, **options)
    message = await typed.final(LONG)
    assert message.ephemeral
    return message.text


async def orders(play: Play) -> str:
    """Have ana order; return what she is told, or of whom the card is."""
    asked = await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    return (await asked.final(LONG)).text


async def test_what_a_manager_decides_counts_after_a_kill(play: Play) -> None:
    mia = a_manager(play)
    await told(play, mia, "pause", reason="Back at six.")
    assert "Back at six." in await orders(play)

    await play.revive()
    assert "Back at six." in await orders(play)
    await told(play, mia, "resume")
    await told(play, mia, "quota set", daily=3)
    await told(play, mia, "block", member=play.ana, reason="spam")
    await play.revive()
    assert "I take no orders from you: spam" in await orders(play)
    await told(play, mia, "unblock", member=play.ana)
    assert "Seedance 1.0 Pro Fast" in await orders(play)

    acts = await told(play, mia, "acts")
    assert acts.count(mia.mention) == 5
    asked = await play.ask("quota")
    assert asked.message is not None
    assert "of 3 credits used" in asked.message.text


async def test_a_manager_settles_what_a_crash_has_left_in_doubt(play: Play) -> None:
    mia = a_manager(play)
    stuck = await in_doubt(play)
    offered = await mia.autocomplete(play.channel, "zoetrope settle", focused="job", job="")
    assert [choice.value for choice in (await offered.answered(LONG)).choices] == [stuck]

    words = await told(play, mia, "settle", job=stuck, bought=True, reason="it is in the bill")

    assert "Settled as bought" in words
    await play.until(lambda it: [row.state for row in it.rows()] == ["failed"])
    again = await told(play, mia, "settle", job=stuck, bought=True, reason="once more")
    assert "Only a job in doubt can be settled" in again
    assert [row.hold for row in play.rows()] == ["returned"]


async def test_the_owner_of_the_application_acts_everywhere_and_nobody_else(play: Play) -> None:
    boss = play.discord.let_owner_in(play.stage.guild, permissions=MANAGER)
    elsewhere = play.discord.add_guild("Elsewhere")
    there = elsewhere.add_channel("films")
    mia = a_manager(play)

    refused = await told(play, mia, "pause", reason="all mine", everywhere=True)
    assert refused == "That is for the owners of the bot only."
    await told(play, boss, "pause", reason="We move house.", everywhere=True)
    asked = await play.ana.command(there, "seedance-fast", prompt=PROMPT, checked=False)
    assert "We move house." in (await asked.final(LONG)).text
    assert (
        "**Nothing can be ordered now.**" in (await (await play.ana.command(there, "quota")).final(LONG)).text
    )


async def test_a_denied_role_is_denied_right_after_a_start(play: Play) -> None:
    mia, rowdies = a_manager(play), play.stage.guild.add_role("rowdies")
    play.ana.roles = [rowdies]
    await told(play, mia, "deny", role=rowdies)
    await play.bot.kill()
    await play.start()

    assert "Your roles do not let you order here" in await orders(play)


async def in_doubt(play: Play) -> str:
    """Lose the answer to a paid call; return the job that is in doubt then."""
    play.runcomfy.fault(Fault("submit", Action.RESET, when=When.DONE))
    await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    await play.until(lambda it: [row.state for row in it.rows()] == ["unknown"])
    await play.until(_is_told)
    return play.rows()[0].id


def _is_told(play: Play) -> bool:
    with sqlite3.connect(f"file:{play.bot.database}?mode=ro", uri=True, timeout=5) as connection:
        (count,) = connection.execute("SELECT count(told_at) FROM jobs").fetchone()
    connection.close()
    return bool(count)
