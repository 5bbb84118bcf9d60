"""One process per database: an exclusive lock on a file beside it, which names its holder.

The kernel gives the lock back when the process dies, however it dies; what the file says is only for people.
Never removes the file: a second process might just be locking it.
"""

import errno
import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bot.core.errors import StoreUnusable

_HELD_BY_ANOTHER = frozenset({errno.EACCES, errno.EAGAIN})


@contextmanager
def only_process(database: Path) -> Generator[None]:
    """Hold the lock for the length of the context; raise StoreUnusable at once if another process does."""
    path = database.with_name(f"{database.name}.lock")
    descriptor = _open(path)
    try:
        _lock(descriptor, database)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be written: {error.strerror}") from error


def _lock(descriptor: int, database: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD_BY_ANOTHER:
            raise StoreUnusable(f"{database} cannot be locked: {error.strerror}") from error
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder else "another process"
        raise StoreUnusable(f"{database} is in use by {who}; a database serves one process") from error
