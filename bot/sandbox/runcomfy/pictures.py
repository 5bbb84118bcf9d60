"""Fetches the pictures of a submit as the real service does: from outside, without cookies, in bounded size.

There is no network here, so only plain http on 127.0.0.1 can be reached; all else is refused unasked.
"""

import asyncio
from pathlib import Path

import aiohttp
from PIL import Image
from yarl import URL

from bot.sandbox.runcomfy.inputs import Picture, PictureError

# More than the largest bound of the schemas (30 MB), so that the rule decides and not the fetch.
_LARGEST = 40_000_000
_PATIENCE = aiohttp.ClientTimeout(total=10)


async def fetch(url: str, target: Path) -> Picture:
    """Download a picture to `target` and decode it. Raises PictureError."""
    where = URL(url)
    if where.scheme != "http" or where.host != "127.0.0.1":
        raise PictureError(
            f"the address cannot be fetched ({where.scheme or 'no scheme'}, {where.host or 'no host'})"
        )
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=_PATIENCE) as session:
            await _download(session, where, target)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise PictureError(f"the address cannot be fetched ({type(error).__name__})") from error
    return await asyncio.to_thread(_decode, target)


async def _download(session: aiohttp.ClientSession, url: URL, target: Path) -> None:
    async with session.get(url, allow_redirects=False) as response:
        if response.status != 200:
            raise PictureError(f"the address answers {response.status}")
        content = bytearray()
        async for chunk in response.content.iter_chunked(2**16):
            content += chunk
            if len(content) > _LARGEST:
                raise PictureError("the file is too large")
    await asyncio.to_thread(target.write_bytes, content)


def _decode(path: Path) -> Picture:
    try:
        with Image.open(path) as image:
            image.load()
            return Picture(path, image.width, image.height, image.format or "?", path.stat().st_size)
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise PictureError("the file is no picture, or a damaged one") from error
