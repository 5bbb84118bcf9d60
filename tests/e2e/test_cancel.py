"""Cancel: the owner's press works while it can, a stranger's never, and RunComfy's answer decides."""

import pytest

from bot.sandbox.discord import EVERYBODY, Interaction, Member, Message, Permission
from bot.sandbox.runcomfy import Action, Fault, Status, When
from tests.e2e.play import LONG, Play


async def press(play: Play, card: Message | None, member: Member | None = None) -> Message:
    """Press Cancel and return the private answer in its last form."""
    assert card is not None
    pressed: Interaction = await (member or play.ana).press(card, "Cancel")
    answer = await pressed.final(LONG)
    assert pressed.private
    return answer


async def a_card_in_the_queue(play: Play) -> Message:
    play.runcomfy.hold()
    asked = await play.animate()
    return await play.card_says(asked.message, "In RunComfy's queue")


@pytest.mark.parametrize("restart", [False, True], ids=["", "after kill -9"])
async def test_the_owner_cancels_a_queued_job_at_runcomfy_and_gets_the_credits_back(
    play: Play, restart: bool
) -> None:
    card = await a_card_in_the_queue(play)
    assert play.reserved() == 5
    if restart:
        await play.revive()
    answer = await press(play, card)
    assert "Cancelled. Nothing was charged: 5 credits given back." in answer.text
    done = await play.card_says(card, "Cancelled. Nothing was charged")
    assert done.buttons == []
    (job,) = play.runcomfy.jobs.values()
    assert job.cancelled
    assert [(row.state, row.hold) for row in play.rows()] == [("cancelled", "returned")]


@pytest.mark.parametrize("restart", [False, True], ids=["", "after kill -9"])
async def test_a_strangers_press_is_refused_privately_and_changes_nothing(play: Play, restart: bool) -> None:
    card = await a_card_in_the_queue(play)
    if restart:
        await play.revive()
    bo = play.discord.add_member("bo", play.stage.guild)
    answer = await press(play, card, bo)
    assert "Only the member who started this job" in answer.text
    assert play.rows()[0].wish == "none"
    play.runcomfy.release()
    await play.result_of(card)


async def test_a_manager_may_cancel_for_another_member(play: Play) -> None:
    card = await a_card_in_the_queue(play)
    chief = play.discord.add_member(
        "chief", play.stage.guild, permissions=EVERYBODY | Permission.MANAGE_GUILD
    )
    answer = await press(play, card, chief)
    assert "Cancelled" in answer.text


@pytest.mark.parametrize("restart", [False, True], ids=["", "after kill -9"])
async def test_a_running_job_can_no_longer_be_cancelled_says_so_and_still_arrives(
    play: Play, restart: bool
) -> None:
    card = await a_card_in_the_queue(play)
    (request_id,) = play.runcomfy.jobs
    play.runcomfy.start(request_id)
    if restart:
        await play.revive()
    answer = await press(play, card)
    assert "can no longer be cancelled" in answer.text
    told = await play.card_says(card, "can no longer be cancelled")
    assert told.buttons == []
    play.runcomfy.release()
    await play.result_of(card)
    await play.card_says(card, "Done in")
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]


async def test_a_job_that_waits_in_our_own_line_is_cancelled_without_a_word_to_runcomfy(play: Play) -> None:
    await play.bot.terminate()
    await play.start(RUNCOMFY__MAX_IN_FLIGHT="1")
    first = await a_card_in_the_queue(play)
    second = await play.animate()
    card = await play.card_says(second.message, "yours is the next to go")
    answer = await press(play, card)
    assert "Cancelled" in answer.text
    assert len(play.runcomfy.submits) == 1
    play.runcomfy.release()
    await play.card_says(first, "Done in")
    assert [row.state for row in play.rows()] == ["delivered", "cancelled"]


async def test_pressing_ten_times_and_pressing_after_the_end_are_answered_and_cancel_once(play: Play) -> None:
    card = await a_card_in_the_queue(play)
    presses = [await play.ana.press(card, "Cancel") for _ in range(10)]
    for pressed in presses:
        assert "Cancelled" in (await pressed.final(LONG)).text
    await play.card_says(card, "Cancelled")
    late = await play.ana.press(card, f"zoetrope:cancel:{play.rows()[0].id}", checked=False)
    assert "Cancelled" in (await late.final(LONG)).text
    (job,) = play.runcomfy.jobs.values()
    assert job.times_cancel_asked == 1


async def test_an_answer_to_cancel_that_is_lost_is_asked_for_again(play: Play) -> None:
    card = await a_card_in_the_queue(play)
    fault = play.runcomfy.fault(Fault("cancel", Action.RESET, when=When.DONE))
    await play.ana.press(card, "Cancel")
    await play.card_says(card, "Cancelled")
    assert fault.fired == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("cancelled", "returned")]


async def test_a_job_that_runcomfy_cancels_by_itself_is_given_back(play: Play) -> None:
    card = await a_card_in_the_queue(play)
    (job,) = play.runcomfy.jobs.values()
    job.status = Status.CANCELLED
    await play.card_says(card, "Cancelled. Nothing was charged")
    assert play.rows()[0].hold == "returned"


async def test_a_button_of_an_unknown_job_or_verb_is_answered(play: Play) -> None:
    card = await a_card_in_the_queue(play)
    for custom_id, words in (
        ("zoetrope:cancel:22222222222", "no longer know this job"),
        (f"zoetrope:dance:{play.rows()[0].id}", "no longer in use"),
        ("zoetrope:nonsense", "no longer in use"),
    ):
        pressed = await play.ana.press(card, custom_id, checked=False)
        assert words in (await pressed.final(LONG)).text
        assert pressed.private
    play.runcomfy.release()
    await play.result_of(card)
