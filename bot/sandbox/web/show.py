"""The demo in the browser from its start to its end: the stage, the page, the bot, and the address to open.

Owns the folder that everything lies in. It opens no browser, and returns only where it cannot go on.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bot.sandbox.ending import give_up
from bot.sandbox.runcomfy import Pace, RunComfy
from bot.sandbox.stage import stage
from bot.sandbox.web.server import site

EX_UNAVAILABLE: Final = 69  # sysexits.h: a service is unavailable
_START_WITHIN: Final = 30.0  # seconds; a small machine takes about two
# Long enough to be watched, short enough to be waited for: the card is edited at most every 5 s.
_PACE: Final = Pace(queue=4.0, work=8.0)
_ABOUT: Final = (
    "A Discord server with the real bot in it. Discord and RunComfy are stand-ins on this machine: "
    "no account, no key, no network. Ctrl-C ends it."
)


async def show(port: int) -> int:
    """Serve the page until cancelled; the exit code where that cannot be."""
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="zoetrope-demo-", ignore_cleanup_errors=True)
            )
        )
        scenery = await stack.enter_async_context(stage(folder, runcomfy=RunComfy(pace=_PACE)))
        # A second place, to bring a result to.
        scenery.guild.add_channel("general")
        try:
            opened = await stack.enter_async_context(site(scenery, folder, port))
        except OSError as error:
            sys.stderr.write(f"demo: cannot listen on port {port}: {os.strerror(error.errno or 0)}\n")
            return EX_UNAVAILABLE
        sys.stdout.write(f"Zoetrope, the demo: {opened.url}/\n{_ABOUT}\n")
        sys.stdout.flush()
        await opened.life.start()
        await opened.life.ready(_START_WITHIN)
        if opened.life.has_failed:
            return give_up("the bot did not start", scenery.bot.log)
        await asyncio.Event().wait()
    return 0
