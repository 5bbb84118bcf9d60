"""Answers to interactions: which are taken, when, and what becomes of the message."""

import asyncio

import discord
import pytest

from bot.sandbox.discord import Answer, Channel, ClientRefusal, Discord, Interaction, Member
from tests.sandbox.discord.crew import Crew, Press, a_picture

Stop = discord.ui.Button[discord.ui.View]


def a_view(label: str = "Cancel", custom_id: str = "zoetrope:cancel:1") -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(Stop(label=label, custom_id=custom_id, style=discord.ButtonStyle.danger))
    return view


async def test_a_deferred_answer_is_thinking_until_it_is_edited(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    go_on = asyncio.Event()

    async def animate(interaction: Press) -> None:
        await interaction.response.defer()
        await go_on.wait()
        await interaction.edit_original_response(content="ready", view=a_view())

    await crew.run(animate=animate)
    reply = await (await ana.command(channel, "animate")).answered()

    assert reply.callback_type is Answer.DEFER
    assert [message.loading for message in channel.messages] == [True]
    with pytest.raises(TimeoutError):
        await reply.final(timeout=0.05)

    go_on.set()
    message = await reply.final()
    assert message.content == "ready"
    assert not message.loading
    assert [button.label for button in message.buttons] == ["Cancel"]
    assert len(message.revisions) == 1
    assert pointed.problems == []


async def test_the_first_followup_takes_the_place_of_a_deferred_answer(
    crew: Crew, channel: Channel, ana: Member
) -> None:
    async def animate(interaction: Press) -> None:
        await interaction.response.defer()
        await interaction.followup.send("first")
        await interaction.followup.send("second", ephemeral=True)

    await crew.run(animate=animate)
    reply = await ana.command(channel, "animate")
    message = await reply.final()
    await channel.world.bell.until(lambda: reply.followups or None, timeout=5, what="a followup")

    assert message is reply.message
    assert message.content == "first"
    assert [(one.content, one.ephemeral) for one in reply.followups] == [("second", True)]
    assert channel.messages == [message]
    assert ana.sees(channel) == [message, reply.followups[0]]


async def test_a_private_answer_is_seen_by_its_caller_alone(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def quota(interaction: Press) -> None:
        await interaction.response.send_message("60 credits", ephemeral=True)

    bot = await crew.run(quota=quota)
    eve = pointed.add_member("eve", channel.guild)
    reply = await ana.command(channel, "quota")
    message = await reply.final()

    assert reply.private
    assert channel.messages == []
    assert ana.sees(channel) == [message]
    assert eve.sees(channel) == []
    with pytest.raises(discord.NotFound):
        await bot.http.get_message(channel.id, message.id)
    with pytest.raises(ClientRefusal):
        await eve.press(message, "anything")


async def test_an_answer_after_the_window_finds_no_interaction(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    pointed.answer_window = 0.01
    codes: asyncio.Queue[int] = asyncio.Queue()

    async def animate(interaction: Press) -> None:
        await asyncio.sleep(0.05)
        try:
            await interaction.response.defer()
        except discord.NotFound as error:
            codes.put_nowait(error.code)

    await crew.run(animate=animate)
    reply = await ana.command(channel, "animate")

    assert await asyncio.wait_for(codes.get(), 5) == 10062
    assert reply.failed
    assert ["10062" in problem for problem in pointed.problems] == [True]


async def test_a_second_answer_is_refused_and_blamed_only_for_a_single_delivery(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    codes: asyncio.Queue[int] = asyncio.Queue()

    async def animate(interaction: Press) -> None:
        try:
            await interaction.response.send_message("once")
        except discord.HTTPException as error:
            codes.put_nowait(error.code)

    await crew.run(animate=animate)
    pointed.deliver_twice = True
    await (await ana.command(channel, "animate")).answered()

    assert await asyncio.wait_for(codes.get(), 5) == 40060
    assert len(channel.messages) == 1
    assert pointed.problems == []


async def test_a_redelivered_interaction_arrives_again(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    ids: asyncio.Queue[int] = asyncio.Queue()

    async def animate(interaction: Press) -> None:
        ids.put_nowait(interaction.id)

    await crew.run(animate=animate)
    reply = await ana.command(channel, "animate")
    await pointed.redeliver(reply)

    assert [await asyncio.wait_for(ids.get(), 5) for _ in range(2)] == [reply.id, reply.id]


async def answered(crew: Crew, channel: Channel, ana: Member) -> tuple[Interaction, Press]:
    """Return an answered command, as the member and as the bot hold it."""
    held: list[Press] = []

    async def animate(interaction: Press) -> None:
        held.append(interaction)
        await interaction.response.send_message("working", view=a_view())

    await crew.run(animate=animate)
    reply = await (await ana.command(channel, "animate")).answered()
    return reply, held[0]


async def test_a_dead_token_is_an_invalid_webhook_token(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    _, interaction = await answered(crew, channel, ana)

    pointed.expire_tokens()
    with pytest.raises(discord.HTTPException) as revoked:
        await interaction.edit_original_response(content="too late")
    assert (revoked.value.status, revoked.value.code) == (401, 50027)
    assert pointed.problems == []


async def test_using_a_token_beyond_its_life_is_a_problem(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    _, interaction = await answered(crew, channel, ana)

    pointed.token_life = 0
    with pytest.raises(discord.HTTPException):
        await interaction.followup.send("too late")
    assert ["50027" in problem for problem in pointed.problems] == [True]


async def test_a_public_answer_outlives_its_token_for_the_bots_own(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    reply, interaction = await answered(crew, channel, ana)
    pointed.expire_tokens()
    assert reply.message is not None

    where = interaction.client.get_partial_messageable(channel.id)
    await where.get_partial_message(reply.message.id).edit(content="done", view=None)

    assert reply.message.content == "done"
    assert reply.message.buttons == []


async def test_a_press_arrives_with_its_message_and_may_change_it(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    reply, interaction = await answered(crew, channel, ana)
    message = await reply.final()

    @interaction.client.listen("on_interaction")
    async def on_press(press: Press) -> None:
        if press.type is discord.InteractionType.component:
            assert press.message is not None
            await press.response.edit_message(content=f"stopped {press.message.content}", view=None)

    press = await (await ana.press(message, "Cancel")).answered()

    assert press.callback_type is Answer.UPDATE
    assert press.message is message
    assert message.content == "stopped working"
    with pytest.raises(ClientRefusal):
        await ana.press(message, "Cancel")
    stale = await ana.press(message, "zoetrope:cancel:1", checked=False)
    await stale.answered()
    assert pointed.problems == []


async def test_a_message_menu_carries_another_members_message_in_full(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    bot = crew.make()
    eve = pointed.add_member("eve", channel.guild)

    @bot.tree.context_menu(name="Animate image")
    async def animate(interaction: Press, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.content} {message.attachments[0].filename}")

    await crew.start(bot)
    post = await eve.post(channel, "look", a_picture("dog.png"))
    reply = await ana.menu(post, "Animate image")

    assert (await reply.final()).content == "look dog.png"
    fetched = await bot.http.get_message(channel.id, post.id)
    assert (fetched["content"], fetched["attachments"]) == ("", [])
    with pytest.raises(ClientRefusal):
        await ana.menu(post, "Edit image")


class Form(discord.ui.Modal, title="Animate"):
    prompt: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Prompt", custom_id="prompt")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{self.prompt.value}!")


async def test_a_form_is_opened_filled_in_and_sent(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    async def animate(interaction: Press) -> None:
        await interaction.response.send_modal(Form(timeout=60))

    await crew.run(animate=animate)
    reply = await (await ana.command(channel, "animate")).answered()
    assert reply.modal is not None
    with pytest.raises(ClientRefusal):
        await ana.submit(reply.modal, {})
    sent = await ana.submit(reply.modal, {"prompt": "a cat"})

    assert (await sent.final()).content == "a cat!"
    assert pointed.problems == []


async def test_typing_into_an_option_brings_the_bots_choices(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    bot = crew.make()

    @bot.tree.command(description="Show a job")
    async def job(interaction: Press, name: str) -> None:
        await interaction.response.send_message(name)

    @job.autocomplete("name")
    async def names(_: Press, current: str) -> list[discord.app_commands.Choice[str]]:
        return [discord.app_commands.Choice(name=f"{current}{n}", value=str(n)) for n in range(3)]

    await crew.start(bot)
    reply = await (await ana.autocomplete(channel, "job", focused="name", name="cat")).answered()

    assert [choice.name for choice in reply.choices] == ["cat0", "cat1", "cat2"]
    assert pointed.problems == []


async def test_a_subcommand_of_a_direct_message_is_answered(
    crew: Crew, pointed: Discord, ana: Member
) -> None:
    bot = crew.make()
    group = discord.app_commands.Group(name="zoetrope", description="Settings")

    async def show(interaction: Press, who: discord.User) -> None:
        await interaction.response.send_message(f"{who.name} {interaction.context.dm_channel}")

    group.add_command(discord.app_commands.Command(name="show", description="Show", callback=show))
    bot.tree.add_command(group)
    await crew.start(bot)

    reply = await ana.command(ana.dm, "zoetrope show", who=ana)
    assert (await reply.final()).content == "ana True"
    with pytest.raises(ClientRefusal):
        await ana.command(ana.dm, "zoetrope")
    assert pointed.problems == []
