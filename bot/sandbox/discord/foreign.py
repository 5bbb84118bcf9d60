"""Pictures on other hosts, as Discord shows them: through its image proxy, never from where they lie.

Owns the proxied addresses. The host of the original does not exist here; whoever asks it has a fault.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bot.sandbox.discord.upload import SavedFile, Upload


@dataclass(frozen=True)
class Foreign:
    """A picture somewhere else, and what is there."""

    url: str
    upload: Upload


@dataclass(frozen=True)
class Proxied:
    """A picture of another host in Discord's image proxy."""

    url: str
    proxy_url: str
    path: Path
    content_type: str | None
    width: int | None
    height: int | None


class Proxy:
    """Holds copies of foreign pictures; `base` is set once the server listens."""

    def __init__(self) -> None:
        self.base = ""
        self._held: dict[str, Proxied] = {}

    def hold(self, url: str, file: SavedFile) -> Proxied:
        """Take in what lies at a foreign address."""
        where = urlsplit(url)
        # As on images-ext-1.discordapp.net: a signature, the scheme, the host and the path of the original.
        path = f"external/{secrets.token_urlsafe(16)}/{where.scheme}/{where.netloc}{where.path}"
        width, height = file.sides()
        held = Proxied(url, f"{self.base}/{quote(path)}", file.path, file.kind(), width, height)
        self._held[unquote(path)] = held
        return held

    def find(self, path: str) -> Proxied | None:
        """Return what a proxied path leads to."""
        return self._held.get(path)
