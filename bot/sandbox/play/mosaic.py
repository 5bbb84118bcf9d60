"""A frame of a film in a terminal: two pixels a character, the upper in front and the lower behind."""

from collections.abc import Iterator

from rich.color import Color
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style

from bot.sandbox.play.film import Frame


class Mosaic:
    """Something that rich can print."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for y in range(0, self._frame.height, 2):
            for x in range(self._frame.width):
                yield Segment("▀", Style(color=self._colour(x, y), bgcolor=self._colour(x, y + 1)))
            yield Segment.line()

    def _colour(self, x: int, y: int) -> Color:
        at = (y * self._frame.width + x) * 3
        red, green, blue = self._frame.pixels[at : at + 3]
        return Color.from_rgb(red, green, blue)
