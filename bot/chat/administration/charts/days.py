"""The part of a picture that tells of the days: a bar for each, delivered jobs below, all others above."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.chat.administration.charts.letters import width
from bot.chat.administration.charts.parts import MARGIN, SIDE, Block, Words
from bot.chat.administration.charts.summary import Day, Summary, spoken
from bot.chat.administration.charts.themes import Theme
from bot.chat.texts import text

# Pixels.
HEAD: Final = 44
_HEAD_SIZE: Final = 32
_LABEL_SIZE: Final = 28
_ABOVE: Final = 44  # for the figure above the highest bar
_BELOW: Final = 46  # for the dates
_WIDEST: Final = 96
_FEW: Final = 3  # jobs: one or two a day do not look like many
_LEAST: Final = 5  # of a bar: one job beside a thousand is seen
_APART: Final = 24  # between two dates
_SEAM: Final = 3
_ROUND: Final = 8
_SWATCH: Final = 24
# Days from one date to the next; the longer ones are whole weeks, as people look for weekdays.
_STEPS: Final = (1, 2, 7, 14, 28, 56)


@dataclass(frozen=True, slots=True)
class Plot:
    """The bars' place: `top` is as high as one can be, `bottom` where all stand."""

    days: Sequence[Day]
    top: int
    bottom: int

    @property
    def most(self) -> int:
        """Return how many jobs would be as high as there is room for."""
        return max(_FEW, *(day.jobs for day in self.days))

    def slot(self) -> float:
        """Return the width that a day has."""
        return (SIDE - 2 * MARGIN) / len(self.days)

    def middle(self, number: int) -> int:
        """Return where a day's middle is."""
        return round(MARGIN + (number + 0.5) * self.slot())

    def height(self, jobs: int) -> int:
        """Return how high so many jobs are."""
        return max(_LEAST, round((self.bottom - self.top) * jobs / self.most)) if jobs else 0


def plot(days: Sequence[Day], top: int, bottom: int) -> Plot:
    """Return the place of the bars in the part's place."""
    return Plot(days, top + HEAD + _ABOVE, bottom - _BELOW)


def heading(summary: Summary, theme: Theme, top: int) -> Iterator[Block | Words]:
    """Yield the heading, with what the colours mean."""
    baseline = top + _HEAD_SIZE
    locale = summary.locale
    yield Words(MARGIN, baseline, text("stats.drawn.days", locale), _HEAD_SIZE, theme.ink, stroke=0.6)
    right = SIDE - MARGIN
    for key, colour in (("not_delivered", theme.not_delivered), ("delivered", theme.delivered)):
        words = text(f"stats.drawn.{key}", locale)
        yield Words(right, baseline, words, _LABEL_SIZE, theme.muted, "r")
        right -= width(words, _LABEL_SIZE) + 10
        yield Block(right - _SWATCH, baseline - _SWATCH + 2, right, baseline + 2, colour, 6)
        right -= _SWATCH + 32


def bars(place: Plot, theme: Theme) -> Iterator[Block | Words]:
    """Yield the bars, the line on which they stand, and their figures."""
    slot = place.slot()
    wide = max(4, min(_WIDEST, round(slot * 0.72)))
    for number, day in enumerate(place.days):
        yield from _bar(place, day, place.middle(number) - wide // 2, wide, theme)
    yield Block(MARGIN, place.bottom, SIDE - MARGIN, place.bottom + 3, theme.line)
    yield from _figures(place, theme)


def _bar(place: Plot, day: Day, left: int, wide: int, theme: Theme) -> Iterator[Block]:
    """Yield the two parts of a bar; the upper one has the round corners."""
    low, high = _parts(place, day)
    if low:
        radius = 0 if high else min(_ROUND, wide // 3, low)
        top = place.bottom - low
        yield Block(left, top, left + wide, place.bottom, theme.delivered, radius, is_flat_below=True)
    if high:
        bottom = place.bottom - low - (_SEAM if low else 0)
        radius = min(_ROUND, wide // 3, high)
        yield Block(left, bottom - high, left + wide, bottom, theme.not_delivered, radius, is_flat_below=True)


def _parts(place: Plot, day: Day) -> tuple[int, int]:
    """Return how high both parts are; the seam is taken from the upper one."""
    low, high = place.height(day.delivered), place.height(day.others)
    return low, max(_LEAST, high - _SEAM) if low and high else high


def _figures(place: Plot, theme: Theme) -> Iterator[Words]:
    """Yield the figure of each bar where there is room for all, else that of the highest."""
    shown = [(number, day.jobs) for number, day in enumerate(place.days) if day.jobs]
    if any(width(f"{jobs:,}", _LABEL_SIZE) + 12 > place.slot() for _, jobs in shown):
        shown = [max(shown, key=lambda one: one[1])]
    for number, jobs in shown:
        words = f"{jobs:,}"
        y = place.bottom - sum(_parts(place, place.days[number])) - _SEAM - 10
        yield Words(_inside(place.middle(number), words), y, words, _LABEL_SIZE, theme.ink, "m")


def dates(place: Plot, theme: Theme, locale: str) -> Iterator[Words]:
    """Yield the dates below the bars, the latest one always."""
    names = [spoken(day.date, locale) for day in place.days]
    widest = max(width(name, _LABEL_SIZE) for name in names)
    step = next((step for step in _STEPS if step * place.slot() >= widest + _APART), len(names))
    y, free = place.bottom + _BELOW - 10, SIDE
    for number in range(len(names) - 1, -1, -step):
        x, half = _inside(place.middle(number), names[number]), width(names[number], _LABEL_SIZE) / 2
        # At the edges dates are moved inwards.
        if x + half <= free:
            yield Words(x, y, names[number], _LABEL_SIZE, theme.muted, "m")
            free = x - half - _APART / 2


def _inside(x: int, words: str) -> int:
    """Return the place next to the wanted one where words stay within the margins."""
    half = width(words, _LABEL_SIZE) // 2 + 1
    return min(max(x, MARGIN + half), SIDE - MARGIN - half)
