"""From login to a finished answer, with the real library on the other side."""

import discord
from discord import app_commands

from bot.sandbox.discord import Answer, Channel, Discord, Member
from tests.sandbox.discord.crew import Crew, Press, a_picture


async def test_a_command_arrives_with_its_picture_and_is_answered(
    crew: Crew, pointed: Discord, channel: Channel, ana: Member
) -> None:
    seen: list[discord.Attachment] = []

    bot = crew.make()

    @bot.tree.command(description="Animate a picture")
    @app_commands.choices(size=[app_commands.Choice(name="Large", value="1080p")])
    async def animate(
        interaction: Press,
        prompt: app_commands.Range[str, 1, 20],
        image: discord.Attachment,
        size: app_commands.Choice[str],
        seconds: app_commands.Range[int, 2, 12] = 5,
    ) -> None:
        seen.append(image)
        await interaction.response.send_message(f"{prompt} {size.value} {seconds} {len(await image.read())}")

    await crew.start(bot)

    picture = a_picture()
    reply = await ana.command(channel, "animate", prompt="a cat", image=picture, size="Large", seconds=7)
    message = await reply.final()

    assert message.text == f"a cat 1080p 7 {picture.size}"
    assert (seen[0].width, seen[0].height, seen[0].content_type) == (40, 30, "image/png")
    assert (seen[0].filename, seen[0].ephemeral) == ("my_cat.png", True)
    assert reply.callback_type is Answer.MESSAGE
    assert reply.answered_at is not None
    assert reply.answered_at >= reply.sent_at
    assert channel.messages == [message]
    assert pointed.registrations == 1
    assert pointed.problems == []
