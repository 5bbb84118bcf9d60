"""What members are told when something of ours breaks, and when Discord does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from discord import app_commands

from bot.chat.client import Zoetrope
from bot.chat.reception import Reception
from bot.clock import SystemClock
from bot.core.credits import Weights
from bot.core.ids import JobId, new_job_id
from bot.core.ports import Transaction
from bot.flow.intake import Intake
from bot.sandbox.discord import Channel, Closed, Discord, Fault, Member, Status
from bot.sandbox.discord.faults import Action
from bot.store.sqlite import SqliteStore
from tests.builders import PLENTY


class Idle:
    """An engine that nobody turns."""

    def enqueue(self, job_id: JobId, delay: float, transaction: Transaction | None = None) -> None: ...

    async def run(self) -> None: ...


async def breaks(interaction: discord.Interaction[Zoetrope]) -> None:  # noqa: ARG001 (as commands are called)
    raise LookupError


@pytest.fixture
async def connected(platform: Discord, bot: Zoetrope, tmp_path: Path) -> AsyncIterator[Zoetrope]:
    """The client with its gateway, and one command in which something breaks."""
    clock = SystemClock()
    async with SqliteStore.open(tmp_path / "zoetrope.db", clock.now()) as store:
        intake = Intake(
            store=store, engine=Idle(), clock=clock, weights=Weights(), allowance=PLENTY, new_id=new_job_id
        )
        bot.reception = Reception(intake, store, clock)
        bot.tree.add_command(app_commands.Command(name="break", description="A test", callback=breaks))
        await bot.tree.sync()
        gateway = asyncio.create_task(bot.connect())
        await platform.ready(10)
        yield bot
        await bot.close()
        gateway.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gateway


@pytest.mark.usefixtures("connected")
async def test_a_command_that_breaks_is_told_without_a_word_about_charges(
    channel: Channel, ana: Member
) -> None:
    answer = await (await ana.command(channel, "break")).final()
    assert "Something went wrong on my side" in answer.text
    assert "charged" not in answer.text
    assert answer.ephemeral


@pytest.mark.usefixtures("connected")
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
