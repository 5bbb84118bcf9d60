"""How a message of ours is told from all others when its id was lost: the card, the result, the ending."""

from collections.abc import Iterator

import discord

from bot.chat.cards import CANCEL, parse_custom_id
from bot.chat.hosted import hosted_files, walk
from bot.chat.words import address
from bot.core.job import Job, State


def is_card(message: discord.Message, job: Job) -> bool:
    """Tell the card as it was first shown: public, with the job's Cancel button; a result has others."""
    return not message.flags.ephemeral and CANCEL in _verbs(message, job)


def is_about(message: discord.Message, job: Job) -> bool:
    """Tell a message about this state of the job: a result has files, links or buttons, an ending none."""
    named = any(job.id in name for name in hosted_files(message))
    linked = any(address(output.url) in message.content for output in job.outputs)
    is_result = named or linked or any(verb != CANCEL for verb in _verbs(message, job))
    if job.state is State.READY:
        return is_result
    return job.id in message.content and not is_result


def _verbs(message: discord.Message, job: Job) -> Iterator[str]:
    """Go through what the message's buttons would do to this job."""
    for part in walk(message.components):
        if isinstance(part, discord.Button):
            press = parse_custom_id(part.custom_id or "")
            if press is not None and press.job_id == job.id:
                yield press.verb
