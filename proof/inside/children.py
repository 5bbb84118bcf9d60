"""The third way out: a child process.

`DURING` leaves it running without its parent, `LOST` is when it has ended and nobody has read what it said.
"""

import asyncio
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any, Final
from weakref import WeakKeyDictionary

from proof.inside.crossings import Crossing, Crossings
from proof.inside.orders import Phase
from proof.inside.passage import Passage

_LAUNCHER: Final = "confined.py"


def install(crossings: Crossings) -> None:
    """Have every child process be told of."""
    passage = Passage(crossings, "create_subprocess_exec")
    plain, plain_wait = asyncio.create_subprocess_exec, Process.wait
    running = WeakKeyDictionary[Process, Crossing]()

    async def start(program: str, *arguments: str, **options: Any) -> Process:
        crossing = passage.begin(f"child {_program(arguments)}")
        process = await plain(program, *arguments, **options)
        crossings.reach(crossing, Phase.DURING)
        running[process] = crossing
        return process

    async def wait(self: Process) -> int:
        code = await plain_wait(self)
        if (crossing := running.pop(self, None)) is not None:
            crossings.reach(crossing, Phase.LOST)
        return code

    asyncio.create_subprocess_exec = start  # pyright: ignore[reportAttributeAccessIssue] (it takes a part of what that one takes)
    Process.wait = wait


def _program(arguments: tuple[str, ...]) -> str:
    """Return the name of what is run in the end, without its version."""
    for argument in arguments:
        path = Path(argument)
        is_program = path.suffix == ".py" or "ffmpeg" in path.name
        if is_program and path.name != _LAUNCHER:
            return path.stem.split("-")[0]
    return "python"
