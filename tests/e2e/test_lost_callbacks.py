"""A first answer whose fate is unknown: one job or a word about it, and a press that is never lost."""

import pytest

from bot.sandbox.discord import AnswerLost, Closed, Fault, Message, Reset, Status
from bot.sandbox.discord.faults import Action
from tests.e2e.play import LONG, Play

CALLBACK = "/interactions/.*"


def everything_ana_read(play: Play) -> str:
    return "\n".join(message.text for message in play.ana.sees(play.channel))


@pytest.mark.parametrize("action", [Closed(handled=True), AnswerLost()], ids=["closed", "reset"])
async def test_a_command_whose_answer_arrived_unseen_makes_one_job(play: Play, action: Action) -> None:
    fault = play.discord.faults.add(Fault("POST", CALLBACK, action))
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    assert fault.fired == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]
    assert len(play.results(asked.message)) == 1
    assert "Nothing was charged" not in everything_ana_read(play)


@pytest.mark.parametrize("action", [Closed(), Reset()], ids=["closed", "reset"])
async def test_a_command_whose_answer_never_arrived_is_told_and_costs_nothing(
    play: Play, action: Action
) -> None:
    fault = play.discord.faults.add(Fault("POST", CALLBACK, action))
    typed = await play.ana.command(play.channel, "seedance-fast", prompt="a")
    told = await play.channel.wait_for(lambda m: "did not reach you in time" in m.text, LONG)
    assert fault.fired == 1
    assert told.mentions == {play.ana.id}
    assert typed.message is None
    assert play.runcomfy.submits == []
    await play.until(lambda play: [row.hold for row in play.rows()] == ["returned"])
    forgive_asking_for_the_answer(play)


def forgive_asking_for_the_answer(play: Play) -> None:
    """Whether an answer got through can only be learned by asking for it."""
    (asked,) = play.discord.problems
    assert "@original: 404 10015" in asked
    play.discord.problems.clear()


async def a_card_in_the_queue(play: Play) -> Message:
    play.runcomfy.hold()
    return await play.card_says((await play.animate()).message, "In RunComfy's queue")


@pytest.mark.parametrize(
    "action", [Reset(), Closed(), Status(404, 10062)], ids=["a reset", "closed", "too late"]
)
async def test_a_press_that_discord_does_not_hear_us_answer_cancels_all_the_same(
    play: Play, action: Action
) -> None:
    card = await a_card_in_the_queue(play)
    fault = play.discord.faults.add(Fault("POST", CALLBACK, action))
    await play.ana.press(card, "Cancel")
    await play.card_says(card, "Cancelled. Nothing was charged")
    assert fault.fired == 1
    assert [(row.state, row.hold) for row in play.rows()] == [("cancelled", "returned")]
    if not isinstance(action, Status):
        await play.until(lambda play: play.discord.problems)
        forgive_asking_for_the_answer(play)


@pytest.mark.parametrize("action", [AnswerLost(), Closed(handled=True)], ids=["a reset", "closed"])
async def test_a_press_whose_acknowledgement_is_unsure_is_answered(play: Play, action: Action) -> None:
    card = await a_card_in_the_queue(play)
    play.discord.faults.add(Fault("POST", CALLBACK, action))
    pressed = await play.ana.press(card, "Cancel")
    answer = await pressed.final(LONG)
    assert "Cancelled. Nothing was charged: 5 credits given back." in answer.text
    assert answer.ephemeral
