"""SQLite's way to the disk with somebody in between, who may refuse and who hears of what was done.

Owns the new default VFS, which is the old one but for five calls. Decides nothing. A mistake in here ends the
process: it must never look like a disk that works.
"""

import atexit
import ctypes
import os
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast

from proof.inside import sqlite_types as sq

_NAME: Final = b"proof"
_OURS: Final = sq.OPEN_MAIN_DB | sq.OPEN_MAIN_JOURNAL | sq.OPEN_WAL
_EX_SOFTWARE: Final = 70

_Call = TypeVar("_Call", bound=Callable[..., int])


class Deed(StrEnum):
    """What is asked of the disk."""

    OPEN = "open"
    WRITE = "write"
    GROW = "grow"
    """A write that needs more room than the file has."""
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    DELETE_DURABLY = "delete durably"
    """The folder is synced with it."""


REFUSALS: Final = {
    Deed.OPEN: sq.CANTOPEN,
    Deed.WRITE: sq.IOERR_WRITE,
    Deed.GROW: sq.IOERR_WRITE,
    Deed.TRUNCATE: sq.IOERR_TRUNCATE,
    Deed.SYNC: sq.IOERR_FSYNC,
    Deed.DELETE: sq.IOERR_DELETE,
    Deed.DELETE_DURABLY: sq.IOERR_DELETE,
}
"""How SQLite's own code for this system reports an EIO of each."""


class Disk(Protocol):
    """Who stands in between. Called in the thread of the connection."""

    def may(self, deed: Deed, file: Path) -> int:
        """Return sqlite_types.OK, or the code of an error instead of doing it."""
        ...

    def done(self, deed: Deed, file: Path) -> None:
        """Hear that it was done."""
        ...


class NoSharedLibraryError(Exception):
    """Python's SQLite is linked into Python in a way that nothing can be put in between."""


@dataclass(frozen=True)
class _Opened:
    path: Path
    methods: sq.IoMethods
    """As the old VFS has them."""


@dataclass(frozen=True)
class _Shim:
    """The calls that are replaced. Lives as long as the process."""

    disk: Disk
    before: sq.Vfs
    files: dict[int, _Opened] = field(default_factory=dict[int, _Opened])
    """By their addresses; what was closed is overwritten by what is opened there."""
    tables: dict[int, sq.IoMethods] = field(default_factory=dict[int, sq.IoMethods])
    """Of methods of ours, by the address of the table they were made of."""

    def open(self, _: int, name: int | None, address: int, flags: int, out_flags: Any) -> int:
        file = _at(address)
        path = Path(os.fsdecode(ctypes.string_at(name))) if name and flags & _OURS else None
        if path is not None and (refusal := self.disk.may(Deed.OPEN, path)):
            # SQLite closes whatever has methods.
            file.pMethods = None
            return refusal
        code: int = self.before.xOpen(ctypes.addressof(self.before), name, address, flags, out_flags)
        if code == sq.OK and path is not None:
            self.files[address] = _Opened(path, file.pMethods.contents)
            file.pMethods = ctypes.pointer(self._table(file.pMethods.contents))
            self.disk.done(Deed.OPEN, path)
        return code

    def delete(self, _: int, name: bytes, durably: int) -> int:
        deed = Deed.DELETE_DURABLY if durably else Deed.DELETE
        before = ctypes.addressof(self.before)
        return self._do(deed, Path(os.fsdecode(name)), lambda: self.before.xDelete(before, name, durably))

    def write(self, address: int, content: int, size: int, offset: int) -> int:
        file = self.files[address]
        deed = Deed.GROW if offset + size > file.path.stat().st_size else Deed.WRITE
        return self._do(deed, file.path, lambda: file.methods.xWrite(address, content, size, offset))

    def truncate(self, address: int, size: int) -> int:
        file = self.files[address]
        return self._do(Deed.TRUNCATE, file.path, lambda: file.methods.xTruncate(address, size))

    def sync(self, address: int, flags: int) -> int:
        file = self.files[address]
        return self._do(Deed.SYNC, file.path, lambda: file.methods.xSync(address, flags))

    def leave(self, vfs: sq.Vfs) -> None:
        """Step out of the way of what is still open: at the end of the process there is no Python to call."""
        vfs.xOpen, vfs.xDelete = self.before.xOpen, self.before.xDelete
        for address, made in self.tables.items():
            ctypes.memmove(ctypes.byref(made), address, ctypes.sizeof(made))

    def _do(self, deed: Deed, path: Path, do: Callable[[], int]) -> int:
        code = self.disk.may(deed, path) or do()
        if code == sq.OK:
            self.disk.done(deed, path)
        return code

    def _table(self, before: sq.IoMethods) -> sq.IoMethods:
        """Return methods of ours for a file that had these; there is a table for each way of locking."""
        address = ctypes.addressof(before)
        if address not in self.tables:
            made = sq.IoMethods.from_buffer_copy(before)
            made.xWrite = sq.Write(_whole(self.write))
            made.xTruncate = sq.Truncate(_whole(self.truncate))
            made.xSync = sq.Sync(_whole(self.sync))
            self.tables[address] = made
        return self.tables[address]


def install(disk: Disk) -> None:
    """Put a disk between SQLite and the files of every connection that is opened from now on; only once.

    Raises NoSharedLibraryError.
    """
    for library in sq.libraries():
        library.sqlite3_vfs_find.restype = ctypes.POINTER(sq.Vfs)
        shim = _Shim(disk, library.sqlite3_vfs_find(None).contents)
        vfs = _vfs_of(shim)
        # What C points to is never collected, not even when the process ends.
        for kept in (shim, vfs):
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))
        atexit.register(shim.leave, vfs)
        library.sqlite3_vfs_register(ctypes.byref(vfs), 1)
        if _is_in_use():
            return
    raise NoSharedLibraryError(f"SQLite {sqlite3.sqlite_version} cannot be reached from outside")


def _vfs_of(shim: _Shim) -> sq.Vfs:
    vfs = sq.Vfs.from_buffer_copy(shim.before)
    vfs.zName = _NAME
    vfs.pNext = None
    vfs.xOpen = sq.Open(_whole(shim.open))
    vfs.xDelete = sq.Delete(_whole(shim.delete))
    return vfs


def _is_in_use() -> bool:
    """Tell whether Python's own module knows the new VFS; another copy of the library would not."""
    try:
        with closing(sqlite3.connect(f"file::memory:?vfs={_NAME.decode()}", uri=True)):
            return True
    except sqlite3.OperationalError:
        return False


def _at(address: int) -> sq.File:
    return ctypes.cast(address, ctypes.POINTER(sq.File)).contents


def _whole(call: _Call) -> _Call:
    """End the process where the call raises, because C would take that for success."""

    def guarded(*args: Any) -> int:
        try:
            return call(*args)
        except BaseException:  # noqa: BLE001 (there is nobody to raise it to)
            traceback.print_exc()
            os._exit(_EX_SOFTWARE)

    return cast("_Call", guarded)
