"""Files: what a member attaches, and what a request has left on disk.

Owns reading a picture's sides and guessing a type by name. File contents are never kept in memory here.
"""

import mimetypes
import shutil
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

MIB = 1 << 20
SPOILER = "SPOILER_"


@dataclass(frozen=True)
class Upload:
    """A file a member attaches: its content or its path, its name and, if it should lie, its type."""

    source: Path | bytes
    filename: str
    content_type: str | None = None
    spoiler: bool = False
    """Whether the member has marked it; the client then puts `SPOILER_` before the name."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size

    def save(self, path: Path) -> "SavedFile":
        """Write the file and return what is known of it."""
        if isinstance(self.source, bytes):
            path.write_bytes(self.source)
        else:
            shutil.copyfile(self.source, path)
        name = f"{SPOILER}{self.filename}" if self.spoiler else self.filename
        return SavedFile(0, path, name, self.size, self.content_type)


@dataclass(frozen=True)
class SavedFile:
    """A file that has arrived: the n of its `files[n]` field, and where it lies."""

    index: int
    path: Path
    filename: str
    size: int
    content_type: str | None = None

    def kind(self) -> str | None:
        """Return the stated type, else the one its name suggests, as Discord does."""
        return self.content_type or mimetypes.guess_type(self.filename)[0]

    def sides(self) -> tuple[int | None, int | None]:
        """Return width and height of a picture in pixels; None for anything else."""
        try:
            with Image.open(self.path) as picture:
                return picture.size
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            return None, None
