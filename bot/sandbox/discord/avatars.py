"""Avatars: the members' own, by the hash of their bytes, and the coloured ones of those who have none.

Owns what lies at `/avatars` and `/embed/avatars`. Their addresses are not signed and never expire.
"""

import hashlib
import io
from pathlib import Path
from typing import Final

from PIL import Image

# The endings Discord's page "Image formatting" names, and what Pillow calls them.
FORMATS: Final = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF"}
_TYPES: Final = {"PNG": "image/png", "WEBP": "image/webp", "JPEG": "image/jpeg", "GIF": "image/gif"}
# The six colours of discord.py's `DefaultAvatar`.
_COLOURS: Final = ("#5865f2", "#747f8d", "#3ba55c", "#faa61a", "#ed4245", "#eb459e")
_SIZES: Final = (16, 4096)


class Avatars:
    """Keeps avatars on disk; `folder` is set once the server listens."""

    def __init__(self) -> None:
        self.folder = Path()

    def hold(self, user_id: int, content: bytes) -> str:
        """Take a picture in and return its hash; that of an animated one begins with `a_`."""
        with Image.open(io.BytesIO(content)) as picture:
            animated = getattr(picture, "n_frames", 1) > 1
        name = hashlib.md5(content, usedforsecurity=False).hexdigest()
        name = f"a_{name}" if animated else name
        self._path(user_id, name).write_bytes(content)
        return name

    def find(self, user_id: int, filename: str, size: str | None) -> tuple[bytes, str] | None:
        """Return the bytes of `<hash>.<ending>` and their type; None where there is no such picture."""
        name, _, ending = filename.partition(".")
        wanted, path = FORMATS.get(ending), self._path(user_id, name)
        is_hash = name.removeprefix("a_").isalnum()
        if wanted is None or not is_hash or not path.is_file():
            return None
        if wanted == "GIF" and not name.startswith("a_"):
            return None
        return _shown(path, wanted, size), _TYPES[wanted]

    def default(self, filename: str) -> tuple[bytes, str] | None:
        """Return the picture of somebody who has none: `<index>.png`."""
        index, _, ending = filename.partition(".")
        if ending != "png" or not index.isdecimal() or int(index) >= len(_COLOURS):
            return None
        return _saved(Image.new("RGB", (256, 256), _COLOURS[int(index)]), "PNG"), _TYPES["PNG"]

    def _path(self, user_id: int, name: str) -> Path:
        return self.folder / f"avatar-{user_id}-{name}"


def _shown(path: Path, wanted: str, size: str | None) -> bytes:
    """Return the picture as it came where that is what is asked for, else converted and reduced."""
    side = min(max(int(size), _SIZES[0]), _SIZES[1]) if size is not None and size.isdecimal() else None
    with Image.open(path) as picture:
        if picture.format == wanted and (side is None or max(picture.size) <= side):
            return path.read_bytes()
        whole = picture.convert("RGB" if wanted == "JPEG" else "RGBA")
    if side is not None:
        whole.thumbnail((side, side))
    return _saved(whole, wanted)


def _saved(picture: Image.Image, wanted: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, wanted)
    return buffer.getvalue()
