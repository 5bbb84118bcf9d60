"""What ffmpeg makes for tests, made once for each process that runs them: nobody changes what lies there."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.sandbox.runcomfy import Studio
from proof.campaign.shelf import Shelf


@cache
def shelf() -> Path:
    """Return the folder where such things lie, which is there until this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="zoe-shelf-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def quick_studio() -> Studio:
    """Return a quick studio that has whatever another one has made already."""
    return Shelf(shelf())
