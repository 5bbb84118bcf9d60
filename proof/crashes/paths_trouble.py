"""Paths on which something goes wrong: refusals, failures, places that are gone, outages, earlier lives."""

from pathlib import Path

from bot.sandbox.discord import AnswerLost, Fault, Permission, Reset
from bot.sandbox.runcomfy import Action, Ending, Fate
from bot.sandbox.runcomfy import Fault as RemoteFault
from proof.crashes.downgrade import downgrade
from proof.crashes.scene import LONG, PROMPT, Scene, broken, card_of, picture


async def refusals(scene: Scene) -> None:
    """Ask for what can be judged and refused at once."""
    await scene.start()
    await scene.ask("seedance-fast", prompt="a" * 2000)
    scene.channel.deny(Permission.ATTACH_FILES)
    await scene.ask("seedance-pro", prompt=PROMPT, image=picture())
    scene.channel.allow(Permission.ATTACH_FILES)


async def not_a_picture(scene: Scene) -> None:
    """Have a card taken away again as its picture turns out to be none."""
    await scene.start()
    await scene.ask("seedance-pro", prompt=PROMPT, image=broken())
    await scene.until("failed")
    await scene.rest()


async def fails(scene: Scene) -> None:
    """Have a job fail at RunComfy."""
    scene.runcomfy.next(Fate(ends=Ending.FAILED))
    await scene.start()
    await scene.animate()
    await scene.until("failed")
    await scene.rest()


async def refused(scene: Scene) -> None:
    """Have RunComfy refuse the order."""
    scene.runcomfy.fault(RemoteFault("submit", status=422))
    await scene.start()
    await scene.animate()
    await scene.until("failed")
    await scene.rest()


async def not_sent(scene: Scene) -> None:
    """Have RunComfy too busy at first."""
    scene.runcomfy.fault(RemoteFault("submit", status=429, headers={"Retry-After": "1"}))
    await scene.start()
    await scene.done(await scene.animate())


async def in_doubt(scene: Scene) -> None:
    """Lose the answer to the paid call."""
    scene.runcomfy.fault(RemoteFault("submit", Action.CUT, keep=0.05))
    await scene.start()
    await scene.animate()
    await scene.until("unknown")
    await scene.rest()


async def given_up(scene: Scene) -> None:
    """Let a job never end: it is late, then given up."""
    scene.runcomfy.next(Fate(ends=Ending.NEVER))
    await scene.start()
    card = await scene.animate()
    await scene.until("running")
    scene.jump(3600)
    await scene.says(card, "longer than usual")
    scene.jump(24 * 3600)
    await scene.until("failed")
    await scene.rest()


async def channel_gone(scene: Scene) -> None:
    """Delete the channel while the job runs; its owner gets the result directly."""
    await scene.start()
    await scene.queued()
    scene.channel.delete()
    scene.runcomfy.release()
    await scene.ana.dm.wait_for(lambda message: bool(message.attachments), LONG)
    await scene.rest()


async def nowhere_to_tell(scene: Scene) -> None:
    """Let neither the channel nor its owner be reached."""
    await scene.start()
    await scene.queued()
    scene.channel.delete()
    scene.ana.accepts_dms = False
    scene.runcomfy.release()
    await scene.until("failed")
    await scene.rest()


async def result_gone(scene: Scene) -> None:
    """Let the result be gone when it is to be fetched."""
    await scene.start()
    card = await scene.queued()
    (request_id,) = scene.runcomfy.jobs
    scene.runcomfy.expire(request_id)
    scene.runcomfy.release()
    del card
    await scene.until("failed")
    await scene.rest()


async def unheard_answer(scene: Scene) -> None:
    """Lose the word of whether the first answer got through; it is asked for."""
    scene.discord.faults.add(Fault("POST", "/interactions/.*", AnswerLost()))
    await scene.start()
    await scene.done(await scene.animate())


async def unheard_answer_no_token(scene: Scene) -> None:
    """Lose it as before, for an hour: the card is looked for in the channel."""
    scene.discord.faults.add(Fault("POST", "/interactions/.*", AnswerLost()))
    await scene.start()
    typed = await scene.ana.command(scene.channel, "seedance-fast", prompt=PROMPT)
    await typed.answered(LONG)
    scene.jump(3600)
    await scene.done(card_of(typed))


async def outage(scene: Scene) -> None:
    """Lose the word of a post that got through; an hour later it is looked for in the channel."""
    lost = scene.discord.faults.add(Fault("POST", "/channels/.*", AnswerLost()))
    scene.discord.faults.add(Fault("POST", "/channels/.*", Reset(), times=2))
    await scene.start()
    card = await scene.animate()
    await scene.discord.bell.until(lambda: lost.fired or None, timeout=LONG, what="the post")
    scene.jump(3600)
    await scene.done(card)


async def recovery(scene: Scene) -> None:
    """Have a life take up two jobs that an earlier one has left at RunComfy."""
    scene.runcomfy.hold()
    await scene.start(plain=True)
    first = await scene.says(await scene.animate(), "In RunComfy's queue")
    second = card_of(await scene.ask("seedance-fast", scene.bo, prompt=PROMPT, duration=2))
    await scene.until("running", 2)
    await scene.bot.kill()
    scene.runcomfy.release()
    await scene.start()
    await scene.done(first)
    await scene.done(second)


async def upgrade(scene: Scene) -> None:
    """Begin with the database of the bot's first version, in which a job is running."""
    scene.runcomfy.hold()
    await scene.start(plain=True)
    card = card_of(await scene.ask("seedance-fast", prompt=PROMPT, duration=2))
    await scene.until("running")
    await scene.bot.kill()
    downgrade(Path(scene.bot.database))
    scene.runcomfy.release()
    await scene.start()
    await scene.done(card)
