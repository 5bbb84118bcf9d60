"""The play in the terminal as a whole: the stage, the three scenes, and what they came to."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bot.clock import SystemClock
from bot.sandbox.ending import give_up
from bot.sandbox.play import summary
from bot.sandbox.play.screen import Screen
from bot.sandbox.play.story import FATES, PlayError, Story
from bot.sandbox.runcomfy import RunComfy
from bot.sandbox.stage import Stage, stage

_START_WITHIN: Final = 30.0  # seconds; a small machine takes about two


async def perform(out: Path) -> int:
    """Play everything; 0 if all that was promised happened and every video opens."""
    clock = SystemClock()
    screen = Screen(clock)
    began = clock.monotonic()
    with tempfile.TemporaryDirectory(prefix="zoetrope-demo-", ignore_cleanup_errors=True) as folder:
        async with stage(Path(folder), runcomfy=RunComfy(fates=FATES)) as scenery:
            try:
                story = await _play(scenery, screen, clock, out)
            except (PlayError, TimeoutError, OSError) as error:
                return give_up(str(error), scenery.bot.log)
            problems = [*scenery.discord.problems, *scenery.runcomfy.problems]
            if found := [*summary.faults(story.rows), *problems]:
                return give_up("; ".join(found), scenery.bot.log)
            _sum_up(screen, scenery, story, clock.monotonic() - began)
    return 0


async def _play(scenery: Stage, screen: Screen, clock: SystemClock, out: Path) -> Story:
    screen.say("Zoetrope, the demo", style="bold")
    screen.say(
        "The bot below is the real one, in a process of its own. Discord and RunComfy are stand-ins on this "
        "machine that speak their protocols: no account, no key, no network. It takes about 20 seconds."
    )
    began = clock.monotonic()
    async with _bot(scenery):
        screen.say(
            f"\nThe bot, process {scenery.bot.pid}, was ready after {clock.monotonic() - began:.1f} s.",
            style="dim",
        )
        story = Story(scenery, screen, clock, out)
        await story.a_video()
        await story.a_change_of_mind()
        await story.a_power_cut()
    return story


@asynccontextmanager
async def _bot(scenery: Stage) -> AsyncGenerator[None]:
    """Start the bot and, where all went well, ask it to leave as a supervisor would."""
    await scenery.bot.start()
    ended = asyncio.ensure_future(scenery.bot.ended())
    ready = asyncio.ensure_future(scenery.discord.ready(_START_WITHIN))
    await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not ready.done():
        ready.cancel()
        raise PlayError("the bot did not start")
    await ready
    yield
    if code := await scenery.bot.terminate():
        raise PlayError(f"the bot left with exit code {code}")


def _sum_up(screen: Screen, scenery: Stage, story: Story, seconds: float) -> None:
    screen.scene("What it came to")
    screen.say(summary.table(story.rows))
    requests = f"{len(scenery.discord.log)} requests to Discord and {len(scenery.runcomfy.calls)} to RunComfy"
    screen.say(f"{requests}; both check what they get, and nothing was wrong. {seconds:.0f} s in all.\n")
    screen.say(
        "The stand-in for RunComfy moves a camera over the picture; the real models do what the prompt says. "
        "README.md tells how to run the bot on your own server: two tokens, then `make run`.\n"
    )
    for saved in story.saved:
        screen.say(f"{saved}:", style="green")
        screen.tell(str(saved.path))
