"""The bot is told to leave while a member waits for an answer."""

import asyncio
import signal

import pytest

from bot.sandbox.discord import Delay, Fault
from tests.e2e.play import Play


@pytest.mark.parametrize("seconds", [0.2, 30.0], ids=["answered at the last moment", "unanswered"])
async def test_leaving_in_the_middle_of_an_answer_is_no_defect_and_the_wish_holds(
    play: Play, seconds: float
) -> None:
    play.runcomfy.hold()
    card = await play.card_says((await play.animate()).message, "In RunComfy's queue")
    slow = play.discord.faults.add(Fault("POST", "/interactions/.*", Delay(seconds)))
    await play.ana.press(card, "Cancel")
    await play.until(lambda _: slow.fired)
    assert await play.bot.terminate() == 0
    assert "Traceback" not in play.bot.log
    await play.start()
    await play.card_says(card, "Cancelled. Nothing was charged")


async def test_asked_again_and_again_to_the_very_last_it_leaves_with_code_0(play: Play) -> None:
    for _ in range(3):
        while play.bot.is_alive:
            play.bot.send(signal.SIGTERM)
            # Not so often that what nobody has read yet fills the pipe in which signals wait.
            await asyncio.sleep(0.005)
        assert await play.bot.ended() == 0
        await play.start()
    assert "Traceback" not in play.bot.log
