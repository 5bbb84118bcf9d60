"""The log channel before the real bot: who generated what, told once, to those who run the server only."""

from typing import Final

import pytest

from bot.sandbox.discord import AnswerLost, Channel, Fault, Member, Message, Permission
from bot.sandbox.runcomfy import Ending, Fate
from tests.e2e.hurried import select
from tests.e2e.onward import job_of, link_to, pressed
from tests.e2e.play import LONG, PROMPT, Play, upload
from tests.e2e.test_administration import MANAGER, a_manager, told

DELETE, SURE = "Delete the result", "Delete for everyone"
FLAGGED: Final = "a bomb `under` ||a boat|| [||](x) and more"


async def a_log(play: Play, mia: Member, log: Channel | None = None) -> Channel:
    """Return a channel that receives the log, with the words in it by which it was opened."""
    log = log or play.stage.guild.add_channel("log")
    assert await told(play, mia, "log", channel=log) == (
        f"<#{log.id}> now receives who generated what in this server."
    )
    (opening,) = log.messages
    assert "This channel now receives who generated what" in opening.text
    return log


async def entry(log: Channel, number: int = 1) -> Message:
    """Return an entry, the first one after the opening words is 1."""
    await log.wait_for(lambda _: len(log.messages) > number, LONG)
    return log.messages[number]


async def a_result(play: Play, prompt: str = PROMPT) -> Message:
    asked = await play.ask("seedream-edit", prompt=prompt, image=upload(), resolution="1K")
    await play.card_says(asked.message, "Done in")
    return await play.result_of(asked.message)


def tellings(play: Play) -> int:
    """Return how many jobs are over and told."""
    return len(select(play, "SELECT id FROM jobs WHERE told_at IS NOT NULL"))


async def test_a_delivered_job_is_told_once_without_a_ping_or_its_prompt(play: Play) -> None:
    log = await a_log(play, a_manager(play))
    result = await a_result(play)

    message = await entry(log)

    assert message.mentions == frozenset()
    assert not message.pings.everyone
    assert "### Seedream 4.0 Edit · delivered" in message.text
    assert f"{play.ana.mention} in <#{play.channel.id}>, by `/seedream-edit`" in message.text
    assert "1 credit charged · $0." in message.text
    assert link_to(result) in message.text
    assert [button.label for button in message.buttons] == [DELETE]
    from_dm = await play.ana.command(play.ana.dm, "seedance-fast", prompt=PROMPT, checked=False)
    await play.card_says((await from_dm.answered(LONG)).message, "Done in")
    await play.until(lambda it: tellings(it) == 2)
    assert len(log.messages) == 2
    assert all(PROMPT not in one.text for one in log.messages)


async def test_a_flagged_prompt_is_shown_under_a_cover_that_it_cannot_lift(play: Play) -> None:
    mia = a_manager(play)
    log = await a_log(play, mia, play.channel)
    await decide_words(play, mia, flagged="bomb")
    asked = await play.ask("seedance-fast", prompt=FLAGGED, duration=2)
    await play.card_says(asked.message, "Done in")

    message = await log.wait_for(lambda one: "flagged" in one.text and bool(one.buttons), LONG)

    covered = message.text.split("**A flagged word is in the prompt:**\n")[1].partition("\n")[0]
    assert covered == r"||a bomb \`under\` \|\|a boat\|\| \[\|\|\]\(x\) and more||"


async def decide_words(play: Play, who: Member, *, flagged: str) -> None:
    opened = (await (await who.command(play.channel, "zoetrope words")).answered(LONG)).modal
    assert opened is not None
    await (await who.submit(opened, {"refused": "", "flagged": flagged})).final(LONG)


async def test_failed_and_cancelled_jobs_are_told_with_their_reason_and_their_card(play: Play) -> None:
    log = await a_log(play, a_manager(play))
    play.runcomfy.next(Fate(ends=Ending.FAILED))
    failed = await play.animate()
    message = await entry(log)
    assert "· failed" in message.text
    assert "\n> RunComfy could not make it" in message.text
    assert failed.message is not None
    assert f"/{play.channel.id}/{failed.message.id})" in message.text
    assert "credits given back" in message.text

    play.runcomfy.hold()
    asked = await play.animate()
    card = await play.card_says(asked.message, "In RunComfy's queue")
    await pressed(play, card, "Cancel")
    message = await entry(log, 2)
    assert "· cancelled" in message.text
    assert message.buttons == []


@pytest.mark.parametrize("trouble", ["deleted", "closed"])
async def test_a_channel_that_takes_nothing_holds_up_nothing_and_the_settings_say_so(
    play: Play, trouble: str
) -> None:
    mia = a_manager(play)
    log = await a_log(play, mia)
    assert "I cannot write there" not in await told(play, mia, "settings")
    log.delete() if trouble == "deleted" else log.deny(Permission.SEND_MESSAGES)

    for _ in range(2):
        await a_result(play)
    await play.until(lambda it: tellings(it) == 2)

    assert f"Log channel: <#{log.id}>. **I cannot write there:**" in await told(play, mia, "settings")
    assert play.bot.log.count(f"the log channel {log.id} of server") == 1
    play.discord.problems.clear()
    if trouble == "closed":
        log.allow(Permission.SEND_MESSAGES)
        await a_result(play)
        assert "delivered" in (await entry(log)).text
        await play.until(lambda it: tellings(it) == 3)
        assert "I cannot write there" not in await told(play, mia, "settings")


async def test_a_kill_right_after_the_entry_was_sent_does_not_double_it(play: Play) -> None:
    log = await a_log(play, a_manager(play))
    fault = Fault("POST", f"/channels/{log.id}/messages", AnswerLost(), times=99)
    play.discord.faults.add(fault)
    await a_result(play)
    await entry(log)
    await play.bot.kill()
    play.discord.faults.clear()
    assert tellings(play) == 0

    await play.start()

    await play.until(lambda it: tellings(it) == 1)
    assert len(log.messages) == 2
    assert len(play.channel.messages) == 2


async def test_another_servers_channel_and_a_closed_one_are_refused_and_nothing_is_set(play: Play) -> None:
    mia = a_manager(play)
    there = play.discord.add_guild("Elsewhere").add_channel("films")
    closed = play.stage.guild.add_channel("closed")
    closed.deny(Permission.SEND_MESSAGES)

    assert "That belongs to another server" in await told(play, mia, "log", channel=there)
    assert "I cannot write in that channel, so nothing was set." in await told(
        play, mia, "log", channel=closed
    )

    assert there.messages == closed.messages == []
    assert "Log channel: none" in await told(play, mia, "settings")
    assert "Nothing has been done here yet" in await told(play, mia, "acts")


async def test_nobody_but_managers_sets_it_and_without_a_channel_it_is_off(play: Play) -> None:
    mia = a_manager(play)
    quiet = play.stage.guild.add_channel("quiet")
    assert "for this server's managers" in await told_unchecked(play, play.ana, channel=quiet)
    assert quiet.messages == []
    log = await a_log(play, mia)

    assert await told(play, mia, "log") == "No channel receives who generated what any more."

    await a_result(play)
    await play.until(lambda it: tellings(it) == 1)
    assert len(log.messages) == 1


async def told_unchecked(play: Play, who: Member, *, channel: Channel) -> str:
    typed = await who.command(play.channel, "zoetrope log", checked=False, channel=channel)
    return (await typed.final(LONG)).text


@pytest.mark.parametrize("who", ["a manager", "its owner"])
async def test_a_result_is_deleted_from_the_log_which_stays(play: Play, who: str) -> None:
    mia = a_manager(play)
    log = await a_log(play, mia)
    result = await a_result(play)
    message = await entry(log)
    shown = message.text
    member = mia if who == "a manager" else play.ana

    question = await pressed(play, message, DELETE, member)
    assert question.private
    assert question.message is not None
    assert not result.deleted
    done = await pressed(play, question.message, SURE, member)

    assert done.source is not None
    await done.source.wait_for(lambda one: "Deleted." in one.text and not one.buttons, LONG)
    await play.discord.bell.until(lambda: result.deleted or None, timeout=LONG, what="the result's end")
    again = await pressed(play, message, DELETE, member)
    assert again.private
    assert again.message is not None
    assert again.message.text == "Its result has been deleted already."
    # What anybody could send: the press that takes a copy away, with the entry in the copy's place.
    forged = await member.press(question.message, forged_id(result, message), checked=False)
    await forged.answered(LONG)
    await play.until(lambda it: tellings(it) == 1)
    assert (message.deleted, message.text, len(log.messages)) == (False, shown, 2)


def forged_id(result: Message, entry: Message) -> str:
    return f"zoetrope:delete-sure:{job_of(result)}:{entry.id}"


async def test_a_stranger_deletes_nothing_from_the_log(play: Play) -> None:
    log = await a_log(play, a_manager(play))
    result = await a_result(play)
    message = await entry(log)
    bo = play.discord.add_member("bo", play.stage.guild)
    elsewhere = play.discord.add_guild("Elsewhere")
    chief = play.discord.add_member("chief", elsewhere, permissions=MANAGER)
    # Whoever manages another server can only send it from there.
    theirs = await chief.post(elsewhere.add_channel("films"), "a log of ours")
    for member, shown in ((bo, message), (chief, theirs)):
        refused = await member.press(shown, f"zoetrope:delete:{job_of(result)}", checked=False)
        assert "Only the member who started this job" in (await refused.final(LONG)).text
    assert not result.deleted
