"""Run a command with less: less priority, memory, processor time and no core dump. A program, never imported.

It limits itself and then becomes the command, so that nothing of a stranger's file is read before the limits
hold. A hook between fork and exec would do the same, but is unsafe in a process with threads.

    python -I confined.py MEMORY_BYTES CPU_SECONDS COMMAND [ARGUMENT ...]
"""

import contextlib
import os
import resource
import sys

_NICENESS = 10
_OUTPUT = 1 << 20  # bytes of any file that a command writes; nothing here should write one


def main() -> None:
    """Set the limits, then become the command."""
    memory, seconds, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    os.nice(_NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, _OUTPUT)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, memory)
    os.execv(command[0], command)  # noqa: S606 (the very purpose; no shell)


def _limit(which: int, bound: int) -> None:
    # macOS refuses some limits; the time limit of the parent still holds there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (bound, bound))


if __name__ == "__main__":
    main()
