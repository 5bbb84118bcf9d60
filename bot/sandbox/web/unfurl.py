"""Addresses in a text that Discord shows as what lies there: here those of RunComfy's results.

Pure but for the words that `Media` keeps. An address in angle brackets stays an address, as on Discord.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.sandbox.discord.wire import Json
from bot.sandbox.runcomfy import RunComfy
from bot.sandbox.web.media import Media

_BARE: Final = re.compile(r"(?<![<(])\bhttp://\S+")
_MOST: Final = 5  # embeds that one message unfurls to
_TYPES: Final = {".mp4": "video/mp4", ".png": "image/png"}


class Unfurl:
    """Looks behind addresses; only what RunComfy still has is found."""

    def __init__(self, comfy: RunComfy, media: Media) -> None:
        self._comfy, self._media = comfy, media

    def embeds(self, text: str) -> list[Json]:
        """Return what Discord would show below a text."""
        found = (self._embed(address) for address in _BARE.findall(text))
        return [embed for embed in found if embed is not None][:_MOST]

    def _embed(self, address: str) -> Json | None:
        path = next(self._files(address), None)
        if path is None:
            return None
        kind = _TYPES.get(path.suffix, "")
        where = self._media.keep(path, path.name, kind, address)
        shown = {"url": where, "proxy_url": where, "content_type": kind}
        if kind.startswith("video/"):
            return {"type": "video", "url": address, "video": shown}
        return {"type": "image", "url": address, "thumbnail": shown}

    def _files(self, address: str) -> Iterator[Path]:
        for job in self._comfy.jobs.values():
            if not job.expired and address in job.urls:
                yield job.files[job.urls.index(address)]
