"""Attachments and their signed addresses.

Owns which file an address leads to, and until when. Every address handed out is fresh; an address with a
wrong or expired signature leads nowhere.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from bot.sandbox.discord.snowflake import Snowflakes
from bot.sandbox.discord.upload import SavedFile

# Attachment addresses live about 24 hours since 2024 (Discord's changelog).
URL_LIFE = 24 * 3600.0


@dataclass(frozen=True)
class Attachment:
    """A file Discord holds; `url` is signed anew at every reading."""

    id: int
    filename: str
    size: int
    path: Path
    content_type: str | None
    width: int | None
    height: int | None
    place: str
    description: str | None = None
    ephemeral: bool = False
    cdn: "Cdn" = field(kw_only=True, repr=False, compare=False)

    @property
    def url(self) -> str:
        """Address with the signature `ex`, `is`, `hm`."""
        return self.cdn.sign(f"{self.place}/{self.id}/{self.filename}")


def safe_name(filename: str) -> str:
    """Return the name Discord gives a file; spaces are what people meet of what it replaces."""
    return filename.replace(" ", "_")


class Cdn:
    """Hands out and checks addresses; `folder` and `base` are set once the server listens."""

    def __init__(self, snowflakes: Snowflakes, wall: Callable[[], float]) -> None:
        self.folder = Path()
        self.base = ""
        self.url_life = URL_LIFE
        self._snowflakes = snowflakes
        self._wall = wall
        self._key = secrets.token_bytes(16)
        self._held: dict[int, Attachment] = {}

    def hold(
        self, file: SavedFile, place: str, *, ephemeral: bool = False, description: str | None = None
    ) -> Attachment:
        """Take a saved file in and give it an id."""
        width, height = file.sides()
        attachment = Attachment(
            id=self._snowflakes.next(),
            filename=safe_name(file.filename),
            size=file.size,
            path=file.path,
            content_type=file.kind(),
            width=width,
            height=height,
            place=place,
            description=description,
            ephemeral=ephemeral,
            cdn=self,
        )
        self._held[attachment.id] = attachment
        return attachment

    def room(self) -> Path:
        """Return a path nobody uses yet."""
        return self.folder / secrets.token_hex(8)

    def expire(self) -> None:
        """Make every address handed out so far a dead one."""
        self._key = secrets.token_bytes(16)

    def sign(self, path: str) -> str:
        """Return the full address of a path, valid from now on for `url_life` seconds."""
        now = int(self._wall())
        ex, since = f"{int(now + self.url_life):x}", f"{now:x}"
        query = urlencode({"ex": ex, "is": since, "hm": self._seal(path, ex, since)})
        return f"{self.base}/{quote(path)}?{query}"

    def find(self, path: str, query: Mapping[str, str]) -> Attachment | None:
        """Return the attachment a signed path leads to, if the signature is good and young enough."""
        ex, since, seal = (query.get(key, "") for key in ("ex", "is", "hm"))
        if not hmac.compare_digest(seal, self._seal(path, ex, since)) or int(ex, 16) < self._wall():
            return None
        number = path.split("/")[-2]
        return self._held.get(int(number)) if number.isdecimal() else None

    def _seal(self, path: str, ex: str, since: str) -> str:
        return hmac.new(self._key, f"{path}|{ex}|{since}".encode(), hashlib.sha256).hexdigest()
