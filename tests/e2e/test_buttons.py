"""The buttons under a result: again and change, by anybody, at any age, after any restart."""

from bot.sandbox.discord import Ceiling, Delay, Fault, Interaction, Message, Modal, Permission
from tests.e2e.onward import (
    beginning,
    card_of,
    filled_in,
    form_of,
    job_of,
    link_to,
    pictures_sent,
    pressed,
    without_pictures,
)
from tests.e2e.play import LONG, PROMPT, Play
from tests.media.films import watch

CLASSIC = 0
"""No flag: a message that is not made of components."""


async def a_result(play: Play) -> Message:
    """Return a video with settings of its own, all done."""
    asked = await play.animate(duration=8, audio=False)
    await play.card_says(asked.message, "Done in")
    return await play.result_of(asked.message)


async def a_bare_result(play: Play) -> Message:
    """Return a video of words alone, all done."""
    asked = await play.ask("seedance-fast", prompt=PROMPT, duration=2, seed=7)
    await play.card_says(asked.message, "Done in")
    return await play.result_of(asked.message)


async def done(play: Play, asked: Interaction) -> Message:
    """Return the result of what was pressed or filled in, once its card has its last form."""
    result = await play.result_of(card_of(asked))
    await play.card_says(card_of(asked), "Done in")
    return result


async def quota_of(play: Play, member_name: str) -> str:
    """Return what /quota tells somebody."""
    member = next(one for one in play.discord.members.values() if one.name == member_name)
    asked = await play.ask("quota", member)
    assert asked.message is not None
    return asked.message.text


async def test_again_asks_for_the_same_and_is_the_pressers_own_job(play: Play) -> None:
    first = await a_result(play)
    bo = play.discord.add_member("bo", play.stage.guild)

    again = await pressed(play, first, "Again", bo)
    second = await done(play, again)

    one, other = play.runcomfy.submits
    assert without_pictures(one) == without_pictures(other)
    assert one.body["first_frame_image_url"] != other.body["first_frame_image_url"]
    (before,), (after,) = pictures_sent(play, one), pictures_sent(play, other)
    assert before.tobytes() == after.tobytes()
    assert second.mentions == {bo.id}
    for text in (card_of(again).text, second.text):
        assert f"once more, as [job {job_of(first)}]({link_to(first)})" in text
    used = "Today: 4 of 60 credits used"
    assert used in await quota_of(play, "bo")
    assert used in await quota_of(play, "ana")


async def test_change_begins_with_what_was_asked_and_sends_what_is_chosen_now(play: Play) -> None:
    first = await a_result(play)

    form = await form_of(play, first, "Change")
    assert beginning(form) == {
        "prompt": [PROMPT],
        "resolution": ["480p"],
        "ratio": ["adaptive"],
        "duration": ["8"],
        "options": ["fixed_camera"],
    }
    chosen = {"prompt": "the boat sinks", "duration": "4 s", "ratio": "1:1", "options": ["audio"]}
    changed = await (await play.ana.submit(form, chosen)).answered(LONG)
    await done(play, changed)

    assert without_pictures(play.runcomfy.submits[1]) == {
        "prompt": "the boat sinks",
        "resolution": "480p",
        "ratio": "1:1",
        "duration": 4,
        "generate_audio": True,
        "camera_fixed": False,
    }
    assert f"changed from [job {job_of(first)}]({link_to(first)})" in card_of(changed).text


async def test_a_result_of_any_age_leads_on_after_a_kill_and_so_does_a_form_left_open(play: Play) -> None:
    first = await a_result(play)
    form = await form_of(play, first, "Change")
    await play.revive()
    # A day later: neither the card's addresses nor the token that made the card are good any more.
    play.discord.expire_attachments()
    play.discord.expire_tokens()

    again = await pressed(play, first, "Again")
    # Sent as it was opened, it asks for the same.
    changed = await (await play.ana.submit(form)).answered(LONG)
    for asked in (again, changed):
        await done(play, asked)

    one, *others = play.runcomfy.submits
    assert len(others) == 2
    (picture,) = pictures_sent(play, one)
    for other in others:
        assert without_pictures(one) == without_pictures(other)
        assert pictures_sent(play, other)[0].tobytes() == picture.tobytes()


async def test_a_kill_while_the_earlier_card_is_read_loses_and_doubles_nothing(play: Play) -> None:
    first = await a_result(play)
    fault = play.discord.faults.add(Fault("GET", r"/channels/\d+/messages/\d+", Delay(20.0)))
    again = await pressed(play, first, "Again")
    await play.until(lambda _: fault.fired)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()
    await done(play, again)
    assert len(play.runcomfy.submits) == 2
    assert [row.state for row in play.rows()] == ["delivered", "delivered"]


async def test_the_buttons_under_a_link_lead_on_as_well(play: Play) -> None:
    refused = play.discord.refuse_files(above=100, times=1)
    asked = await play.ask("seedance-fast", prompt=PROMPT, duration=2)
    linked = await a_link(play, asked.message, refused)
    assert [button.label for button in linked.buttons] == ["Again", "Change", "Extend", "Delete"]

    await done(play, await pressed(play, linked, "Again"))
    extended = await filled_in(play, linked, "Extend", duration="4", options=[])
    alone = await done(play, extended)

    one, other, longer = play.runcomfy.submits
    assert one.body == other.body
    assert "seedance-v1.5-pro" in longer.model_id
    assert len(pictures_sent(play, longer)) == 1
    assert watch(alone.attachments[0].path).seconds == 4
    assert f"goes on from [job {job_of(linked)}]({link_to(linked)})" in card_of(extended).text

    question = await pressed(play, linked, "Delete")
    assert question.message is not None
    await pressed(play, question.message, "Delete for everyone")
    await play.discord.bell.until(lambda: linked.deleted or None, timeout=LONG, what="the link's end")
    await play.card_says(asked.message, "has been deleted since")


async def a_link(play: Play, card: Message | None, refused: Ceiling) -> Message:
    """Return the classic message that brings a result which Discord has refused."""
    await play.card_says(card, "Done in")
    assert card is not None
    (linked,) = [message for message in play.channel.messages if message.reference == card.id]
    assert refused.fired == 1
    assert linked.flags == CLASSIC
    (job,) = play.runcomfy.jobs.values()
    assert job.urls[0] in linked.content
    return linked


async def test_what_nobody_gave_is_answered_privately_and_starts_nothing(play: Play) -> None:
    first = await a_bare_result(play)
    job = job_of(first)
    for custom_id, words in (
        ("zoetrope:again:22222222222", "no longer know this job"),
        ("zoetrope:change:22222222222", "no longer know this job"),
        ("zoetrope:delete:22222222222", "no longer know this job"),
        ("zoetrope:repost:22222222222", "no longer know this job"),
        (f"zoetrope:animate:{job}", "has no result any more"),
        (f"zoetrope:crop:{job}", "has been answered already"),
        ("zoetrope:reopen:22222222222", "no longer kept"),
        (f"zoetrope:again:{job}'; DROP TABLE jobs", "no longer in use"),
        (f"zoetrope:delete-sure:{job}:{'9' * 40}", "no longer in use"),
        (f"zoetrope:form:{job}", "no longer in use"),
        ("zoetrope::", "no longer in use"),
    ):
        press = await play.ana.press(first, custom_id, checked=False)
        assert words in (await press.final(LONG)).text, custom_id
        assert press.private
    assert len(play.rows()) == 1


async def test_a_form_that_nobody_opened_is_answered_with_what_was_typed(play: Play) -> None:
    first = await a_bare_result(play)
    form = await form_of(play, first, "Change")
    for form_id, words in (
        ("zoetrope:change:22222222222", "no longer know this job"),
        ("zoetrope:form:22222222222", "no longer know what this form was about"),
        (f"zoetrope:again:{job_of(first)}", "no longer in use"),
    ):
        forged = Modal(form_id, form.title, form.components, form.interaction)
        sent = await play.ana.submit(forged, {"prompt": "a swan"}, checked=False)
        told = await sent.final(LONG)
        assert words in told.text
        assert sent.private
        assert ("a swan" in told.text) == ("again" not in form_id)
    for wrong in ({"duration": "13"}, {"resolution": "8K"}, {"prompt": "x" * 4000}, {"seed": "seven"}):
        sent = await play.ana.submit(form, wrong, checked=False)
        told = await sent.final(LONG)
        assert [button.label for button in told.buttons] == ["Back to the form"], wrong
    assert len(play.rows()) == 1


async def test_a_press_and_a_form_that_arrive_twice_make_one_job_each(play: Play) -> None:
    first = await a_bare_result(play)
    play.discord.deliver_twice = True
    again = await pressed(play, first, "Again")
    changed = await filled_in(play, first, "Change", prompt="another pond")
    for asked in (again, changed):
        await done(play, asked)
        await play.discord.redeliver(asked)
    await play.revive()
    await play.discord.redeliver(again)
    await play.ask("quota")
    assert len(play.rows()) == 3
    assert len(play.runcomfy.submits) == 3


async def test_who_has_no_credits_left_is_refused_privately_and_told_why(play: Play) -> None:
    first = await a_bare_result(play)
    await play.bot.terminate()
    await play.start(QUOTA__DAILY_CREDITS="1")
    again = await pressed(play, first, "Again")
    assert again.private
    assert again.message is not None
    assert "have 0 of today's 1 left" in again.message.text
    bo = play.discord.add_member("bo", play.stage.guild)
    await done(play, await pressed(play, first, "Again", bo))


async def test_a_press_where_the_bot_may_not_post_starts_nothing(play: Play) -> None:
    first = await a_bare_result(play)
    play.channel.deny(Permission.ATTACH_FILES)
    for label in ("Again", "Change", "Extend"):
        press = await pressed(play, first, label)
        assert press.private
        assert press.message is not None
        assert "I lack Attach Files" in press.message.text
    assert len(play.rows()) == 1
