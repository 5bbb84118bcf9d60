"""The parts of a picture that tell of models, states and members: names, with bars behind, and figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.chat.administration.charts.letters import cut, width
from bot.chat.administration.charts.parts import Block, Words
from bot.chat.administration.charts.summary import Row
from bot.chat.administration.charts.themes import Theme

# Pixels.
HEAD: Final = 52
_HEAD_SIZE: Final = 32
_SIZE: Final = 30
_INSIDE: Final = 18
_LEAST: Final = 8  # of a bar: it is seen
_GAP: Final = 5
_ROUND: Final = 8
# Of a capital letter, in shares of the size: what stands in the middle of a row.
_CAPITAL: Final = 0.72


@dataclass(frozen=True, slots=True)
class Column:
    """Where rows stand, how far one is from the next, and their colours."""

    left: int
    right: int
    pitch: int
    theme: Theme

    @property
    def width(self) -> int:
        return self.right - self.left


def height(count: int, pitch: int) -> int:
    """Return how high a part with so many rows is."""
    return HEAD + count * pitch


def part(
    column: Column, top: int, heading: str, rows: Sequence[Row], colours: Sequence[str]
) -> Iterator[Block | Words]:
    """Yield a heading and the rows below it, each in its colour; the longest bar is that with most jobs.

    What several came to together has none: it is no longer than others for being more.
    """
    yield Words(column.left, top + _HEAD_SIZE, heading, _HEAD_SIZE, column.theme.ink, stroke=0.6)
    most = max(row.total.jobs for row in rows if not row.is_sum)
    for number, (row, colour) in enumerate(zip(rows, colours, strict=True)):
        share = 0 if row.is_sum else row.total.jobs / most
        at = top + HEAD + number * column.pitch
        yield from _bar(column, at, share, colour)
        yield from _words(column, at, row)


def _bar(column: Column, top: int, share: float, colour: str) -> Iterator[Block]:
    bottom = top + column.pitch - _GAP
    yield Block(column.left, top, column.right, bottom, column.theme.track, _ROUND)
    if share:
        long = max(_LEAST, round(column.width * share))
        yield Block(column.left, top, column.left + long, bottom, colour, min(_ROUND, long // 2))


def _words(column: Column, top: int, row: Row) -> Iterator[Words]:
    baseline, ink = top + (column.pitch - _GAP + round(_SIZE * _CAPITAL)) // 2, column.theme.ink
    figure = f"{row.total.jobs:,}"
    room = column.width - width(figure, _SIZE) - 3 * _INSIDE
    yield Words(column.left + _INSIDE, baseline, cut(row.name, _SIZE, room), _SIZE, ink)
    yield Words(column.right - _INSIDE, baseline, figure, _SIZE, ink, "r")
