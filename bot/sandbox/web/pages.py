"""The page's own files: HTML, style, scripts and drawings, from the folder `static` beside this.

Serves nothing else: a path is followed to its end before it is believed.
"""

from pathlib import Path
from typing import Final

from aiohttp import web

from bot.sandbox.web.refusal import missing

FOLDER: Final = Path(__file__).with_name("static").resolve()
# By our own table: what the machine thinks of these endings differs from one to the next.
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


async def index(_: web.Request) -> web.StreamResponse:
    """Send the page."""
    return _sent("index.html")


async def file(request: web.Request) -> web.StreamResponse:
    """Send one of the files that the page is made of."""
    return _sent(request.match_info["path"])


def _sent(name: str) -> web.StreamResponse:
    if "\x00" in name:
        raise missing("file")
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER) or path.suffix not in _TYPES or not path.is_file():
        raise missing("file")
    return web.FileResponse(path, headers={"Content-Type": _TYPES[path.suffix]})
