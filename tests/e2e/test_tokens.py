"""Tokens die: an interaction's before the job ends, and no call is made with a dead one."""

import time

from bot.sandbox.discord.snowflake import Snowflakes
from tests.e2e.play import Play


async def test_a_token_that_is_too_old_is_never_used_and_the_result_arrives(play: Play) -> None:
    # Discord's ids tell the time: this command is fourteen minutes old when its work begins.
    play.discord.snowflakes = Snowflakes(lambda: time.time() - 14 * 60 - 1)
    asked = await play.animate()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    by_token = [call for call in play.discord.log if call.path.startswith("/webhooks/")]
    assert by_token == []


async def test_a_token_that_dies_early_is_given_up_at_the_first_refusal(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    before = len(play.discord.log)
    play.discord.expire_tokens()
    play.runcomfy.release()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
    refused = [call for call in play.discord.log[before:] if call.path.startswith("/webhooks/")]
    assert [call.status for call in refused] == [401]


async def test_after_a_restart_the_card_is_still_brought_to_its_end_without_the_token(play: Play) -> None:
    play.runcomfy.hold()
    asked = await play.animate()
    await play.card_says(asked.message, "In RunComfy's queue")
    await play.bot.kill()
    play.discord.expire_tokens()
    play.runcomfy.release()
    await play.start()
    await play.result_of(asked.message)
    await play.card_says(asked.message, "Done in")
