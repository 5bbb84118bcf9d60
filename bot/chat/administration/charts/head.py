"""The head of a picture: which place and time it is about, and what all came to in large figures."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.chat.administration.charts.letters import cut, largest, width
from bot.chat.administration.charts.parts import MARGIN, SIDE, Words
from bot.chat.administration.charts.summary import Summary, dollars
from bot.chat.administration.charts.themes import Theme
from bot.chat.texts import text

# Pixels.
HEIGHT: Final = 176
_SIZE: Final = 32
_FIGURE: Final = range(28, 89, 2)
_UNIT_SHARE: Final = 0.42
_NEAR: Final = 14  # from a figure to what it counts
_FAR: Final = 44  # from one figure to the next
# Of the size: how much thicker the letters of figures are.
_STROKE: Final = 0.017

Pair = tuple[str, str]
"""A figure, and what it counts."""


def head(summary: Summary, theme: Theme, top: int) -> Iterator[Words]:
    """Yield the words of the head."""
    inside = SIDE - 2 * MARGIN
    baseline = top + _SIZE
    yield Words(SIDE - MARGIN, baseline, summary.period, _SIZE, theme.muted, "r")
    room = inside - width(summary.period, _SIZE) - _FAR
    yield Words(MARGIN, baseline, cut(summary.title, _SIZE, room), _SIZE, theme.muted)
    yield from _figures(list(_pairs(summary)), theme, top + HEIGHT - 48)


def _pairs(summary: Summary) -> Iterator[Pair]:
    total, locale = summary.total, summary.locale
    for name, count in (("jobs", total.jobs), ("credits", total.credits)):
        key = f"stats.drawn.{name}"
        yield f"{count:,}", text(f"{key}.one" if count == 1 else key, locale)
    if money := dollars(total.microusd, locale):
        yield money, ""


def _figures(pairs: Sequence[Pair], theme: Theme, baseline: int) -> Iterator[Words]:
    """Yield the figures side by side, as large as all of them have room for."""
    inside = SIDE - 2 * MARGIN
    size = largest(_FIGURE, lambda size: _wide(pairs, size) <= inside)
    x = MARGIN
    for figure, unit in pairs:
        yield Words(x, baseline, figure, size, theme.ink, stroke=size * _STROKE)
        x += width(figure, size, size * _STROKE) + _NEAR
        if unit:
            yield Words(x, baseline, unit, _unit(size), theme.muted)
            x += width(unit, _unit(size)) + _FAR


def _wide(pairs: Sequence[Pair], size: int) -> int:
    figures = sum(width(figure, size, size * _STROKE) + _NEAR for figure, _ in pairs)
    return figures + sum(width(unit, _unit(size)) + _FAR for _, unit in pairs if unit)


def _unit(size: int) -> int:
    return max(28, round(size * _UNIT_SHARE))
