"""A Discord of our own with a server, a channel and a member, for whoever asks for one of them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.discord import Channel, Discord, Guild, Member

OPENAPI: Final = Path(__file__).parents[1].parent / "shared" / "discord" / "openapi.json"

# What takes longest, in this order: files, then folders.
LONGEST: Final = (
    "test_store_machine.py",
    "test_upgrade_killed.py",
    "test_ledger_killed.py",
    "test_disk.py",
    "test_scale.py",
    "proof",
    "e2e",
    "store",
    "browser",
    "media",
    "fuzz",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end no process is left alone with it."""
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    return min((LONGEST.index(name) for name in path.parts if name in LONGEST), default=len(LONGEST))


@pytest.fixture
def description() -> Path | None:
    """Discord's own description, where it lies beside the checkout; else requests are not judged by it."""
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
