"""Mend one picture so that a model takes it. A program, run confined; never called by the bot itself.

The order comes as JSON, the answer goes as one line of it. What the picture itself is at fault for is an
answer; anything else, as a full disk, ends the program with a code.
"""

import json
import math
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from PIL import Image

from bot.core.mending import Mending
from bot.core.shaping import HALF, PIXEL_LIMIT, Shape, pixel_limit, shape, smaller
from bot.media import paint
from bot.media.order import Mended, Order, Refused, Why
from bot.media.press import BEST_QUALITY, Pressed, press_jpeg, press_png
from bot.media.strip import strip

# Seconds of processor time for decoding. A JPEG of 200 million pixels in many scans takes 3 (measured).
_DECODING: Final = 4.0
# Formats that lose nothing, and so deserve one that loses nothing either.
_LOSSLESS: Final = frozenset({"PNG", "GIF", "BMP", "TIFF"})


def main() -> None:
    """Carry out the order on the command line."""
    order = Order.from_json(sys.argv[1])
    answer, content = _mend(order)
    if content is not None:
        Path(order.target).write_bytes(content)
    sys.stdout.write(json.dumps(asdict(answer)) + "\n")


def _mend(order: Order) -> tuple[Mended | Refused, bytes | None]:
    """Return the answer and, if it is good, the file's content."""
    limit = pixel_limit(order.format)
    try:
        with paint.open_picture(order.source, order.format, limit) as picture:
            return _mend_opened(picture, order)
    except Image.DecompressionBombError:
        return Refused(Why.PIXELS, limit=limit), None
    except Exception:  # noqa: BLE001 (whatever a decoder raises, the file is at fault)
        return Refused(Why.UNREADABLE), None


def _mend_opened(picture: Image.Image, order: Order) -> tuple[Mended | Refused, bytes | None]:
    if order.format == "PNG":
        # Its notes may stand behind its pixels: Pillow reads all of it to look for them.
        _decode(picture)
    orientation = paint.orientation_of(picture)
    whole = paint.upright_sides(picture, orientation)
    most = HALF if whole.area > PIXEL_LIMIT else math.inf
    planned = shape(whole, order.bounds, order.framing, most=most)
    if planned is None:
        return Refused(Why.ASPECT, *whole), None
    # A phone's JPEG with a second picture behind the first (MPO) is read as a JPEG by everybody else.
    is_animated = picture.format != "MPO" and bool(getattr(picture, "is_animated", False))
    _decode(picture, planned.drawn.width / planned.kept.width)
    turned = [Mending.UPRIGHT] if orientation != 1 else []
    first = [Mending.FIRST_FRAME] if is_animated else []
    if planned.is_unchanged and not turned and not first and (bare := _bare(picture, order)) is not None:
        return Mended(order.format, len(bare), *whole, ()), bare
    flattened = [Mending.FLATTENED] if paint.has_holes(picture) else []
    painted = paint.flatten(paint.turn(picture, orientation))
    pressed, final = _press(painted, planned, order)
    if pressed is None:
        return Refused(Why.HEAVY), None
    done = (*turned, *first, *flattened, *final.mended, *_rewritten(pressed, order))
    return Mended(pressed.format, len(pressed.content), *final.canvas, done), pressed.content


def _decode(picture: Image.Image, share: float = 1.0) -> None:
    """Decode all of the first frame, a JPEG no larger than needed; longer than allowed is the end of us."""
    with _bounded():
        if share < 1:
            picture.draft(None, (math.ceil(picture.width * share), math.ceil(picture.height * share)))
        picture.load()


@contextmanager
def _bounded() -> Generator[None]:
    """Have the system kill this process if the block takes too much processor time."""
    signal.setitimer(signal.ITIMER_PROF, _DECODING)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)


def _bare(picture: Image.Image, order: Order) -> bytes | None:
    """Return the file without anything but the picture, if that is all it needs."""
    is_plain = picture.mode != "CMYK" and paint.is_srgb(picture) and not paint.has_holes(picture)
    if order.format not in order.formats or not is_plain:
        return None
    bare = strip(order.format, Path(order.source).read_bytes())
    return bare if bare is not None and len(bare) <= order.most_bytes else None


def _press(painted: Image.Image, planned: Shape, order: Order) -> tuple[Pressed | None, Shape]:
    """Write without loss if it came so and fits, else as JPEG, at last with smaller sides."""
    current, is_first = planned, True
    while True:
        drawn = paint.draw(painted, current)
        if is_first and order.format in _LOSSLESS and (png := press_png(drawn, order.most_bytes)):
            return png, current
        pressed, excess = press_jpeg(drawn, order.most_bytes)
        if pressed is not None:
            return pressed, current
        share = min(0.9, 0.95 / math.sqrt(excess))
        reduced = smaller(current, order.bounds, order.framing, share)
        if reduced is None:
            return None, current
        current, is_first = reduced, False


def _rewritten(pressed: Pressed, order: Order) -> list[Mending]:
    has_lost = pressed.format == "JPEG" and order.format in _LOSSLESS
    is_less = pressed.quality < BEST_QUALITY or has_lost
    done = {Mending.CONVERTED: pressed.format != order.format, Mending.COMPRESSED: is_less}
    return [mending for mending, is_done in done.items() if is_done]
