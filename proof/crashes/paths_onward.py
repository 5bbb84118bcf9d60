"""Paths that go on: clips that are joined, results that are fitted, linked or brought back, menus, drafts."""

from typing import Final

from bot.sandbox.discord import Fault, Message, Reset
from bot.sandbox.runcomfy import Fate
from proof.crashes.paths_buttons import picked
from proof.crashes.scene import LONG, PROMPT, Scene, card_of, picture

LARGE: Final = Fate(size=14_000_000)
"""Larger than a server takes, and nearly all padding, so that it is soon made smaller."""
AGAIN: Final = "Post it here again"


async def join(scene: Scene) -> None:
    """Have a clip go on, and both come as one."""
    await scene.start()
    form = await scene.open(await scene.film(), "Extend")
    await scene.done(card_of(await scene.fill_in(form, duration="4")))


async def fit(scene: Scene) -> None:
    """Have a result made smaller that is too large for its channel."""
    scene.runcomfy.next(LARGE)
    await scene.start()
    await scene.film()


async def link(scene: Scene) -> None:
    """Have a result linked to that Discord takes in no size."""
    scene.runcomfy.next(LARGE)
    scene.discord.refuse_files(1000)
    await scene.start()
    await scene.film()


async def bring_back(scene: Scene) -> None:
    """Have an earlier result come again, in another channel."""
    await scene.start()
    result = await scene.film()
    there = scene.guild.add_channel("gallery")
    listed = await (await scene.ana.command(there, "jobs")).final(LONG)
    job = (result.buttons[0].custom_id or "").split(":")[2]
    shown = await (await scene.ana.choose(listed, "zoetrope:pick", job)).final(LONG)
    await (await scene.press(shown, AGAIN)).final(LONG)


async def bring_back_a_link(scene: Scene) -> None:
    """Have a link come again."""
    await link(scene)
    await _brought(scene, scene.channel.messages[-1])


async def bring_back_in_vain(scene: Scene) -> None:
    """Ask again for a result that is nowhere any more."""
    await scene.start()
    result = await scene.edit()
    shown = await picked(scene, result)
    result.delete()
    (request_id,) = scene.runcomfy.jobs
    scene.runcomfy.expire(request_id)
    await (await scene.press(shown, AGAIN)).final(LONG)


async def bring_back_unheard(scene: Scene) -> None:
    """Break an upload's connections, so that the message is looked at, then linked to."""
    scene.guild.boost(2)
    scene.runcomfy.next(LARGE)
    await scene.start()
    result = await scene.film()
    scene.discord.faults.add(Fault("PATCH", "/webhooks/.*/messages/@original", Reset(), times=3))
    await _brought(scene, result)


async def _brought(scene: Scene, result: Message) -> None:
    shown = await picked(scene, result)
    await (await scene.press(shown, AGAIN)).final(LONG)


async def menu(scene: Scene) -> None:
    """Have a picture in somebody's message become a video."""
    await scene.start()
    message = await scene.bo.post(scene.channel, "look", picture())
    chosen = await (await scene.ana.menu(message, "Animate image")).answered(LONG)
    assert chosen.modal is not None
    await scene.done(card_of(await scene.fill_in(chosen.modal, prompt=PROMPT)))


async def draft(scene: Scene) -> None:
    """Have a form refused, which is kept, opened again and taken in the end."""
    await scene.start()
    first = await scene.queued()
    message = await scene.bo.post(scene.channel, "look", picture())
    chosen = await (await scene.ana.menu(message, "Animate image")).answered(LONG)
    assert chosen.modal is not None
    refused = card_of(await scene.fill_in(chosen.modal, prompt=PROMPT))
    # A stranger's client may send it too: what was typed is given back, in two messages where it is long.
    stranger = await scene.bo.submit(chosen.modal, {"prompt": "so long " * 250}, checked=False)
    await stranger.answered(LONG)
    scene.runcomfy.release()
    await scene.done(first)
    form = await scene.open(refused, "Back to the form")
    await scene.done(card_of(await scene.fill_in(form)))


async def renew(scene: Scene) -> None:
    """Let a job wait for most of a day, so that its picture's address is signed anew."""
    await scene.start()
    first = await scene.queued()
    second = await scene.says(await scene.animate(), "next to go")
    scene.jump(21 * 3600)
    scene.runcomfy.release()
    await scene.done(first)
    await scene.done(second)
