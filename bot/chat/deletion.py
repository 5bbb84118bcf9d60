"""Takes results away: asks first, then for everyone, with the copy whose button was pressed."""

import logging

import discord
from discord import ui

from bot.chat import answers, calls, ids
from bot.chat.hands import Hands
from bot.chat.hosted import walk
from bot.chat.texts import text
from bot.core.errors import LostError, MemberError, PassingError, Problem
from bot.core.ids import JobId, MessageId
from bot.core.job import Job, State
from bot.core.rights import Act

log = logging.getLogger(__name__)


class Deletion:
    """Deletes for a job's owner, or for a manager of its server; raises MemberError for others."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def ask(self, interaction: discord.Interaction, job_id: JobId) -> None:
        """Ask privately whether that is meant."""
        job = await self._hands.find(interaction, job_id, Act.DELETE)
        if job.state is not State.DELIVERED:
            raise MemberError(Problem.NO_SUCH_RESULT)
        locale, copy_id = interaction.locale.value, _copy(interaction, job)
        if job.deleted_at is not None and copy_id is None:
            await answers.tell(interaction, text("delete.gone", locale))
            return
        button = ui.Button["answers.Row"](
            style=discord.ButtonStyle.danger,
            label=text("delete.sure", locale),
            custom_id=ids.sure_id(job.id, copy_id),
        )
        await answers.tell(interaction, text("delete.ask", locale, cost=job.cost), answers.Row(button))

    async def do(self, interaction: discord.Interaction, press: ids.Press) -> None:
        """Delete it, durably, and say so where the question stood."""
        job = await self._hands.find(interaction, press.job_id, Act.DELETE)
        job = await self._hands.delete(interaction, job)
        done = text("delete.done", interaction.locale.value, cost=job.cost)
        if press.copy_id is None:
            await answers.replace_words(interaction, done)
        elif await answers.promise_change(interaction):
            await _do_with_copy(interaction, job, press.copy_id, done)


async def _do_with_copy(interaction: discord.Interaction, job: Job, copy_id: MessageId, done: str) -> None:
    """Take a copy away, and say so only then: no row knows of it, so the button stays as long as it does."""
    is_gone = await _take_away(interaction, job, copy_id)
    await answers.replace_words_later(interaction, done)
    if not is_gone:
        await answers.add(interaction, text("delete.copy", interaction.locale.value))


def _copy(interaction: discord.Interaction, job: Job) -> MessageId | None:
    """Return the message whose button was pressed, where it is a copy of the job's result."""
    pressed = interaction.message
    if pressed is None or pressed.id == job.result_id or not _brings(pressed, job):
        return None
    return MessageId(pressed.id)


async def _take_away(interaction: discord.Interaction, job: Job, copy_id: MessageId) -> bool:
    """Delete a copy of the result; False where Discord does not let us."""
    assert interaction.channel_id is not None
    place = interaction.client.get_partial_messageable(interaction.channel_id, guild_id=interaction.guild_id)
    try:
        copy = await calls.repeat(place.get_partial_message(copy_id).fetch)
        # With the right to manage messages, the bot's token would delete anybody's.
        if copy.author == interaction.client.user and _brings(copy, job):
            await calls.repeat(copy.delete)
    except calls.GoneError:
        return True
    except (LostError, PassingError) as error:
        log.info("job %s: a copy stays: %s", job.id, error, extra={"action": "delete", "job": job.id})
        return False
    return True


def _brings(message: discord.Message, job: Job) -> bool:
    """Tell what brings a result from what only tells of it, such as the log: that leads nowhere on."""
    buttons = (part for part in walk(message.components) if isinstance(part, discord.Button))
    presses = (ids.parse(button.custom_id or "") for button in buttons)
    return ids.Press(ids.Verb.AGAIN, job.id) in presses
