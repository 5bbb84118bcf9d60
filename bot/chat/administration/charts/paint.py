"""Paints a drawing: the one place of the pictures where pixels are touched. Takes some tenths of a second."""

import io
from typing import Final

from PIL import Image, ImageDraw

from bot.chat.administration.charts.letters import font
from bot.chat.administration.charts.parts import SIDE, Block, Drawing

# Pillow draws edges in steps; blocks are painted so many times larger, which smooths them.
_FINER: Final = 3


def paint(drawing: Drawing) -> bytes:
    """Return the drawing as a PNG."""
    picture = _blocks(drawing)
    draw = ImageDraw.Draw(picture)
    for words in drawing.words:
        draw.text(
            (words.x, words.y),
            words.text,
            fill=words.colour,
            font=font(words.size),
            anchor=f"{words.anchor}s",
            stroke_width=words.stroke,
            stroke_fill=words.colour,
        )
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def _blocks(drawing: Drawing) -> Image.Image:
    large = Image.new("RGB", (SIDE * _FINER, SIDE * _FINER), drawing.background)
    draw = ImageDraw.Draw(large)
    for block in drawing.blocks:
        _block(draw, block)
    return large.reduce(_FINER)


def _block(draw: ImageDraw.ImageDraw, block: Block) -> None:
    # The library counts the last pixel in.
    box = (
        block.left * _FINER,
        block.top * _FINER,
        block.right * _FINER - 1,
        block.bottom * _FINER - 1,
    )
    round_corners = (True, True, not block.is_flat_below, not block.is_flat_below)
    draw.rounded_rectangle(box, block.radius * _FINER, block.colour, corners=round_corners)
