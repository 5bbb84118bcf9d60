"""How a message of ours is told from all others when its id was lost: the card, the result, the ending."""

import discord

from bot.chat.cards import parse_custom_id
from bot.chat.hosted import hosted_files, walk
from bot.core.job import Job, State


def is_card(message: discord.Message, job: Job) -> bool:
    """Tell the card as it was first shown: public, with a button of this job."""
    if message.flags.ephemeral:
        return False
    buttons = (part for part in walk(message.components) if isinstance(part, discord.Button))
    presses = (parse_custom_id(button.custom_id or "") for button in buttons)
    return any(press is not None and press.job_id == job.id for press in presses)


def is_about(message: discord.Message, job: Job) -> bool:
    """Tell a message about this state of the job: a result has its files or links, an ending has none."""
    named = any(job.id in name for name in hosted_files(message))
    linked = any(output.url in message.content for output in job.outputs)
    if job.state is State.READY:
        return named or linked
    return job.id in message.content and not (named or linked)
