"""The gateway's connection is ended by a cancellation, whatever the library is doing at that moment."""

import asyncio
from typing import Never

import pytest
from discord.gateway import DiscordWebSocket

from bot.chat.client import Zoetrope
from bot.sandbox.discord import Discord


@pytest.mark.parametrize("resume", [True, False], ids=["taking it up", "beginning a new one"])
async def test_a_stop_in_the_middle_of_a_reconnect_is_a_stop(
    pointed: Discord, bot: Zoetrope, monkeypatch: pytest.MonkeyPatch, *, resume: bool
) -> None:
    gateway = asyncio.create_task(bot.connect())
    await pointed.bell.until(
        lambda: True if pointed.gateway.connected else None, timeout=10, what="a connection"
    )
    is_reconnecting = asyncio.Event()

    async def hang(*_: object, **__: object) -> Never:
        is_reconnecting.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody rings")

    monkeypatch.setattr(DiscordWebSocket, "from_client", hang)
    await pointed.drop_gateway(resume=resume)
    await asyncio.wait_for(is_reconnecting.wait(), 10)

    gateway.cancel()
    done, _ = await asyncio.wait([gateway], timeout=5)
    assert gateway in done
    assert gateway.cancelled()
    left = [str(task) for task in asyncio.all_tasks() if ".connect()" in str(task)]
    assert left == []
