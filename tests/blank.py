"""A database as a first start leaves it, brought up once for each process: few tests are about its birth."""

import tempfile
from functools import cache
from pathlib import Path

from bot.store.sqlite import migrate
from tests.builders import NOON


def blank_database(path: Path) -> Path:
    """Put one where there is none yet, and return the path."""
    path.write_bytes(_content())
    return path


@cache
def _content() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zoetrope.db"
        migrate(path, NOON)
        return path.read_bytes()
