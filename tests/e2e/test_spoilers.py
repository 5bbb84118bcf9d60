"""What is to be covered is covered on the card and under the result, whoever said so."""

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.discord import Interaction, Upload
from tests.e2e.play import LONG, PROMPT, Play, picture


async def by_the_picture(play: Play) -> Interaction:
    return await play.animate(image=Upload(picture(), "boat.png", "image/png", spoiler=True))


async def by_the_words(play: Play) -> Interaction:
    return await play.animate(prompt=f"||{PROMPT}||")


async def by_the_rules_of_the_channel(play: Play) -> Interaction:
    await play.bot.terminate()
    await play.start(DISCORD__SPOILER_CHANNELS=f"[{play.channel.id}]")
    thread = play.channel.add_thread("boats")
    image = Upload(picture(), "boat.png", "image/png")
    typed = await play.ana.command(thread, "seedance-pro", prompt=PROMPT, image=image)
    return await typed.answered(LONG)


@pytest.mark.parametrize("ask", [by_the_picture, by_the_words, by_the_rules_of_the_channel])
async def test_card_and_result_are_covered(play: Play, ask: Callable[[Play], Awaitable[Interaction]]) -> None:
    asked = await ask(play)
    card = await play.card_says(asked.message, "Done in")
    (result,) = [message for message in card.channel.messages if message.reference == card.id]
    assert [shown.spoiler for shown in card.gallery] == [True]
    assert [(shown.spoiler, shown.description) for shown in result.gallery] == [(True, PROMPT)]
    for text in (card.text, result.text):
        assert text.count(PROMPT) == text.count(f"||{PROMPT}||")
    assert f"||{PROMPT}||" in card.text
    assert all(PROMPT not in seen.text.replace(f"||{PROMPT}||", "") for seen in card.revisions)
    (submit,) = play.runcomfy.submits
    assert submit.body["prompt"] == PROMPT
