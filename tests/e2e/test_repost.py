"""/jobs, pick, "Post it here again": an earlier result in another channel, from where its files still are."""

from bot.sandbox.discord import AnswerLost, Channel, Delay, Fault, Interaction, Member, Message, Permission
from bot.sandbox.runcomfy import Fate
from tests.e2e.onward import card_of, filled_in, job_of, link_to, pressed
from tests.e2e.play import LONG, PROMPT, Play, upload
from tests.media.films import watch

BUTTONS = ["Again", "Change", "Animate", "Delete"]
REPOST = "Post it here again"


async def some_pictures(play: Play, count: int = 1) -> Message:
    """Return the result of an edit, all done."""
    play.runcomfy.next(Fate(outputs=count))
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=upload(), resolution="1K")
    await play.card_says(asked.message, "Done in")
    return await play.result_of(asked.message)


async def looked_at(play: Play, result: Message, channel: Channel, member: Member | None = None) -> Message:
    """Have a member pick a job from /jobs in some channel, and return what is shown."""
    asker = member or play.ana
    listed = await (await asker.command(channel, "jobs")).final(LONG)
    return await (await asker.choose(listed, "zoetrope:pick", job_of(result))).final(LONG)


async def brought(play: Play, result: Message, channel: Channel) -> Message:
    """Have the owner post a result again, and return what has come of it."""
    shown = await looked_at(play, result, channel)
    return await (await pressed(play, shown, REPOST)).final(LONG)


def excuse_the_look(play: Play) -> None:
    """Whether a message is still there can only be learned by asking for it."""
    assert all("GET" in problem and "10008" in problem for problem in play.discord.problems)
    play.discord.problems.clear()


async def test_a_result_comes_again_whole_into_another_channel_and_leads_on_from_there(play: Play) -> None:
    first = await some_pictures(play, count=2)
    there = play.stage.guild.add_channel("gallery")
    await play.revive()
    play.discord.expire_attachments()
    play.discord.expire_tokens()

    copy = await brought(play, first, there)

    assert copy.channel is there
    assert not copy.ephemeral
    assert [file.path.read_bytes() for file in copy.attachments] == [
        file.path.read_bytes() for file in first.attachments
    ]
    assert [exhibit.description for exhibit in copy.gallery] == [PROMPT, PROMPT]
    assert [button.label for button in copy.buttons] == BUTTONS
    assert copy.mentions == frozenset()
    assert len(play.rows()) == 1
    assert len(play.runcomfy.submits) == 1
    bo = play.discord.add_member("bo", play.stage.guild)
    animated = await filled_in(play, copy, "Animate", bo, prompt="it drifts", picture="1")
    assert link_to(copy) in card_of(animated).text
    assert card_of(animated).channel is there
    await play.card_says(card_of(animated), "Done in")


async def test_a_result_that_was_taken_away_by_hand_comes_from_runcomfy(play: Play) -> None:
    first = await some_pictures(play)
    first.delete()
    copy = await brought(play, first, play.channel)
    assert [file.path.read_bytes() for file in copy.attachments] == [
        file.path.read_bytes() for file in first.attachments
    ]
    excuse_the_look(play)


async def test_a_result_that_is_nowhere_any_more_is_told_of_privately(play: Play) -> None:
    first = await some_pictures(play)
    first.delete()
    (request_id,) = play.runcomfy.jobs
    play.runcomfy.expire(request_id)
    shown = await looked_at(play, first, play.channel)
    press = await pressed(play, shown, REPOST)
    told = await press.final(LONG)
    assert told.ephemeral
    assert "neither at Discord nor at RunComfy" in told.text
    assert press.message is not None
    assert press.message.deleted
    excuse_the_look(play)


async def test_a_joined_clip_comes_again_whole(play: Play) -> None:
    asked = await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    await play.card_says(asked.message, "Done in")
    film = await play.result_of(asked.message)
    extended = await filled_in(play, film, "Extend", duration="4")
    await play.card_says(card_of(extended), "Done in")
    clip = await play.result_of(card_of(extended))
    there = play.stage.guild.add_channel("gallery")

    copy = await brought(play, clip, there)

    (before,), (after,) = clip.attachments, copy.attachments
    assert watch(before.path) == watch(after.path)
    assert "one clip" in copy.text

    # RunComfy has no more than the last part of it, which must not pass for the whole.
    clip.delete()
    again = await filled_in(play, copy, "Extend", duration="4")
    await play.card_says(card_of(again), "Done in")
    part = await there.wait_for(lambda message: message.reference == card_of(again).id, LONG)
    assert "could not be joined with the earlier part" in part.text
    assert watch(part.attachments[0].path).seconds == 4
    excuse_the_look(play)


async def test_a_stranger_neither_sees_nor_brings_what_is_anothers(play: Play) -> None:
    first = await some_pictures(play)
    bo = play.discord.add_member("bo", play.stage.guild)
    own = await play.ask("seedance-fast", bo, prompt="a pond")
    await play.card_says(own.message, "Done in")
    shown = await looked_at(play, first, play.channel)
    listed = await (await bo.command(play.channel, "jobs")).final(LONG)

    picked = await bo.choose(listed, "zoetrope:pick", job_of(first), checked=False)
    forged = await bo.press(shown, f"zoetrope:repost:{job_of(first)}", checked=False)

    for interaction in (picked, forged):
        told = await interaction.final(LONG)
        assert "Only the member who started this job" in told.text
        assert told.ephemeral
        assert PROMPT not in told.text
    for value in ("22222222222", "", "x" * 100, f"{job_of(first)}:"):
        told = await (await bo.choose(listed, "zoetrope:pick", value, checked=False)).final(LONG)
        assert "no longer know this job" in told.text
        assert told.ephemeral
    pictured = [message for message in play.channel.messages if message.attachments]
    # Her card, her result, and the stranger's own.
    assert len(pictured) == 3


async def test_a_copy_is_deleted_with_the_result(play: Play) -> None:
    first = await some_pictures(play)
    copy = await brought(play, first, play.stage.guild.add_channel("gallery"))
    question = await pressed(play, copy, "Delete")
    assert question.message is not None
    await pressed(play, question.message, "Delete for everyone")
    gone = lambda: (first.deleted and copy.deleted) or None  # noqa: E731 - shorter than a name
    await play.discord.bell.until(gone, timeout=LONG, what="both ends")


async def test_what_the_other_channel_does_not_take_comes_as_a_link(play: Play) -> None:
    first = await some_pictures(play)
    refused = play.discord.refuse_files(above=100, times=1)
    copy = await brought(play, first, play.stage.guild.add_channel("gallery"))
    assert refused.fired == 1
    (job,) = play.runcomfy.jobs.values()
    assert job.urls[0] in copy.text
    assert not copy.ephemeral
    assert [button.label for button in copy.buttons] == BUTTONS


async def test_a_channel_that_is_closed_to_the_bot_is_told_of_before_anything_is_promised(
    play: Play,
) -> None:
    first = await some_pictures(play)
    there = play.stage.guild.add_channel("gallery")
    there.deny(Permission.SEND_MESSAGES)
    told = await brought(play, first, there)
    assert told.ephemeral
    assert "I lack Send Messages" in told.text
    assert there.messages == []


async def test_a_lost_answer_to_the_upload_leaves_one_copy(play: Play) -> None:
    first = await some_pictures(play)
    there = play.stage.guild.add_channel("gallery")
    shown = await looked_at(play, first, there)
    fault = play.discord.faults.add(Fault("PATCH", "/webhooks/.*", AnswerLost()))
    copy = await (await pressed(play, shown, REPOST)).final(LONG)
    await play.until(lambda _: fault.fired)
    await copy.wait_for(lambda message: len(message.attachments) == 1, LONG)
    assert there.messages == [copy]


async def test_a_kill_in_between_does_no_harm_and_it_can_be_pressed_again(play: Play) -> None:
    first = await some_pictures(play)
    there = play.stage.guild.add_channel("gallery")
    shown = await looked_at(play, first, there)
    fault = play.discord.faults.add(Fault("PATCH", "/webhooks/.*", Delay(20.0)))
    await pressed(play, shown, REPOST)
    await play.until(lambda _: fault.fired)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
    copy = await (await pressed(play, shown, REPOST)).final(LONG)
    assert len(copy.attachments) == 1
    await nothing_is_left(play)
    assert len(play.rows()) == 1


async def nothing_is_left(play: Play) -> None:
    """Return once no file of the bot's work is left."""
    await play.until(lambda play: not list(play.bot.folder.glob("*.media/*")))


async def test_a_press_that_arrives_twice_brings_one_copy(play: Play) -> None:
    first = await some_pictures(play)
    there = play.stage.guild.add_channel("gallery")
    shown = await looked_at(play, first, there)
    play.discord.deliver_twice = True
    press: Interaction = await pressed(play, shown, REPOST)
    copy = await press.final(LONG)
    await play.ask("quota")
    assert there.messages == [copy]
    assert press.followups == []
