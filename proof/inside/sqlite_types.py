"""The two C structures by which SQLite reaches its files, and the library that Python itself has loaded.

Only declares: https://www.sqlite.org/c3ref/vfs.html and https://www.sqlite.org/c3ref/io_methods.html.
"""

import _sqlite3
import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Final

OK: Final = 0
FULL: Final = 13
CANTOPEN: Final = 14
IOERR_WRITE: Final = 10 | 3 << 8
IOERR_FSYNC: Final = 10 | 4 << 8
IOERR_TRUNCATE: Final = 10 | 6 << 8
IOERR_DELETE: Final = 10 | 10 << 8

OPEN_MAIN_DB: Final = 0x00000100
OPEN_MAIN_JOURNAL: Final = 0x00000800
OPEN_WAL: Final = 0x00080000

_ADDRESS: Final = ctypes.c_void_p

Open = ctypes.CFUNCTYPE(
    ctypes.c_int, _ADDRESS, _ADDRESS, _ADDRESS, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
Delete = ctypes.CFUNCTYPE(ctypes.c_int, _ADDRESS, ctypes.c_char_p, ctypes.c_int)
Write = ctypes.CFUNCTYPE(ctypes.c_int, _ADDRESS, _ADDRESS, ctypes.c_int, ctypes.c_int64)
Truncate = ctypes.CFUNCTYPE(ctypes.c_int, _ADDRESS, ctypes.c_int64)
Sync = ctypes.CFUNCTYPE(ctypes.c_int, _ADDRESS, ctypes.c_int)


def _pointers(*names: str) -> list[tuple[str, type[ctypes.c_void_p]]]:
    return [(name, _ADDRESS) for name in names]


class Vfs(ctypes.Structure):
    """`sqlite3_vfs`, version 3. What is copied as it is needs no type."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        ("szOsFile", ctypes.c_int),
        ("mxPathname", ctypes.c_int),
        ("pNext", _ADDRESS),
        ("zName", ctypes.c_char_p),
        ("pAppData", _ADDRESS),
        ("xOpen", Open),
        ("xDelete", Delete),
        *_pointers("xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym", "xDlClose", "xRandomness"),
        *_pointers("xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64"),
        *_pointers("xSetSystemCall", "xGetSystemCall", "xNextSystemCall"),
    )


class IoMethods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3: what can be done to an open file."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        *_pointers("xClose", "xRead"),
        ("xWrite", Write),
        ("xTruncate", Truncate),
        ("xSync", Sync),
        *_pointers("xFileSize", "xLock", "xUnlock", "xCheckReservedLock", "xFileControl", "xSectorSize"),
        *_pointers("xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap"),
        *_pointers("xFetch", "xUnfetch"),
    )


class File(ctypes.Structure):
    """`sqlite3_file`, of which only the beginning is known: all else is the VFS's own."""

    _fields_ = (("pMethods", ctypes.POINTER(IoMethods)),)


def libraries() -> Iterator[ctypes.CDLL]:
    """Yield the libraries of this process that may be the one that Python's own module uses."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text("utf-8").splitlines():
            path = line.split(maxsplit=5)[-1]
            if "libsqlite3" in path:
                yield ctypes.CDLL(path)
    for name in (getattr(_sqlite3, "__file__", None), None):
        # Where the module carries SQLite within, and where Python does.
        library = ctypes.CDLL(name)
        if hasattr(library, "sqlite3_vfs_find"):
            yield library
