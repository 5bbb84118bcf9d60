"""Discord did it and did not say so, or was asked too late: one answer, one message, nothing in the dark."""

from pathlib import Path

import pytest

from bot.sandbox.discord import AnswerLost, Belied, Delay, Fault, Status
from bot.sandbox.discord.faults import Action
from bot.sandbox.runcomfy import Ending, Fate
from tests.e2e.hurried import all_over, hurried
from tests.e2e.play import LONG, Play

CALLBACK = "/interactions/.*"
POSTS = "/channels/[^/]+/messages"


def forgive(play: Play, *words: str) -> None:
    """Take away the problems that a test has made by itself, which must be these."""
    for word, problem in zip(words, play.discord.problems, strict=True):
        assert word in problem
    play.discord.problems.clear()


async def test_a_first_answer_that_comes_too_late_is_told_in_the_channel_and_costs_nothing(
    play: Play,
) -> None:
    play.discord.answer_window = 0.3
    slow = play.discord.faults.add(Fault("POST", CALLBACK, Delay(0.5)))
    typed = await play.ana.command(play.channel, "seedance-fast", prompt="a")
    word = await play.channel.wait_for(lambda message: "did not reach you in time" in message.text, LONG)
    assert (slow.fired, slow.struck[0].status) == (1, 404)
    assert typed.failed
    assert word.mentions == {play.ana.id}
    assert play.runcomfy.submits == []
    await play.until(lambda play: [(row.state, row.hold) for row in play.rows()] == [("failed", "returned")])
    forgive(play, "callback: 404 10062", "@original: 404 10015")


async def test_a_first_answer_that_is_said_to_have_failed_makes_one_job_and_one_card(play: Play) -> None:
    fault = play.discord.faults.add(Fault("POST", CALLBACK, Belied(502)))
    asked = await play.ask("seedance-fast", prompt="a")
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    # The library has asked again by itself, and was told that there is an answer.
    assert fault.fired == 1
    forgive(play, "callback: 400 40060")
    assert len(play.channel.messages) == 2
    assert [(row.state, row.hold) for row in play.rows()] == [("delivered", "charged")]


@pytest.mark.parametrize(
    ("ends", "action"),
    [(Ending.WELL, AnswerLost()), (Ending.WELL, Belied(503)), (Ending.FAILED, Belied(500))],
    ids=["a result, the answer lost", "a result, an error", "an ending, an error"],
)
async def test_a_message_that_is_said_to_have_failed_is_there_once(
    play: Play, ends: Ending, action: Action
) -> None:
    play.runcomfy.next(Fate(ends=ends))
    fault = play.discord.faults.add(Fault("POST", POSTS, action, times=2))
    asked = await play.ask("seedance-fast", prompt="a")
    await all_over(play)
    assert fault.fired == 2
    assert asked.message is not None
    assert [message.reference for message in play.channel.messages] == [None, asked.message.id]


async def test_after_an_outage_longer_than_discords_memory_the_message_is_found_and_not_sent_again(
    tmp_path: Path, description: Path | None
) -> None:
    async with hurried(tmp_path, description, 30) as play:
        lost = play.discord.faults.add(Fault("POST", POSTS, AnswerLost()))
        down = play.discord.faults.add(Fault("*", "/channels/.*", Status(503), times=None))
        asked = await play.ask("seedance-fast", prompt="a")
        await play.until(lambda _: lost.fired)
        play.discord.forget_nonces()
        # Searches of the channel fail as well, for some minutes of the bot's time.
        await play.until(lambda _: sum(call.method == "GET" for call in down.struck) >= 3)
        play.discord.faults.clear()
        await play.card_says(asked.message, "Done in")
        await all_over(play)
        assert len(play.results(asked.message)) == 1
        assert lost.fired == 1
