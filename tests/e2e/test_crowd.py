"""Many at once: all are acknowledged in time, nobody gets more than there is room for, all take turns."""

import asyncio

from bot.sandbox.discord import Interaction
from tests.e2e.play import LONG, Play
from tests.postgres import too_many_at_once


@too_many_at_once
async def test_a_hundred_commands_at_once_are_all_acknowledged_in_time(play: Play) -> None:
    play.runcomfy.hold()
    members = [play.discord.add_member(f"member-{number}", play.stage.guild) for number in range(100)]
    asked = [
        await member.command(play.channel, "seedance-fast", prompt=f"number {number}")
        for number, member in enumerate(members)
    ]
    await asyncio.gather(*(one.answered(LONG) for one in asked))
    waits = [one.answered_at - one.sent_at for one in asked if one.answered_at is not None]
    assert len(waits) == 100
    assert max(waits) < 3
    assert not any(one.failed or one.private for one in asked)
    assert len(play.rows()) == 100


async def test_twenty_at_once_from_one_member_with_room_for_five_admit_exactly_five(play: Play) -> None:
    await play.bot.terminate()
    await play.start(QUOTA__MAX_ACTIVE_JOBS="5")
    play.runcomfy.hold()
    asked = [await play.ana.command(play.channel, "seedance-fast", prompt="a") for _ in range(20)]
    await asyncio.gather(*(one.answered(LONG) for one in asked))
    refused = [one for one in asked if one.private]
    assert len(refused) == 15
    assert all(one.message and "You have 5 of 5 jobs under way" in one.message.text for one in refused)
    assert len(play.rows()) == 5
    assert play.reserved() == 5


async def test_credits_run_out_exactly_and_say_when_they_renew(play: Play) -> None:
    await play.bot.terminate()
    await play.start(QUOTA__DAILY_CREDITS="12", QUOTA__MAX_ACTIVE_JOBS="10")
    play.runcomfy.hold()
    first, second, third = [await play.animate() for _ in range(3)]
    assert not first.private
    assert not second.private
    assert third.private
    assert third.message is not None
    assert "This costs 5 credits, and you have 2 of today's 12 left" in third.message.text


async def test_members_take_turns_in_the_line(play: Play) -> None:
    await play.bot.terminate()
    await play.start(RUNCOMFY__MAX_IN_FLIGHT="1", QUOTA__MAX_ACTIVE_JOBS="10")
    play.runcomfy.hold()
    bo = play.discord.add_member("bo", play.stage.guild)
    first = await play.ask("seedance-fast", prompt="ana 0")
    await play.card_says(first.message, "In RunComfy's queue")
    mine: list[Interaction] = [await play.ask("seedance-fast", prompt=f"ana {n}") for n in range(1, 4)]
    for one in mine:
        await play.card_says(one.message, "Waiting")
    theirs = await play.ask("seedance-fast", bo, prompt="bo 0")
    await play.card_says(theirs.message, "yours is the next to go")
    play.runcomfy.release()
    for one in [first, *mine, theirs]:
        await play.card_says(one.message, "Done in")
    order = [submit.body["text"] for submit in play.runcomfy.submits]
    assert order == ["ana 0", "bo 0", "ana 1", "ana 2", "ana 3"]


async def test_no_more_jobs_are_at_runcomfy_than_allowed(play: Play) -> None:
    await play.bot.terminate()
    await play.start(RUNCOMFY__MAX_IN_FLIGHT="3", QUOTA__MAX_ACTIVE_JOBS="10")
    play.runcomfy.hold()
    asked = [await play.ask("seedance-fast", prompt="a") for _ in range(6)]
    for one in asked[:3]:
        await play.card_says(one.message, "In RunComfy's queue")
    for one in asked[3:]:
        await play.card_says(one.message, "Waiting")
    assert len(play.runcomfy.submits) == 3
    play.runcomfy.release()
    for one in asked:
        await play.card_says(one.message, "Done in")
