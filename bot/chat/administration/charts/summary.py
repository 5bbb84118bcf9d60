"""What `/zoetrope stats` tells, in pictures and in words alike: rows that are few enough, and every day.

Pure: from the totals to names and figures. Whatever goes beyond the bounds is summed up as others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.chat.administration.charts.letters import is_drawable
from bot.chat.administration.here import last_of, member
from bot.chat.texts import text
from bot.chat.words import plain
from bot.core.ids import UserId
from bot.core.job import State
from bot.core.models import MODELS
from bot.core.money import MICRO
from bot.flow.administration_books import Stats, Total

MOST_DAYS: Final = 90
"""As many bars as can be told apart at the width of a message."""
MOST_MEMBERS: Final = 8
MOST_MODELS: Final = 4
"""All there are; more can only be in the books of a bot that once had others."""

_TITLES: Final = {str(model.model_fields["command"].default): model.title for model in MODELS}
_ENDS: Final = (State.DELIVERED, State.FAILED, State.CANCELLED, State.UNKNOWN)
_NAME_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """What a model, a member or a state came to."""

    name: str
    """As pictures and alt texts have it: the letters of the font only."""
    total: Total
    shown: str
    """As a message has it: a member by a mention, and nothing that Discord takes for markup."""
    is_delivered: bool = False
    is_sum: bool = False
    """Of several that are not named."""


@dataclass(frozen=True, slots=True)
class Day:
    """The jobs of a day, by whether they have been delivered."""

    date: date
    delivered: int
    others: int

    @property
    def jobs(self) -> int:
        return self.delivered + self.others


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is told."""

    title: str
    period: str
    total: Total
    models: Sequence[Row]
    members: Sequence[Row]
    states: Sequence[Row]
    days: Sequence[Day]
    locale: str


def summary(stats: Stats, names: Mapping[UserId, str], locale: str) -> Summary:
    """Sum up; `names`: of the members whose name is known, which the bot asks nobody for."""
    days = tuple(_days(stats))
    return Summary(
        title=_title(len(days), locale, everywhere=stats.guild_id is None),
        period=_period(days[0].date, days[-1].date, locale),
        total=stats.total,
        models=_folded([_model(*one) for one in stats.by_command.items()], MOST_MODELS, locale, named=3),
        members=_folded(
            [_member(who, total, names.get(who, ""), locale) for who, total in stats.by_member.items()],
            MOST_MEMBERS,
            locale,
            named=MOST_MEMBERS,
        ),
        states=tuple(_states(stats.by_state, locale)),
        days=days,
        locale=locale,
    )


def _title(days: int, locale: str, *, everywhere: bool) -> str:
    key = "stats.title.everywhere" if everywhere else "stats.title"
    return text(f"{key}.one" if days == 1 else key, locale, days=days)


def _days(stats: Stats) -> Iterator[Day]:
    """Yield every day, the latest last."""
    first, last = stats.since.date(), stats.until.date()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        delivered = stats.delivered_by_day.get(day, 0)
        yield Day(day, delivered, stats.by_day.get(day, Total()).jobs - delivered)


# --- rows -------------------------------------------------------------------------------------------------


def _model(command: str, total: Total) -> Row:
    name = _TITLES.get(command, command)[:_NAME_SHOWN]
    return Row(name if is_drawable(name) else "?", total, plain(name, _NAME_SHOWN))


def _member(who: UserId, total: Total, name: str, locale: str) -> Row:
    drawn = (
        name.strip()[:_NAME_SHOWN]
        if is_drawable(name)
        else text("stats.member", locale, end=last_of(who)[1:])
    )
    return Row(drawn, total, member(who))


def _states(by_state: Mapping[State, Total], locale: str) -> Iterator[Row]:
    """Yield how jobs stand, always in the same order; all that are under way are one."""
    for state in _ENDS:
        if state in by_state:
            name = text(f"state.{state}", locale)
            yield Row(name, by_state[state], name, is_delivered=state is State.DELIVERED)
    under_way = [total for state, total in by_state.items() if state not in _ENDS]
    if under_way:
        name = text("stats.under_way", locale)
        yield Row(name, _sum(under_way), name)


def _folded(rows: Sequence[Row], most: int, locale: str, *, named: int) -> Sequence[Row]:
    """Return the rows; where they are too many, the first ones, and the others as one."""
    if len(rows) <= most:
        return rows
    others = rows[named:]
    name = counted("stats.others", len(others), locale)
    return (*rows[:named], Row(name, _sum(row.total for row in others), name, is_sum=True))


def _sum(totals: Iterable[Total]) -> Total:
    found = tuple(totals)
    return Total(
        sum(one.jobs for one in found), sum(one.credits for one in found), sum(one.microusd for one in found)
    )


# --- figures ----------------------------------------------------------------------------------------------


def counted(key: str, count: int, locale: str) -> str:
    """Return a figure with what it counts: `jobs`, `credits`."""
    return text(f"{key}.one" if count == 1 else key, locale, count=count)


def dollars(microusd: int, locale: str) -> str:
    """Return an amount to the cent; nothing where none is known."""
    if microusd <= 0:
        return ""
    cents = round(microusd / MICRO, 2)
    return text("stats.usd", locale, usd=cents) if cents else text("stats.usd.little", locale)


def spoken(day: date, locale: str, *, with_year: bool = False) -> str:
    """Return a day as people write it."""
    month = text("stats.months", locale).split()[day.month - 1]
    key = "stats.day.year" if with_year else "stats.day"
    return text(key, locale, day=day.day, month=month, year=day.year)


def _period(first: date, last: date, locale: str) -> str:
    end = spoken(last, locale, with_year=True)
    if first == last:
        return end
    return text(
        "stats.days", locale, first=spoken(first, locale, with_year=first.year != last.year), last=end
    )
