"""`python -m bot demo`: the real bot between two stand-ins, from the command to the video on disk.

Owns the demo's beginning and end: the folder, the signals, the exit code. The play is in `bot.sandbox.play`.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bot.clock import SystemClock
from bot.sandbox.play import summary
from bot.sandbox.play.screen import Screen
from bot.sandbox.play.story import FATES, PlayError, Story
from bot.sandbox.runcomfy import RunComfy
from bot.sandbox.stage import Stage, stage

EX_CANTCREAT: Final = 73  # sysexits.h: an output file cannot be created
_START_WITHIN: Final = 30.0  # seconds; a small machine takes about two
_LOG_SHOWN: Final = 15  # lines
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demo(out: Path) -> int:
    """Play everything and return the exit code: 0 if all that was promised happened and every video opens."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        sys.stderr.write(f"demo: cannot write into {out}: {error.strerror or error}\n")
        return EX_CANTCREAT
    try:
        return asyncio.run(_until_told(out))
    except KeyboardInterrupt:
        # Pressed before or after the loop listens for signals itself.
        return 128 + signal.SIGINT


async def _until_told(out: Path) -> int:
    """Play until the end, or until a signal asks to stop; either way nothing is left behind."""
    loop, play = asyncio.get_running_loop(), asyncio.ensure_future(_demo(out))
    told: list[int] = []

    def stop(sign: int) -> None:
        told.append(sign)
        play.cancel()

    for sign in _ENDINGS:
        loop.add_signal_handler(sign, stop, sign)
    try:
        return await play
    except asyncio.CancelledError:
        if not told:
            raise
        sys.stderr.write("\ndemo: stopped; nothing is left running\n")
        return 128 + told[0]


async def _demo(out: Path) -> int:
    clock = SystemClock()
    screen = Screen(clock)
    began = clock.monotonic()
    with tempfile.TemporaryDirectory(prefix="zoetrope-demo-", ignore_cleanup_errors=True) as folder:
        async with stage(Path(folder), runcomfy=RunComfy(fates=FATES)) as scenery:
            try:
                story = await _play(scenery, screen, clock, out)
            except (PlayError, TimeoutError, OSError) as error:
                return _give_up(str(error), scenery.bot.log)
            problems = [*scenery.discord.problems, *scenery.runcomfy.problems]
            if found := [*summary.faults(story.rows), *problems]:
                return _give_up("; ".join(found), scenery.bot.log)
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


def _give_up(problem: str, log: str) -> int:
    """Say what was wrong, with the end of the bot's log."""
    tail = "\n".join(log.splitlines()[-_LOG_SHOWN:])
    sys.stderr.write(f"\ndemo: {problem}\nThe bot's last log lines:\n{tail}\n")
    return 1
