"""The real client against a Discord of our own, logged in but without a gateway."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.client import Zoetrope
from bot.sandbox.discord import Discord


@pytest.fixture
async def bot(pointed: Discord) -> AsyncIterator[Zoetrope]:
    async with Zoetrope(guild_ids=[], guild_ready_timeout=0.05, longest_silence=0.3) as bot:
        await bot.login(pointed.token)
        yield bot
