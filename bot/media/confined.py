"""Run a command with less: less priority, memory, processor time and no core dump. A program, never imported.

It limits itself and then becomes the command, so that nothing of a stranger's file is read before the limits
hold. A hook between fork and exec would do the same, but is unsafe in a process with threads.

    python -I confined.py BOTS_PROCESS_ID MEMORY_BYTES CPU_SECONDS LARGEST_FILE_BYTES COMMAND [ARGUMENT ...]
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

_NICENESS = 10
_PR_SET_PDEATHSIG = 1  # linux/prctl.h; it holds across the exec
# Between the limit, which a process hears of, and the kill: ffmpeg takes three signals and leaves at the
# fourth, one a second. A kill at once would look like anybody's.
_LAST_SECONDS = 6


def main() -> None:
    """Set the limits, then become the command."""
    bot, memory, seconds, largest = (int(argument) for argument in sys.argv[1:5])
    command = sys.argv[5:]
    _follow_into_death(bot)
    _turn_a_deaf_ear()
    os.nice(_NICENESS)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, largest)
    _limit(resource.RLIMIT_CPU, seconds, seconds + _LAST_SECONDS)
    _limit(resource.RLIMIT_AS, memory)
    os.execv(command[0], command)  # noqa: S606 (the very purpose; no shell)


def _follow_into_death(bot: int) -> None:
    """Be killed when the bot is, which then had no time to do it; an encode would go on for minutes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died before that was said, and nobody would be told any more.
    if os.getppid() != bot:
        sys.exit(1)


def _turn_a_deaf_ear() -> None:
    """Leave it to the bot to end us: a supervisor tells all of a group, and the bot may still need the file.

    The signals are held back rather than ignored, as ffmpeg would listen to them again.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})


def _limit(which: int, bound: int, last: int | None = None) -> None:
    # macOS refuses some limits; the time limit of the parent still holds there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (bound, bound if last is None else last))


if __name__ == "__main__":
    main()
