"""`python -m bench.accept_slowly ROUNDS OURS BASELINE`: the same where every sync takes 5 ms more, as JSON.

Such is a USB stick, or the disk of a cheap virtual server. The delay stands between SQLite and the file
system, in the way of both sides alike.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Final

from bench import accept
from proof.inside import sqlite_types, vfs

SLOWER: Final = 0.005  # seconds


class SlowDisk:
    """A disk that refuses nothing and takes its time."""

    def may(self, deed: vfs.Deed, file: Path) -> int:  # noqa: ARG002 (as `vfs.Disk` has it)
        return sqlite_types.OK

    def done(self, deed: vfs.Deed, file: Path) -> None:  # noqa: ARG002 (as above)
        if deed is vfs.Deed.SYNC:
            time.sleep(SLOWER)


def main(rounds: int, our_jobs: int, baseline_jobs: int) -> None:
    """Measure and tell."""
    vfs.install(SlowDisk())
    found = asyncio.run(accept.run(rounds, our_jobs, baseline_jobs))
    sys.stdout.write(json.dumps([(each.ours, each.baseline) for each in found]))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:4]))
