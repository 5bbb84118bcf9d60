"""`python -m bot demo`: the real bot between two stand-ins, on a page in the browser or in the terminal.

Owns the demo's end: the signals and the exit code. What is shown is `bot.sandbox.web`'s and `play`'s.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Final

from bot.sandbox.play.performance import perform
from bot.sandbox.web.show import show

EX_CANTCREAT: Final = 73  # sysexits.h: an output file cannot be created
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A play that is interrupted has not kept its promise; a page is meant to be ended so.
_PLAY: Final = {sign: 128 + sign for sign in _ENDINGS}
_PAGE: Final = {**_PLAY, signal.SIGINT: 0, signal.SIGTERM: 0}


def play(out: Path) -> int:
    """Play everything in the terminal; 0 if all that was promised happened and every video opens."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        sys.stderr.write(f"demo: cannot write into {out}: {error.strerror or error}\n")
        return EX_CANTCREAT
    return _run(perform(out), _PLAY)


def page(port: int) -> int:
    """Serve the page until told to stop; 0 then."""
    return _run(show(port), _PAGE)


def _run(work: Coroutine[object, object, int], codes: Mapping[signal.Signals, int]) -> int:
    try:
        return asyncio.run(_until_told(work, codes))
    except KeyboardInterrupt:
        # Pressed before or after the loop listens for signals itself.
        return codes[signal.SIGINT]


async def _until_told(work: Coroutine[object, object, int], codes: Mapping[signal.Signals, int]) -> int:
    """Work until the end, or until a signal asks to stop; either way nothing is left behind."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    told: list[signal.Signals] = []

    def stop(sign: signal.Signals) -> None:
        # Once is enough: a second one would cut the clearing up short.
        if not told:
            told.append(sign)
            task.cancel()

    for sign in _ENDINGS:
        loop.add_signal_handler(sign, stop, sign)
    try:
        return await task
    except asyncio.CancelledError:
        if not told:
            raise
        sys.stderr.write("\ndemo: stopped; nothing is left running\n")
        return codes[told[0]]
