"""Paths of those who run a place: the log of their server, ids while they type, a budget nearly spent."""

from bot.sandbox.discord import Channel, Message
from proof.scene import LONG, Scene, card_of


async def log_channel(scene: Scene) -> None:
    """Have a channel receive the log, and take a result away from there; at last no channel receives it."""
    await scene.start()
    log = await _opened(scene)
    result = await scene.edit()
    entry = await log.wait_for(lambda message: bool(message.buttons), LONG)
    await _deleted(scene, result, entry)
    await (await scene.chief.command(scene.channel, "zoetrope log")).final(LONG)


async def _opened(scene: Scene) -> Channel:
    log = scene.guild.add_channel("log")
    await (await scene.chief.command(scene.channel, "zoetrope log", channel=log)).final(LONG)
    return log


async def _deleted(scene: Scene, result: Message, entry: Message) -> None:
    asked = card_of(await scene.press(entry, "Delete the result"))
    await scene.press(asked, "Delete for everyone")
    await scene.discord.bell.until(lambda: result.deleted or None, timeout=LONG, what="the result's end")
    await scene.rest()


async def ids_suggested(scene: Scene) -> None:
    """Have a manager offered ids and time zones while they type."""
    await scene.start()
    await scene.queued()
    for command, option in (("cancel", "job"), ("settle", "job"), ("settings", "time_zone")):
        typed = await scene.chief.autocomplete(
            scene.channel, f"zoetrope {command}", focused=option, **{option: ""}
        )
        await typed.answered(LONG)
    scene.runcomfy.release()
    await scene.rest()


async def figures(scene: Scene) -> None:
    """Have a manager look at what came of a month, in two pictures."""
    await scene.start()
    await scene.film()
    await (await scene.chief.command(scene.channel, "zoetrope stats")).final(LONG)


async def budget_told(scene: Scene) -> None:
    """Begin with a budget that an earlier life has nearly spent; the bot's owner is told."""
    await scene.start(plain=True)
    await scene.done(await scene.animate())
    await scene.rest()
    await scene.bot.terminate()
    # A film of five seconds costs a quarter at the stand-in.
    await scene.start(BUDGET__DAILY_USD="0.30")
    owner = scene.discord.owner
    await owner.dm.wait_for(lambda message: "budget" in message.text, LONG)
