"""How an interaction is answered: privately, now or later, or with a form.

A first answer is tried once, since it is worth nothing after three seconds; what was promised is insisted on.
A lost answer is logged and raises nothing: what was decided stands, whoever hears of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import discord
from discord import ui

from bot.chat import calls, fields
from bot.chat.cards import Layout
from bot.chat.texts import say, text
from bot.core.errors import LostError, PassingError, Reason

log = logging.getLogger(__name__)

# Seconds after a try that came to nothing; the token of a promise is good for a quarter of an hour.
_PAUSES: Final = (2.0, 10.0, 60.0, 0.0)


class Row(ui.View):
    """Buttons or lists under words, which the library shall send and forget."""

    def __init__(self, *items: ui.Item["Row"]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self.stop()


async def tell(interaction: discord.Interaction, words: str, row: Row | None = None) -> None:
    """Answer privately, now or in place of an answer that was promised."""
    if interaction.response.is_done():
        await keep_promise(interaction, words)
        return
    try:
        if row is None:
            await interaction.response.send_message(words, ephemeral=True, allowed_mentions=nobody())
        else:
            await interaction.response.send_message(
                words, view=row, ephemeral=True, allowed_mentions=nobody()
            )
    except calls.FAILURES as error:
        log_lost(error)


async def show(interaction: discord.Interaction, layout: Layout) -> None:
    """Answer privately with a layout."""
    try:
        await interaction.response.send_message(view=layout, ephemeral=True, allowed_mentions=nobody())
    except calls.FAILURES as error:
        log_lost(error)


async def replace(interaction: discord.Interaction, layout: Layout) -> None:
    """Put a layout in the place of the private message whose button was pressed, and of its files."""
    if not is_private(interaction.message):
        await show(interaction, layout)
        return
    try:
        await interaction.response.edit_message(view=layout, attachments=[], allowed_mentions=nobody())
    except calls.FAILURES as error:
        log_lost(error)


async def replace_words(interaction: discord.Interaction, words: str) -> None:
    """Put words in the place of the private message whose button was pressed, and of its buttons."""
    if not is_private(interaction.message):
        await tell(interaction, words)
        return
    try:
        await interaction.response.edit_message(content=words, view=None, allowed_mentions=nobody())
    except calls.FAILURES as error:
        log_lost(error)


async def replace_again(interaction: discord.Interaction, layout: Layout) -> None:
    """Put another layout in the place of one that took the place of a private message."""
    await _insist(lambda: interaction.edit_original_response(view=layout, allowed_mentions=nobody()))


async def replace_words_later(interaction: discord.Interaction, words: str) -> None:
    """Put words in the place of the private message after `promise_change`, and of its buttons."""
    if not is_private(interaction.message):
        await add(interaction, words)
        return
    await _insist(
        lambda: interaction.edit_original_response(content=words, view=None, allowed_mentions=nobody())
    )


def is_private(message: discord.Message | None) -> bool:
    """Tell whether a message is one of our own questions: a forged press may name a public one instead."""
    return message is not None and message.flags.ephemeral


async def add(interaction: discord.Interaction, words: str) -> None:
    """Say one thing more, privately, after the first answer."""
    try:
        await interaction.followup.send(words, ephemeral=True, allowed_mentions=nobody())
    except calls.FAILURES as error:
        log_lost(error)


async def ask(
    interaction: discord.Interaction, form_id: str, title: str, form: Sequence[fields.AnyField]
) -> None:
    """Open a form; what is sent of it arrives as an interaction of its own."""
    try:
        await interaction.response.send_modal(fields.Modal(form_id, title, form))
    except calls.FAILURES as error:
        log_lost(error)


async def refuse(interaction: discord.Interaction, reason: Reason) -> None:
    """Say privately why nothing happens."""
    log_refusal(interaction, reason)
    await tell(interaction, say(reason, interaction.locale.value))


def log_refusal(interaction: discord.Interaction, reason: Reason) -> None:
    """Note that something was refused, and why."""
    log.info(
        "refused %s: %s",
        interaction.command.name if interaction.command else "a button or a form",
        reason.problem,
        extra={"action": "refuse", "problem": reason.problem.value},
    )


async def promise(interaction: discord.Interaction) -> bool:
    """Promise a private answer; False if Discord has refused the promise."""
    return await _defer(interaction, ephemeral=True)


async def promise_publicly(interaction: discord.Interaction) -> bool:
    """Promise an answer that all will see; False if Discord has refused the promise."""
    return await _defer(interaction, ephemeral=False)


async def promise_change(interaction: discord.Interaction) -> bool:
    """Promise to change the message whose button was pressed, which stays as it is; False if refused."""
    return await _defer(interaction, ephemeral=False, thinking=False)


async def _defer(interaction: discord.Interaction, *, ephemeral: bool, thinking: bool = True) -> bool:
    try:
        await interaction.response.defer(ephemeral=ephemeral, thinking=thinking)
    except calls.FAILURES as error:
        log.warning("a press was not acknowledged: %s", type(error).__name__, extra={"action": "tell"})
        # A connection that broke may have carried the promise; Discord's refusal has not.
        return not isinstance(error, discord.HTTPException)
    return True


async def keep_promise(interaction: discord.Interaction, words: str) -> None:
    """Put the answer in the place of the promise, if that has arrived."""
    await _insist(lambda: interaction.edit_original_response(content=words, allowed_mentions=nobody()))


async def keep_promise_with(
    interaction: discord.Interaction,
    layout: Callable[[], Layout],
    files: Callable[[], Sequence[discord.File]],
) -> None:
    """Put a layout with its files in the place of the promise; both are made anew for each try."""
    await _insist(
        lambda: interaction.edit_original_response(
            view=layout(), attachments=files(), allowed_mentions=nobody()
        )
    )


async def tell_instead(interaction: discord.Interaction, words: str) -> None:
    """Take back the public answer that was promised, and answer privately."""
    await _insist(interaction.delete_original_response)
    await add(interaction, words)


async def _insist(call: Callable[[], Awaitable[object]]) -> None:
    """Do what was promised, again if Discord stumbles: else the member would wait for ever."""
    for pause in _PAUSES:
        try:
            await calls.repeat(call)
        except LostError as error:
            log_lost(error)
            return
        except PassingError as error:
            log_lost(error)
            await asyncio.sleep(max(pause, error.retry_after or 0.0))
        else:
            return


async def refuse_stale(interaction: discord.Interaction) -> None:
    """Answer a button or a form that nobody understands any more."""
    await tell(interaction, text("stale.button", interaction.locale.value))


def nobody() -> discord.AllowedMentions:
    """Ping no one."""
    return discord.AllowedMentions.none()


def log_lost(error: Exception) -> None:
    """Note that an answer did not get through."""
    log.warning("a private answer got lost: %s", type(error).__name__, extra={"action": "tell"})
