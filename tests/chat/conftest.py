"""The real client against a Discord of our own, logged in but without a gateway."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.client import Zoetrope
from bot.chat.courier import DiscordCourier
from bot.chat.places import Places
from bot.clock import SystemClock
from bot.core.media import MediaFile
from bot.core.models import Kind
from bot.sandbox.discord import Discord


@pytest.fixture
async def bot(pointed: Discord) -> AsyncIterator[Zoetrope]:
    async with Zoetrope(guild_ids=[], guild_ready_timeout=0.05, longest_silence=0.3) as bot:
        await bot.login(pointed.token)
        yield bot


@pytest.fixture
def courier(bot: Zoetrope) -> DiscordCourier:
    return DiscordCourier(Places(bot, SystemClock()))


@pytest.fixture
def video(tmp_path: Path) -> MediaFile:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"video")
    return MediaFile(path, Kind.VIDEO, ".mp4", 5, 640, 480, 5.0)


@pytest.fixture
def picture(tmp_path: Path) -> MediaFile:
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    return MediaFile(path, Kind.IMAGE, ".png", 7, 640, 480)
