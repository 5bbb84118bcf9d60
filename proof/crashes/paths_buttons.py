"""Paths of buttons, lists and forms under a card, a question or a result."""

import re

from aiohttp import ClientSession

from bot.sandbox.discord import Message
from proof.crashes.scene import LONG, PROMPT, Scene, banner, card_of


async def question(scene: Scene) -> Message:
    """Have ana send a picture of an impossible shape, and return the question that follows."""
    asked = await scene.ask("seedance-pro", prompt=PROMPT, image=banner())

    def look() -> Message | None:
        return next((one for one in asked.followups if one.buttons), None)

    return await scene.discord.bell.until(look, timeout=LONG, what="a question")


async def cancel_in_the_queue(scene: Scene) -> None:
    """Have RunComfy call a waiting job off."""
    await scene.start()
    card = await scene.queued()
    await (await scene.press(card, "Cancel")).final(LONG)
    await scene.says(card, "Cancelled")


async def cancel_in_line(scene: Scene) -> None:
    """Call a job off before RunComfy has heard of it."""
    await scene.start()
    first = await scene.queued()
    card = await scene.says(await scene.animate(), "next to go")
    await (await scene.press(card, "Cancel")).final(LONG)
    scene.runcomfy.release()
    await scene.done(first)
    await scene.rest()


async def cancel_refused(scene: Scene) -> None:
    """Try to call a job off that is being made; it goes on."""
    await scene.start()
    card = await scene.queued()
    (request_id,) = scene.runcomfy.jobs
    scene.runcomfy.start(request_id)
    await (await scene.press(card, "Cancel")).final(LONG)
    scene.runcomfy.release()
    await scene.done(card)


async def cancel_too_late(scene: Scene) -> None:
    """Have a stranger press, and the owner too late; both are answered and change nothing."""
    await scene.start()
    card = await scene.queued()
    await scene.press(card, "Cancel", scene.bo)
    custom_id = card.buttons[0].custom_id or ""
    scene.runcomfy.release()
    await scene.done(card)
    await scene.press(card, custom_id)
    await scene.press(card, custom_id.replace("cancel", "dance"))


async def cancel_the_question(scene: Scene) -> None:
    """Have the owner cancel instead of answering."""
    await scene.start()
    asked = await question(scene)
    await scene.press(asked, "Cancel")
    await scene.says(asked, "Cancelled. Nothing was charged")
    await scene.rest()


async def again(scene: Scene) -> None:
    """Have a stranger ask for the same once more."""
    await scene.start()
    result = await scene.edit()
    await scene.done(card_of(await scene.press(result, "Again", scene.bo)))


async def change(scene: Scene) -> None:
    """Ask for the same in other words."""
    await scene.start()
    form = await scene.open(await scene.edit(), "Change")
    await scene.done(card_of(await scene.fill_in(form, prompt="at noon")))


async def animate_a_result(scene: Scene) -> None:
    """Have a made picture become a video."""
    await scene.start()
    form = await scene.open(await scene.edit(), "Animate")
    await scene.done(card_of(await scene.fill_in(form, prompt="it drifts")))


async def delete(scene: Scene) -> None:
    """Take a result away."""
    await scene.start()
    result = await scene.edit()
    asked = card_of(await scene.press(result, "Delete"))
    await scene.press(asked, "Delete for everyone")
    await scene.discord.bell.until(lambda: result.deleted or None, timeout=LONG, what="the result's end")
    await scene.rest()


async def delete_a_copy(scene: Scene) -> None:
    """Take a result away by the button of a copy, and the copy with it."""
    await scene.start()
    result = await scene.edit()
    shown = await picked(scene, result)
    copy = await (await scene.press(shown, "Post it here again")).final(LONG)
    asked = card_of(await scene.press(copy, "Delete"))
    await scene.press(asked, "Delete for everyone")
    await scene.discord.bell.until(lambda: copy.deleted or None, timeout=LONG, what="the copy's end")
    await scene.rest()


async def lists(scene: Scene) -> None:
    """List what ana has asked for, show one job of it, and what is left to spend."""
    await scene.start()
    await picked(scene, await scene.edit())
    await scene.ask("quota")


async def vital_signs(scene: Scene) -> None:
    """Have a supervisor ask how the bot is, and a dashboard how much it does."""
    await scene.start()
    found = re.search(r"health at (http://\S+)/healthz", scene.bot.log)
    assert found is not None
    async with ClientSession() as session:
        for page in ("healthz", "metrics"):
            async with session.get(f"{found[1]}/{page}") as answer:
                assert answer.status == 200


async def picked(scene: Scene, result: Message) -> Message:
    """Have ana pick the job of a result from her list, and return what is shown."""
    listed = card_of(await scene.ask("jobs"))
    job = (result.buttons[0].custom_id or "").split(":")[2]
    chosen = await scene.ana.choose(listed, "zoetrope:pick", job)
    return await chosen.final(LONG)


async def lite_from(scene: Scene) -> None:
    """Go from the picture before an edit to the one after it."""
    await scene.start()
    form = await scene.open(await scene.edit(), "Animate")
    values = {"prompt": "it turns", "model": "seedance-lite-from", "duration": "5"}
    await scene.done(card_of(await scene.fill_in(form, **values)))
