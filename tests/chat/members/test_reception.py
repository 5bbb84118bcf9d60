"""What members are told when something of ours breaks, and when Discord does."""

import asyncio

import discord
import pytest
from discord import app_commands

from bot.chat.client import Zoetrope
from bot.chat.reception import Reception
from bot.sandbox.discord import Channel, Closed, Discord, Fault, Member, Status
from bot.sandbox.discord.faults import Action
from tests.chat.members.scene import Scene


async def breaks(interaction: discord.Interaction[Zoetrope]) -> None:  # noqa: ARG001 (as commands are called)
    raise LookupError


@pytest.fixture
async def breaking(scene: Scene) -> Scene:
    """The client with one command in which something breaks."""
    scene.bot.tree.add_command(app_commands.Command(name="break", description="A test", callback=breaks))
    await scene.bot.tree.sync()
    return scene


@pytest.mark.usefixtures("breaking")
async def test_a_command_that_breaks_is_told_without_a_word_about_charges(
    channel: Channel, ana: Member
) -> None:
    answer = await (await ana.command(channel, "break")).final()
    assert "Something went wrong on my side" in answer.text
    assert "charged" not in answer.text
    assert answer.ephemeral


@pytest.mark.usefixtures("breaking")
@pytest.mark.parametrize("action", [Closed(), Closed(handled=True), Status(404, 10062), Status(400)])
async def test_an_answer_that_gets_lost_is_noted_and_raises_nothing(
    platform: Discord, channel: Channel, ana: Member, caplog: pytest.LogCaptureFixture, action: Action
) -> None:
    platform.faults.add(Fault("POST", "/interactions/.*", action))
    await ana.command(channel, "break")
    async with asyncio.timeout(10):
        # Nobody rings a bell for a line in the log.
        while "a private answer got lost" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert "Ignoring exception" not in caplog.text
    assert "Task exception" not in caplog.text


async def test_a_press_in_which_something_breaks_is_told_too(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(reception: Reception, interaction: discord.Interaction, custom_id: str) -> None:  # noqa: ARG001 (as it is called)
        raise LookupError

    monkeypatch.setattr(Reception, "answer", answer)
    _, result = await scene.delivered()

    told = await (await scene.ana.press(result, "Again")).final()

    assert "Something went wrong on my side" in told.text
    assert told.ephemeral
    assert "Ignoring exception" not in caplog.text
