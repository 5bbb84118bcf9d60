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
    descriptor = _open(_lock_file(database))
    try:
        _lock(descriptor, database)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(database: Path) -> str | None:
    """Return the process that holds the lock, None where nobody does; makes no file and keeps no lock.

    The shared lock that it tries is held for an instant: a process that starts in just that one leaves.
    """
    try:
        descriptor = os.open(_lock_file(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnusable(f"{_lock_file(database)} cannot be read: {error.strerror}") from error
    try:
        return None if _try(descriptor, fcntl.LOCK_SH, database) else _named(descriptor)
    finally:
        os.close(descriptor)


def _lock_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be written: {error.strerror}") from error


def _lock(descriptor: int, database: Path) -> None:
    if not _try(descriptor, fcntl.LOCK_EX, database):
        raise StoreUnusable(f"{database} is in use by {_named(descriptor)}; a database serves one process")


def _try(descriptor: int, kind: int, database: Path) -> bool:
    """Take the lock; False where another process holds it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD_BY_ANOTHER:
            raise StoreUnusable(f"{database} cannot be locked: {error.strerror}") from error
        return False
    return True


def _named(descriptor: int) -> str:
    pid = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
    return f"process {pid}" if pid else "another process"
