"""What the disk has of a database when a life begins that may lose its power."""

import shutil
from pathlib import Path


def fill(platter: Path, database: Path) -> None:
    """Put on the platter what earlier lives have left; only what this one writes can be lost."""
    shutil.rmtree(platter, ignore_errors=True)
    platter.mkdir()
    for file in database.parent.glob(f"{database.name}*"):
        shutil.copyfile(file, platter / file.name)
