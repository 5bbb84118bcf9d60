"""The baselines' bots as processes of their own, so that they pay for their work as ours does."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bot.sandbox.discord import Discord

ROOT: Final = Path(__file__).parents[1]
STARTS_WITHIN: Final = 30.0  # seconds


@asynccontextmanager
async def program(module: str, discord: Discord, **environment: str) -> AsyncGenerator[int]:
    """Run a bot of this package until it has its commands; yield its process id, kill it at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        cwd=ROOT,
        env={**os.environ, "DISCORD_API_URL": discord.api_url, "DISCORD_TOKEN": discord.token, **environment},
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        await discord.ready(STARTS_WITHIN)
        yield process.pid
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
