"""Paths of those who run a place: the log of their server, ids while they type, a budget nearly spent."""

from bot.sandbox.discord import Channel, Member, Message
from bot.sandbox.discord.options import Value
from proof.crashes import paths_trouble
from proof.crashes.scene import LONG, Scene, card_of
from proof.judging.ledgers import rows


async def log_channel(scene: Scene) -> None:
    """Have a channel receive the log, and take a result away from there; at last no channel receives it."""
    await scene.start()
    log = await _opened(scene)
    result = await scene.edit()
    entry = await log.wait_for(lambda message: bool(message.buttons), LONG)
    await _deleted(scene, result, entry)
    await _run(scene, scene.chief, "log")


async def in_office(scene: Scene) -> None:
    """Have a manager and the bot's owner decide, give and take; in the end little is left of it."""
    await scene.start()
    card = await scene.queued()
    boss = scene.discord.let_owner_in(scene.guild, permissions=scene.chief.permissions)
    painters = scene.guild.add_role("painters")
    # Of somebody who orders nothing, so that everybody else's account is as before.
    of_bo: dict[str, Value] = {"member": scene.bo}
    await _run(scene, boss, "quota set", whole_server=True, monthly=10_000)
    await _run(scene, scene.chief, "quota set", **of_bo, daily=7)
    await _run(scene, scene.chief, "quota set", role=painters, monthly=70)
    await _run(scene, scene.chief, "quota grant", **of_bo, credits=5, reason="a birthday")
    await _run(scene, scene.chief, "quota reset", **of_bo, reason="a mistake")
    await _run(scene, scene.chief, "quota show", **of_bo)
    await _run(scene, scene.chief, "block", **of_bo, reason="rude")
    await _run(scene, scene.chief, "settings")
    await _run(scene, scene.chief, "unblock", **of_bo)
    await _run(scene, scene.chief, "pause", reason="a holiday")
    await _run(scene, scene.chief, "resume")
    await _run(scene, scene.chief, "jobs", **of_bo)
    await _run(scene, scene.chief, "cancel", job=_job_of(card), reason="a mistake")
    await scene.says(card, "Cancelled")
    await _run(scene, scene.chief, "acts")
    await scene.rest()


async def settled(scene: Scene) -> None:
    """Have a manager close a job in doubt."""
    await paths_trouble.in_doubt(scene)
    (job,) = rows(scene.bot.database)
    await _run(scene, scene.chief, "settle", job=job.id, bought=False, reason="not on the account")
    await scene.until("failed")
    await scene.rest()


async def _run(scene: Scene, who: Member, name: str, **options: Value) -> None:
    await (await who.command(scene.channel, f"zoetrope {name}", checked=True, **options)).final(LONG)


def _job_of(card: Message) -> str:
    return (card.buttons[0].custom_id or "").split(":")[2]


async def _opened(scene: Scene) -> Channel:
    log = scene.guild.add_channel("log")
    await _run(scene, scene.chief, "log", channel=log)
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
    await _run(scene, scene.chief, "stats")


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
