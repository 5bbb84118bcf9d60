"""The client is closed while somebody is being answered."""

import asyncio
import logging

import discord
import pytest
from discord import app_commands

from bot.chat.client import Zoetrope
from bot.chat.reception import Reception
from bot.sandbox.discord import Channel, Member
from tests.chat.members.scene import Scene


class Pause:
    """Something of ours that an answer waits for, and that ends as the client is closed."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.over = asyncio.Event()

    async def answer(self, interaction: discord.Interaction[Zoetrope]) -> None:
        self.begun.set()
        await self.over.wait()
        await interaction.response.send_message("too late")


async def leave(scene: Scene, pause: Pause) -> None:
    """Close the client in the pause, and let what waits go on."""
    others = asyncio.all_tasks()
    await asyncio.wait_for(pause.begun.wait(), 10)
    answering = asyncio.all_tasks() - others
    assert answering
    await scene.bot.close()
    pause.over.set()
    await asyncio.wait(answering, timeout=10)


async def test_a_press_under_way_as_the_client_is_closed_is_no_defect(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause()

    async def answer(
        reception: Reception,  # noqa: ARG001 (as it is called)
        interaction: discord.Interaction[Zoetrope],
        custom_id: str,  # noqa: ARG001 (as it is called)
    ) -> None:
        await pause.answer(interaction)

    monkeypatch.setattr(Reception, "answer", answer)
    _, result = await scene.delivered()
    with caplog.at_level(logging.INFO):
        pressed = await scene.ana.press(result, "Again")
        await leave(scene, pause)
    assert pressed.answered_at is None
    assert "not answered: the bot is leaving" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_command_under_way_as_the_client_is_closed_is_no_defect(
    scene: Scene, channel: Channel, ana: Member, caplog: pytest.LogCaptureFixture
) -> None:
    pause = Pause()

    async def wait(interaction: discord.Interaction[Zoetrope]) -> None:
        await pause.answer(interaction)

    scene.bot.tree.add_command(app_commands.Command(name="wait", description="A test", callback=wait))
    await scene.bot.tree.sync()
    with caplog.at_level(logging.INFO):
        asked = await ana.command(channel, "wait")
        await leave(scene, pause)
    assert asked.answered_at is None
    assert "not answered: the bot is leaving" in caplog.text
    assert "Traceback" not in caplog.text
