"""How a demo that cannot go on says so."""

import sys
from typing import Final

_LOG_SHOWN: Final = 15  # lines


def give_up(problem: str, log: str) -> int:
    """Say what was wrong, with the end of the bot's log, and return the exit code."""
    tail = "\n".join(log.splitlines()[-_LOG_SHOWN:])
    sys.stderr.write(f"\ndemo: {problem}\nThe bot's last log lines:\n{tail}\n")
    return 1
