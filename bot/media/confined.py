"""Run a command with less: less priority, memory, processor time and no core dump. A program, never imported.

It limits itself and then becomes the command, so that nothing of a stranger's file is read before the limits
hold. A hook between fork and exec would do the same, but is unsafe in a process with threads.

    python -I confined.py MEMORY_BYTES CPU_SECONDS LARGEST_FILE_BYTES COMMAND [ARGUMENT ...]
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

_NICENESS = 10
_PR_SET_PDEATHSIG = 1  # linux/prctl.h; it holds across the exec


def main() -> None:
    """Set the limits, then become the command."""
    memory, seconds, largest = (int(argument) for argument in sys.argv[1:4])
    command = sys.argv[4:]
    os.nice(_NICENESS)
    _follow_into_death()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, largest)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, memory)
    os.execv(command[0], command)  # noqa: S606 (the very purpose; no shell)


def _follow_into_death() -> None:
    """Be killed when the bot is, which then had no time to do it; an encode would go on for minutes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _limit(which: int, bound: int) -> None:
    # macOS refuses some limits; the time limit of the parent still holds there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (bound, bound))


if __name__ == "__main__":
    main()
