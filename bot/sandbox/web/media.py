"""Files as the page may load them: at our own address, whatever the stand-ins call theirs.

Owns the map from an unguessable word to a file. Only what was shown to somebody has a word, and nothing that
a browser could run is served as such.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from aiohttp import web

from bot.sandbox.discord import Discord
from bot.sandbox.web.refusal import missing

# What an <img>, <video> or <audio> takes. All else, SVG and HTML above all, is a download.
_SHOWN: Final = frozenset(
    {
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/apng"),
        *("video/mp4", "video/webm", "video/quicktime"),
        *("audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/flac"),
    }
)
_ADDRESSES: Final = ("url", "proxy_url")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that somebody was shown."""

    source: Path | bytes
    filename: str
    content_type: str | None


class Media:
    """Gives addresses and serves what lies there."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self._words: dict[object, str] = {}
        self._kept: dict[str, Kept] = {}

    def keep(self, source: Path | bytes, filename: str, content_type: str | None, key: object = None) -> str:
        """Return the address of a file, the same at each call for the same key."""
        key = key or object()
        word = self._words.get(key)
        if word is None:
            word = self._words[key] = secrets.token_urlsafe(12)
            self._kept[word] = Kept(source, filename, content_type)
        return f"/media/{word}/{quote(filename, safe='')}"

    def rewritten(self, shape: object) -> object:
        """Return Discord's JSON with our addresses in place of the stand-in's.

        A picture of another host is shown by its proxied copy alone: the page loads from nowhere else.
        """
        if isinstance(shape, Mapping):
            entries = cast("Mapping[str, object]", shape)
            return self._addressed({key: self.rewritten(value) for key, value in entries.items()})
        if isinstance(shape, list | tuple):
            return [self.rewritten(one) for one in cast("list[object]", shape)]
        return shape

    def _addressed(self, entries: dict[str, object]) -> dict[str, object]:
        ours = {name: self._ours(value) for name in _ADDRESSES if isinstance(value := entries.get(name), str)}
        entries |= {name: address for name, address in ours.items() if address is not None}
        if ours.get("url") is None and ours.get("proxy_url") is not None:
            entries["url"] = ours["proxy_url"]
        return entries

    def _ours(self, address: str) -> str | None:
        where = urlsplit(address)
        if f"{where.scheme}://{where.netloc}" != self._discord.cdn_url:
            return None
        path = unquote(where.path).lstrip("/")
        if path.startswith("external/"):
            copy = self._discord.proxy.find(path)
            return copy and self.keep(
                copy.path, path.rpartition("/")[2] or "picture", copy.content_type, path
            )
        file = self._discord.cdn.find(path, dict(parse_qsl(where.query)))
        # The address is signed anew at every look, the file is the same: a video must not load twice.
        return file and self.keep(file.path, file.filename, file.content_type, file.id)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send a file, or the part of it that is asked for."""
        kept = self._kept.get(request.match_info["word"])
        if kept is None:
            raise missing("file")
        headers = _headers(kept)
        if isinstance(kept.source, bytes):
            return web.Response(body=kept.source, headers=headers)
        if not kept.source.is_file():
            raise missing("file")
        return web.FileResponse(kept.source, headers=headers)


def _headers(kept: Kept) -> dict[str, str]:
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    if kept.content_type in _SHOWN:
        return {**headers, "Content-Type": kept.content_type}
    name = quote(kept.filename, safe="")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return {**headers, "Content-Type": "application/octet-stream", "Content-Disposition": disposition}
