"""The picture of `/zoetrope stats`: where each part stands. Pure but for `pictures`, which paints.

From above: the head, the days, and two columns of rows. What the columns leave is the days'.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.chat.administration.charts import days, head, rows
from bot.chat.administration.charts.paint import paint
from bot.chat.administration.charts.parts import MARGIN, SIDE, Block, Drawing, Words
from bot.chat.administration.charts.rows import Column
from bot.chat.administration.charts.summary import Summary
from bot.chat.administration.charts.themes import THEMES, Theme
from bot.chat.texts import text

# Pixels.
_TOP: Final = 40
_APART: Final = 24
_BETWEEN: Final = 44  # the columns
_PITCHES: Final = range(44, 61)
_DAYS_LEAST: Final = 300


def pictures(summary: Summary) -> Sequence[bytes]:
    """Return the picture for each theme, as PNGs; takes time, so it is called in a thread."""
    return [paint(drawing(summary, theme)) for theme in THEMES]


def drawing(summary: Summary, theme: Theme) -> Drawing:
    """Return what is to be painted."""
    pitch = _pitch(summary)
    days_top = _TOP + head.HEIGHT
    rows_top = SIDE - MARGIN - _rows_height(summary, pitch)
    place = days.plot(summary.days, days_top, rows_top - _APART)
    parts: list[Block | Words] = [
        *head.head(summary, theme, _TOP),
        *days.heading(summary, theme, days_top),
        *days.bars(place, theme),
        *days.dates(place, theme, summary.locale),
        *_columns(summary, pitch, rows_top, theme),
    ]
    blocks = [part for part in parts if isinstance(part, Block)]
    return Drawing(theme.background, blocks, [part for part in parts if isinstance(part, Words)])


def _pitch(summary: Summary) -> int:
    """Return the widest distance of rows that leaves the days enough."""
    room = SIDE - MARGIN - _TOP - head.HEIGHT - _DAYS_LEAST - _APART
    return next((it for it in reversed(_PITCHES) if _rows_height(summary, it) <= room), _PITCHES[0])


def _rows_height(summary: Summary, pitch: int) -> int:
    first = rows.height(len(summary.models), pitch) + _APART
    left = first + rows.height(len(summary.states), pitch)
    return max(left, rows.height(len(summary.members), pitch))


def _columns(summary: Summary, pitch: int, top: int, theme: Theme) -> Iterable[Block | Words]:
    """Yield models and states at the left, members at the right."""
    locale, middle = summary.locale, SIDE // 2
    left = Column(MARGIN, middle - _BETWEEN // 2, pitch, theme)
    right = Column(middle + _BETWEEN // 2, SIDE - MARGIN, pitch, theme)
    below = top + rows.height(len(summary.models), pitch) + _APART
    states = [
        theme.delivered_pale if row.is_delivered else theme.not_delivered_pale for row in summary.states
    ]
    models, members = [theme.model_pale] * len(summary.models), [theme.member_pale] * len(summary.members)
    yield from rows.part(left, top, text("stats.drawn.models", locale), summary.models, models)
    yield from rows.part(left, below, text("stats.drawn.states", locale), summary.states, states)
    yield from rows.part(right, top, text("stats.drawn.members", locale), summary.members, members)
