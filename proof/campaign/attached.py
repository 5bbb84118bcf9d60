"""What members attach: a picture, one of a shape that no model takes, and a file that is no picture."""

from functools import cache
from io import BytesIO

from PIL import Image

from bot.sandbox.discord import Upload
from proof.campaign.acts import Picture


def attached(picture: Picture) -> Upload:
    """Return a picture as a member attaches it."""
    return Upload(_content(picture), "boat.png", "image/png")


@cache
def _content(picture: Picture) -> bytes:
    if picture is Picture.BROKEN:
        return b"no"
    held = BytesIO()
    sides = (1600, 400) if picture is Picture.BANNER else (640, 480)
    Image.effect_noise(sides, 60).convert("RGB").save(held, "PNG")
    return held.getvalue()
