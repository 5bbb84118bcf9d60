"""Whether a disk of ours can be put under SQLite here: it cannot where Python carries SQLite within."""

import functools
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_TRY = """
from proof.inside import vfs

class Sound:
    may = done = lambda self, deed, file: 0

try:
    vfs.install(Sound())
except vfs.NoSharedLibraryError as error:
    print(error)
"""


def needs_a_disk() -> None:
    """Skip the test where there is no way."""
    if reason := _reason():
        pytest.skip(reason)


@functools.cache
def _reason() -> str:
    tried = subprocess.run([sys.executable, "-c", _TRY], cwd=ROOT, capture_output=True, text=True, check=True)
    return tried.stdout.strip()
