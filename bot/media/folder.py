"""A folder for media that no other process on this machine uses, where several work beside one another.

The first that nobody holds: what a process that was killed has left in it is swept by the next.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path


@contextmanager
def own_folder(base: Path) -> Generator[Path]:
    """Hold a folder of our own in `base` as long as the context is open; OSError where there is none."""
    base.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        held = os.open(base / f"{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            continue
        try:
            yield base / str(number)
        finally:
            os.close(held)
        return
