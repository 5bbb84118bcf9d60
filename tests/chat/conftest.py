"""The real client against a Discord of our own, logged in but without a gateway."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord.http import Route

from bot.chat.client import Zoetrope, point_at
from bot.sandbox.discord import Channel, Discord, Guild, Member

OPENAPI = Path(__file__).parents[2].parent / "shared" / "discord" / "openapi.json"


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with Discord(openapi=OPENAPI if OPENAPI.exists() else None) as platform:
        yield platform


@pytest.fixture
def guild(platform: Discord) -> Guild:
    return platform.add_guild("Studio")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_channel("animations")


@pytest.fixture
def ana(platform: Discord, guild: Guild) -> Member:
    return platform.add_member("ana", guild)


@pytest.fixture
async def bot(platform: Discord) -> AsyncIterator[Zoetrope]:
    base = Route.BASE
    point_at(platform.api_url)
    async with Zoetrope(guild_ids=[], guild_ready_timeout=0.05, longest_silence=0.3) as bot:
        await bot.login(platform.token)
        yield bot
    Route.BASE = base
