"""A stand-in, and the real discord.py in the same loop, pointed at it and put back afterwards."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.discord import Channel, Discord, Guild, Member
from tests.sandbox.discord.crew import Crew

OPENAPI = Path(__file__).parents[3].parent / "shared" / "discord" / "openapi.json"


@pytest.fixture
def description() -> Path | None:
    """Discord's OpenAPI file where there is one beside the checkout."""
    return OPENAPI if OPENAPI.exists() else None


@pytest.fixture
async def platform(description: Path | None) -> AsyncIterator[Discord]:
    async with Discord(openapi=description) as platform:
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
def pointed(platform: Discord) -> Iterator[Discord]:
    """Point discord.py at the stand-in, and back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = platform.api_url, yarl.URL(platform.gateway_url)
    yield platform
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.fixture
async def crew(pointed: Discord) -> AsyncIterator[Crew]:
    crew = Crew(pointed)
    yield crew
    await crew.stop()
