"""What ffmpeg makes for tests, made once for each process that runs them; every test has its own copy."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.sandbox.runcomfy import Studio


@cache
def shelf() -> Path:
    """Return the folder where such things lie, which is there until this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="zoe-shelf-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def quick_studio() -> Studio:
    """Return a studio that has whatever another one has made already."""
    return Studio(quick=True, shelf=shelf())
