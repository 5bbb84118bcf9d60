"""Delete: asked first, for its owner or a manager only, and carried out whatever happens in between."""

from collections.abc import Callable

import pytest

from bot.sandbox.discord import (
    EVERYBODY,
    AnswerLost,
    Delay,
    Fault,
    Interaction,
    Member,
    Message,
    Permission,
)
from bot.sandbox.discord.faults import Action
from tests.e2e.onward import card_of, form_of, job_of, link_to, picked, pressed
from tests.e2e.play import LONG, PROMPT, Play, upload

A_MESSAGE = r"/channels/\d+/messages/\d+"
GONE = "has been deleted since"


async def a_picture(play: Play) -> tuple[Message, Message]:
    """Return the card and the result of an edit, all done."""
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=upload(), resolution="1K")
    card = await play.card_says(asked.message, "Done in")
    return card, await play.result_of(card)


async def sure(play: Play, result: Message, member: Member | None = None) -> Interaction:
    """Have a member delete a result, and say so twice."""
    question = await pressed(play, result, "Delete", member)
    assert question.private
    assert question.message is not None
    assert "cannot be brought back, and nothing of its 1 credit is given back" in question.message.text
    assert not result.deleted
    return await pressed(play, question.message, "Delete for everyone", member)


async def deleted(play: Play, card: Message, result: Message) -> None:
    """Return once the result is gone, and assert that all else is as it has to be then."""
    await play.discord.bell.until(lambda: result.deleted or None, timeout=LONG, what="the result's end")
    shown = await play.card_says(card, GONE)
    assert "1 credit charged" in shown.text
    assert shown.buttons == []
    assert link_to(result) not in shown.text
    assert [file.filename for file in shown.attachments] == ["picture-1.png"]
    assert play.results(card) == []
    assert play.rows()[0].hold == "charged"


async def test_the_owner_is_asked_then_the_result_is_gone_and_offered_no_longer(play: Play) -> None:
    card, result = await a_picture(play)

    answer = await sure(play, result)

    assert answer.source is not None
    assert "Deleted. It disappears in a moment" in answer.source.text
    assert answer.source.buttons == []
    await deleted(play, card, result)

    listed = await play.ask("jobs")
    assert listed.message is not None
    assert job_of(result) in listed.message.text
    assert link_to(result) not in listed.message.text
    assert "deleted" in listed.message.text
    shown = await picked(play, result)
    assert "deleted" in shown.text
    assert shown.buttons == []


async def test_forged_answers_delete_nothing_of_others(play: Play) -> None:
    card, result = await a_picture(play)
    bo = play.discord.add_member("bo", play.stage.guild)
    others = await play.result_of((await play.ask("seedance-fast", bo, prompt="a pond")).message)
    for verb in ("delete", "delete-sure"):
        press = await bo.press(result, f"zoetrope:{verb}:{job_of(result)}", checked=False)
        assert "Only the member who started this job" in (await press.final(LONG)).text
        assert press.private
    again = await pressed(play, others, "Again", bo)
    await play.card_says(card_of(again), "Done in")
    assert not result.deleted

    own_and_others = f"zoetrope:delete-sure:{job_of(result)}:{others.id}"
    await (await play.ana.press(result, own_and_others, checked=False)).answered(LONG)
    await deleted(play, card, result)
    await play.until(lambda play: any(call.path.endswith(f"/{others.id}") for call in play.discord.log))
    await pressed(play, others, "Change", bo)
    assert not others.deleted


async def test_a_manager_of_the_server_deletes_anybodys_result(play: Play) -> None:
    card, result = await a_picture(play)
    chief = play.discord.add_member(
        "chief", play.stage.guild, permissions=EVERYBODY | Permission.MANAGE_GUILD
    )
    await sure(play, result, chief)
    await deleted(play, card, result)


MOMENTS: dict[str, tuple[Action | None, Callable[[Fault], bool]]] = {
    "right after the press": (None, lambda _: True),
    "before the result is gone": (Delay(20.0), lambda fault: fault.fired > 0),
    "when the result is gone, answer lost": (AnswerLost(), lambda fault: fault.fired > 0),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_deletion_survives_a_kill(play: Play, moment: str) -> None:
    card, result = await a_picture(play)
    action, reached = MOMENTS[moment]
    fault = Fault("DELETE", A_MESSAGE, action or Delay(20.0))
    play.discord.faults.add(fault)

    await sure(play, result)
    await play.until(lambda _: reached(fault))
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()

    await deleted(play, card, result)
    excuse_the_second_try(play, moment)


def excuse_the_second_try(play: Play, moment: str) -> None:
    """Whether a message is gone can only be learned by deleting it again."""
    if moment == "when the result is gone, answer lost":
        assert all("DELETE" in problem and "10008" in problem for problem in play.discord.problems)
        play.discord.problems.clear()


async def test_the_buttons_of_a_deleted_result_are_answered(play: Play) -> None:
    card, result = await a_picture(play)
    job = job_of(result)
    form = await form_of(play, result, "Animate")
    question = await pressed(play, result, "Delete")
    assert question.message is not None
    await sure(play, result)
    await deleted(play, card, result)

    # Somebody's client may still show it, and a form or a question may have been open.
    for verb, words in (
        ("animate", "This job has no result any more. Start a new one."),
        ("repost", "This job has no result any more. Start a new one."),
        ("extend", "This job has no result any more. Start a new one."),
    ):
        press = await play.ana.press(result, f"zoetrope:{verb}:{job}", checked=False)
        assert words in (await press.final(LONG)).text
    sent = await (await play.ana.submit(form, {"prompt": "it sails away"})).final(LONG)
    assert "no result any more" in sent.text
    late = await pressed(play, question.message, "Delete for everyone")
    assert late.source is not None
    assert "Deleted." in late.source.text

    # Its pictures are still on its card.
    again = await (await play.ana.press(result, f"zoetrope:again:{job}", checked=False)).answered(LONG)
    await play.card_says(card_of(again), "Done in")
    assert len(play.rows()) == 2


async def test_deleting_ten_times_and_twice_at_once_deletes_once(play: Play) -> None:
    play.discord.deliver_twice = True
    card, result = await a_picture(play)
    question = await pressed(play, result, "Delete")
    assert question.message is not None
    custom_id = question.message.buttons[0].custom_id
    assert custom_id is not None
    presses = [await play.ana.press(question.message, custom_id, checked=False) for _ in range(5)]
    for press in presses:
        await press.answered(LONG)
    await deleted(play, card, result)
    shown = [revision for revision in card.revisions if GONE in revision.text]
    assert len(shown) <= 1


async def test_what_was_taken_away_by_hand_is_animated_from_runcomfys_file(play: Play) -> None:
    _, result = await a_picture(play)
    form = await form_of(play, result, "Animate")
    result.delete()

    animated = await (await play.ana.submit(form, {"prompt": "it sails away"})).answered(LONG)

    await play.card_says(card_of(animated), "Done in")
    excuse_the_look(play)


async def test_what_is_nowhere_any_more_is_told_of_privately_and_costs_nothing(play: Play) -> None:
    _, result = await a_picture(play)
    form = await form_of(play, result, "Animate")
    result.delete()
    (request_id,) = play.runcomfy.jobs
    play.runcomfy.expire(request_id)

    animated = await (await play.ana.submit(form, {"prompt": "it sails away"})).answered(LONG)

    card = card_of(animated)
    await play.discord.bell.until(lambda: card.deleted or None, timeout=LONG, what="the card's end")
    told = await animated.final(LONG)
    assert told.ephemeral
    assert f" 1 of job {job_of(result)}`" in told.text
    assert "Nothing was charged" in told.text
    assert [(row.state, row.hold) for row in play.rows()][1] == ("failed", "returned")
    assert len(play.runcomfy.submits) == 1
    excuse_the_look(play)


def excuse_the_look(play: Play) -> None:
    """Whether a message is still there can only be learned by asking for it."""
    assert all("GET" in problem and "10008" in problem for problem in play.discord.problems)
    play.discord.problems.clear()
