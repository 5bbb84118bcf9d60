"""Read one picture with Pillow and say what it is. A program, run confined; never imported by the bot.

It writes one line of JSON: null for what cannot be read as that format, else the picture's measures and
whether all of it could be decoded. Measures come first: more pixels than allowed are never decoded.

    python -I probe.py FILE FORMAT MOST_PIXELS
"""

import importlib
import json
import sys

from PIL import Image


def main() -> None:
    """Probe the file named on the command line."""
    path, name, most_pixels = sys.argv[1], sys.argv[2], int(sys.argv[3])
    # Our own limit is checked below, and it is stricter.
    Image.MAX_IMAGE_PIXELS = None
    if name == "WEBP":
        # Otherwise Pillow loads all of its forty formats to find this one.
        importlib.import_module("PIL.WebPImagePlugin")
    try:
        answer = _probe(path, name, most_pixels)
    except Exception:  # noqa: BLE001 (whatever a decoder raises, the file is at fault)
        answer = None
    sys.stdout.write(json.dumps(answer) + "\n")


def _probe(path: str, name: str, most_pixels: int) -> dict[str, object]:
    with Image.open(path, formats=[name]) as picture:
        # A phone's JPEG with a second picture behind the first (MPO) is read as a JPEG by everybody else.
        frames = 1 if picture.format == "MPO" else int(getattr(picture, "n_frames", 1))
        fits = picture.width * picture.height * frames <= most_pixels
        measures = {"width": picture.width, "height": picture.height, "frames": frames}
        return {**measures, "whole": fits and _decodes(picture, frames)}


def _decodes(picture: Image.Image, frames: int) -> bool:
    """Tell whether every frame can be decoded to its end."""
    try:
        for frame in range(frames):
            picture.seek(frame)
            picture.load()
    except Exception:  # noqa: BLE001 (as above)
        return False
    return True


if __name__ == "__main__":
    main()
