"""The numbers of `/zoetrope stats` in words: the message below the pictures, and what a screen reader reads.

Pure. Both tell the same rows as the pictures do.
"""

from collections.abc import Iterator
from typing import Final

from bot.chat.administration.charts.summary import Row, Summary, counted, dollars, spoken
from bot.chat.texts import text
from bot.flow.administration_books import Total

ALT: Final = 1024
"""Characters that Discord takes as the description of a picture."""


def lines(summary: Summary) -> Iterator[str]:
    """Yield the message's lines below its heading."""
    locale, total = summary.locale, summary.total
    jobs = counted("stats.jobs", total.jobs, locale)
    yield text("stats.total", locale, jobs=jobs, figures=_figures(total, locale))
    parts = (("models", summary.models), ("members", summary.members), ("states", summary.states))
    for name, rows in parts:
        yield text(f"stats.by.{name}", locale)
        yield from (_line(row, locale) for row in rows)
    yield text("stats.note", locale)


def _line(row: Row, locale: str) -> str:
    jobs = counted("stats.jobs", row.total.jobs, locale)
    return text("stats.row", locale, who=row.shown, jobs=jobs, figures=_figures(row.total, locale))


def alt(summary: Summary) -> str:
    """Return what the pictures show, in as much detail as Discord takes; the jobs of each row always."""
    details = ((True, True), (True, False), (False, True), (False, False))
    told = (" ".join(_parts(summary, has_figures=figures, has_days=days)) for figures, days in details)
    options = list(told)
    return next((words for words in options if len(words) <= ALT), options[-1][:ALT])


def _parts(summary: Summary, *, has_figures: bool, has_days: bool) -> Iterator[str]:
    locale, total = summary.locale, summary.total
    jobs, figures = counted("stats.jobs", total.jobs, locale), _figures(total, locale)
    yield text("stats.alt", locale, title=summary.title, period=summary.period, jobs=jobs, figures=figures)
    parts = (("models", summary.models), ("states", summary.states), ("members", summary.members))
    for name, rows in parts:
        listed = ", ".join(_spoken(row, locale, has_figures=has_figures) for row in rows)
        yield text(f"stats.alt.{name}", locale, rows=listed)
    if has_days:
        counts = " ".join(str(day.jobs) for day in summary.days)
        yield text("stats.alt.days", locale, first=spoken(summary.days[0].date, locale), counts=counts)


def _spoken(row: Row, locale: str, *, has_figures: bool) -> str:
    if not has_figures:
        return text("stats.alt.row.bare", locale, who=row.name, jobs=row.total.jobs)
    figures = _figures(row.total, locale)
    return text("stats.alt.row", locale, who=row.name, jobs=row.total.jobs, figures=figures)


def _figures(total: Total, locale: str) -> str:
    """Return credits, and dollars where any are known."""
    parts = (counted("stats.credits", total.credits, locale), dollars(total.microusd, locale))
    return ", ".join(part for part in parts if part)
