"""A copy of a deleted result goes with it, and nobody is told so before it is gone."""

from bot.sandbox.discord import Delay, Fault
from tests.e2e.onward import picked, pressed
from tests.e2e.play import LONG, PROMPT, Play, upload

SURE = "Delete for everyone"


async def test_a_kill_before_a_copy_is_gone_leaves_the_button_with_which_it_goes(play: Play) -> None:
    asked = await play.ask("seedream-edit", prompt=PROMPT, image=upload(), resolution="1K")
    await play.card_says(asked.message, "Done in")
    result = await play.result_of(asked.message)
    copy = await (await pressed(play, await picked(play, result), "Post it here again")).final(LONG)
    question = (await pressed(play, copy, "Delete")).message
    assert question is not None
    fault = play.discord.faults.add(Fault("DELETE", rf"/channels/\d+/messages/{copy.id}", Delay(20.0)))
    await pressed(play, question, SURE)
    await play.until(lambda _: fault.fired)
    await play.bot.kill()
    play.discord.faults.clear()
    await play.start()

    await play.discord.bell.until(lambda: result.deleted or None, timeout=LONG, what="the result's end")
    assert not copy.deleted
    assert [button.label for button in question.buttons] == [SURE]
    await pressed(play, question, SURE)
    await play.discord.bell.until(lambda: copy.deleted or None, timeout=LONG, what="the copy's end")
    await question.wait_for(lambda message: "Deleted." in message.text and not message.buttons, LONG)
