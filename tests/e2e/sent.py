"""What was sent to RunComfy, looked up where it lies, and the coloured pictures that make it easy to tell."""

import io
from collections.abc import Mapping
from typing import Any, Final

import yarl
from PIL import Image

from bot.sandbox.discord import Attachment, Upload
from tests.e2e.play import Play

FIELDS: Final = ("first_frame_image_url", "last_frame_image_url", "images")
"""In which a body names pictures."""

Colour = tuple[int, int, int]
COLOURS: Final[Mapping[str, Colour]] = {
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
}


def coloured(colour: str, name: str = "", sides: tuple[int, int] = (640, 480)) -> Upload:
    """Return a picture of one colour, as a member attaches it."""
    return Upload(png(Image.new("RGB", sides, COLOURS[colour])), name or f"{colour}.png", "image/png")


def png(picture: Image.Image) -> bytes:
    """Return a picture as a file."""
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def addresses(body: Mapping[str, Any]) -> list[str]:
    """Return the addresses of pictures that a body names."""
    found = [body[field] for field in FIELDS if field in body]
    return [url for held in found for url in (held if isinstance(held, list) else [held])]  # pyright: ignore[reportUnknownVariableType] (a body holds any JSON)


def fetched(play: Play, at: int = -1) -> list[Attachment]:
    """Return the files to which the addresses in a submit lead, which are those of Discord's files."""
    files: list[Attachment] = []
    for address in addresses(play.runcomfy.submits[at].body):
        url = yarl.URL(address)
        assert url.path.startswith("/attachments/"), url.path
        file = play.discord.cdn.find(url.path.lstrip("/"), url.query)
        assert file is not None
        files.append(file)
    return files


def colour_of(file: Attachment, across: float = 0.5, down: float = 0.5) -> str:
    """Return the name of the colour nearest to that of a point, given in shares of the sides."""
    with Image.open(file.path) as opened:
        picture = opened.convert("RGB")
    x, y = int((picture.width - 1) * across), int((picture.height - 1) * down)
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return min(COLOURS, key=lambda name: sum((a - b) ** 2 for a, b in zip(COLOURS[name], pixel, strict=True)))
