"""Private messages that hold pictures and change under a press, and messages that are taken away."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import ui

from bot.sandbox.discord import Channel, Discord, Interaction, Member, Permission
from tests.sandbox.discord.crew import Bot, Crew, Press, a_picture

Handler = Callable[[Press], Awaitable[None]]


def a_layout(words: str, *names: str, button: str | None = None, spoiler: bool = False) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    text: ui.TextDisplay[ui.LayoutView] = ui.TextDisplay(words)
    view.add_item(text)
    if names:
        gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
        for name in names:
            gallery.add_item(media=f"attachment://{name}", description=f"about {name}", spoiler=spoiler)
        view.add_item(gallery)
    if button:
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        pressable: ui.Button[ui.LayoutView] = ui.Button(label=button, custom_id=f"zoetrope:{button}:1")
        row.add_item(pressable)
        view.add_item(row)
    return view


def a_png(name: str) -> discord.File:
    content = a_picture().source
    assert isinstance(content, bytes)
    return discord.File(io.BytesIO(content), name)


async def asked(crew: Crew, ana: Member, channel: Channel, on_press: Handler) -> Interaction:
    """Have Ana be asked privately, with two previews, below a public answer."""

    async def animate(interaction: Press) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(
            view=a_layout("working", "poster.png", spoiler=True), attachments=[a_png("poster.png")]
        )
        await interaction.followup.send(
            view=a_layout("crop or bars?", "crop.png", "bars.png", button="crop"),
            files=[a_png("crop.png"), a_png("bars.png")],
            ephemeral=True,
        )

    bot = await crew.run(animate=animate)

    @bot.listen("on_interaction")
    async def listen(press: Press) -> None:
        if press.type is discord.InteractionType.component:
            await on_press(press)

    reply = await ana.command(channel, "animate")
    await channel.world.bell.until(lambda: reply.followups or None, timeout=5, what="the question")
    return reply


async def test_a_private_question_may_hold_pictures(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def ignore(press: Press) -> None: ...

    eve = pointed.add_member("eve", channel.guild)
    reply = await asked(crew, ana, channel, ignore)
    (question,) = reply.followups

    assert [file.filename for file in question.attachments] == ["crop.png", "bars.png"]
    assert [one.description for one in question.gallery] == ["about crop.png", "about bars.png"]
    assert question.ephemeral
    assert (question in ana.sees(channel), question in eve.sees(channel)) == (True, False)
    assert reply.message is not None
    (poster,) = reply.message.gallery
    assert (poster.filename, poster.spoiler, poster.file) == (
        "poster.png",
        True,
        reply.message.attachments[0],
    )
    assert pointed.problems == []


async def test_a_press_on_a_private_message_may_change_it_and_later_once_more(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def go_on(press: Press) -> None:
        await press.response.edit_message(view=a_layout("it goes on", "crop.png"))
        await press.edit_original_response(view=a_layout("done"), attachments=[])

    reply = await asked(crew, ana, channel, go_on)
    (question,) = reply.followups
    await ana.press(question, "crop")
    await question.wait_for(lambda one: one.text == "done")

    assert [state.text for state in question.revisions][1:] == ["it goes on"]
    assert [len(state.attachments) for state in question.revisions] == [2, 1]
    assert question.ephemeral
    assert question.attachments == []
    assert pointed.problems == []


async def test_a_deferred_press_leaves_the_message_until_it_is_edited(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def later(press: Press) -> None:
        await press.response.defer()
        await press.delete_original_response()
        await press.followup.send(view=a_layout("gone", "a.png"), files=[a_png("a.png")], ephemeral=True)

    reply = await asked(crew, ana, channel, later)
    (question,) = reply.followups
    press = await ana.press(question, "crop")
    await channel.world.bell.until(lambda: press.followups or None, timeout=5, what="the followup")

    assert question.deleted
    assert [one.text for one in press.followups] == ["gone"]
    assert pointed.problems == []


async def test_nobody_is_told_anything_more_in_a_channel_that_is_gone(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    lost: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def answer(press: Press) -> None:
        await press.response.send_message("first")
        channel.delete()
        with pytest.raises(discord.NotFound) as gone:
            await press.followup.send("more", ephemeral=True)
        lost.set_result(gone.value.code)

    await crew.run(answer=answer)
    asked = await ana.command(channel, "answer")
    assert await asyncio.wait_for(lost, 5) == 10003
    assert asked.followups == []
    assert pointed.problems == []


async def a_bot(crew: Crew) -> Bot:
    async def nothing(interaction: Press) -> None: ...

    return await crew.run(nothing=nothing)


async def test_a_message_is_deleted_once(crew: Crew, pointed: Discord, channel: Channel) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    sent = await where.send("here")

    await where.get_partial_message(sent.id).delete()
    with pytest.raises(discord.NotFound) as refused:
        await where.get_partial_message(sent.id).delete()

    assert refused.value.code == 10008
    assert channel.messages == []
    assert pointed.problems == []


async def test_others_messages_are_deleted_only_with_the_right_to_manage_them(
    crew: Crew, pointed: Discord, ana: Member
) -> None:
    where = pointed.add_guild("Strict").add_channel("videos")
    lax = pointed.add_guild("Lax", bot_permissions=Permission.MANAGE_MESSAGES | Permission.VIEW_CHANNEL)
    free = lax.add_channel("videos")
    bot = await a_bot(crew)

    async def delete(channel: Channel) -> int:
        message = await ana.post(channel, "hers")
        place = bot.get_partial_messageable(channel.id)
        try:
            await place.get_partial_message(message.id).delete()
        except discord.Forbidden as error:
            return error.code
        return 0

    assert [await delete(channel) for channel in (where, free, ana.dm)] == [50013, 0, 50003]


async def test_one_message_is_read_only_with_the_right_to_read_history(crew: Crew, channel: Channel) -> None:
    where = (await a_bot(crew)).get_partial_messageable(channel.id)
    sent = await where.send("here")
    channel.deny(Permission.READ_MESSAGE_HISTORY)

    with pytest.raises(discord.Forbidden) as refused:
        await where.fetch_message(sent.id)
    assert refused.value.code == 50001
