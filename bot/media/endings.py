"""How a confined process ended, and whether the file that it read is to blame. Pure, but for a count.

What ended from outside says nothing about the file. But a file that makes others end whoever reads it, as
memory runs out each time, must not be tried for ever: that is counted, as long as this process lives.
"""

import hashlib
import os
import re
import signal
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum, auto
from pathlib import Path
from typing import Final

_PATIENCE: Final = 3
"""So many times in all; then it is the file's."""
_REMEMBERED: Final = 256
"""Files; the one that was longest ago is forgotten."""
_SAMPLE: Final = 1 << 16  # bytes of a file's start, and of its end

_TIME: Final = frozenset({signal.SIGXCPU, signal.SIGPROF, signal.SIGVTALRM})
# What a process does to itself, or has done to it by what it reads.
_CRASHES: Final = frozenset(
    {
        *(signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE),
        *(signal.SIGABRT, signal.SIGTRAP, signal.SIGSYS),
    }
)
# The system's words, and x264's, which do not say why.
_DISK: Final = re.compile(rb"No space left on device|Disk quota exceeded|stats file could not be written to")


class End(StrEnum):
    """Who or what ended it."""

    ITSELF = auto()  # with whatever code, or by a crash
    TOO_SLOW = auto()  # we did, or the system for us: it took too long
    TOO_MUCH = auto()  # we did: it wrote too much
    OUTSIDE = auto()  # somebody else, or a full disk


def end_of(code: int, *, is_disk_full: bool) -> End:
    """Tell from the exit code; negative is a signal."""
    if -code in _TIME:
        return End.TOO_SLOW
    if -code == signal.SIGXFSZ:
        return End.TOO_MUCH
    is_killed = code < 0 and -code not in _CRASHES
    return End.OUTSIDE if is_killed or (code != 0 and is_disk_full) else End.ITSELF


def speaks_of_full_disk(words: bytes | bytearray) -> bool:
    """Tell whether a complaint is about our disk."""
    return _DISK.search(words) is not None


class Strikes:
    """Counts, for each file by its content, how many processes that read it were ended from outside."""

    def __init__(self) -> None:
        self._counts = OrderedDict[bytes, int]()

    def count(self, files: Sequence[Path]) -> bool:
        """Count one more; true once it is enough."""
        key = _fingerprint(files)
        struck = self._counts.pop(key, 0) + 1
        self._counts[key] = struck
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        return struck >= _PATIENCE


def _fingerprint(files: Sequence[Path]) -> bytes:
    """Know the files again when they have been fetched again, to another place: by size, start and end."""
    mark = hashlib.sha256()
    for path in files:
        with suppress(OSError), path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            mark.update(size.to_bytes(8, "big") + file.read(_SAMPLE))
            file.seek(max(size - _SAMPLE, 0))
            mark.update(file.read(_SAMPLE))
    return mark.digest()
