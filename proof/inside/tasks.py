"""What the bot's event loop is busy with: on SIGUSR1 the victim writes the kinds of its tasks to a file."""

import asyncio
import json
import signal
from collections import Counter
from pathlib import Path
from typing import Any, Final

NAME: Final = "tasks.json"


def install(path: Path) -> None:
    """Write the tasks to this file whenever the signal comes."""

    def write(*_: object) -> None:
        kinds = Counter(_kind(task) for task in asyncio.all_tasks())
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(kinds), "utf-8")
        draft.replace(path)

    # Python calls it between two steps of the event loop, in the loop's own thread.
    signal.signal(signal.SIGUSR1, write)


def _kind(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", "?")
