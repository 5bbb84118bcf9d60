"""`python -m bot report`: what a month came to, for the person who pays: as text, or as CSV for a sheet.

May be asked beside a bot that runs: it reads the database and nothing else. Names nobody but by number.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from bot.config import Settings
from bot.core.job import State
from bot.core.money import MICRO
from bot.core.periods import Period, periods
from bot.store.books_look import Line, month_of

Print = Callable[[str], None]

COLUMNS: Final = (
    "month",
    "server",
    "member",
    "command",
    "state",
    "problem",
    "jobs",
    "credits",
    "credits_reserved",
    "usd",
    "usd_estimated",
)
_DIRECT: Final = "direct messages"


@dataclass(frozen=True, slots=True)
class _Sum:
    jobs: int
    delivered: int
    charged: int
    spent: int
    assumed: int


def report(settings: Settings, month: str | None, say: Print, *, now: datetime, as_csv: bool) -> int:
    """Say what a month came to, such as 2026-11; without one, the present month.

    A month begins and ends by `quota.time_zone`. Raises StoreUnusable with a sentence for the operator.
    """
    zone = settings.rates.zone
    if month is not None:
        first = date.fromisoformat(f"{month}-01")
        # Noon is on that day whatever the clocks do at its midnight.
        now = datetime.combine(first, time(12), zone).astimezone(UTC)
    meant = periods(now, zone).month
    lines = month_of(settings.storage.place, meant)
    if as_csv:
        say(_table(meant, lines).removesuffix("\n"))
    else:
        for line in _text(meant, str(zone), lines):
            say(line)
    return 0


def _table(month: Period, lines: Sequence[Line]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(
            (
                month.key,
                line.guild_id or "",
                line.owner_id,
                line.command,
                line.state.value,
                line.problem or "",
                line.jobs,
                line.charged,
                line.reserved,
                f"{line.spent / MICRO:.6f}",
                f"{line.assumed / MICRO:.6f}",
            )
        )
    return file.getvalue()


def _text(month: Period, zone: str, lines: Sequence[Line]) -> Iterator[str]:
    yield f"{month.key} ({zone})"
    total = _sum(lines)
    members, servers = ({of(line) for line in lines} for of in (_member, _server))
    yield (
        f"{total.jobs} jobs, {total.delivered} of them delivered; {len(members)} members; "
        f"{len(servers - {_DIRECT})} servers"
    )
    reserved = sum(line.reserved for line in lines)
    yield f"{total.charged} credits charged, {reserved} reserved for jobs under way"
    yield f"{_usd(total.spent)} USD, {_usd(total.assumed)} of them estimated and not told by RunComfy"
    parts: Mapping[str, Callable[[Line], str]] = {
        "Command": lambda line: f"/{line.command}",
        "Server": _server,
        "Member": _member,
        "State": lambda line: line.state.value,
    }
    for title, of in parts.items():
        yield from _part(title, lines, of)
    yield from _part("Failure", [line for line in lines if line.problem], lambda line: line.problem or "")


def _part(title: str, lines: Sequence[Line], of: Callable[[Line], str]) -> Iterator[str]:
    """Lay out a part, the most expensive first."""
    if not lines:
        return
    groups = defaultdict[str, list[Line]](list)
    for line in lines:
        groups[of(line)].append(line)
    sums = {name: _sum(group) for name, group in groups.items()}
    yield ""
    yield f"{title:<24}{'jobs':>8}{'delivered':>11}{'credits':>9}{'USD':>12}{'estimated':>12}"
    for name, it in sorted(sums.items(), key=lambda item: (-item[1].spent, -item[1].jobs, item[0])):
        money = f"{_usd(it.spent):>12}{_usd(it.assumed):>12}"
        yield f"{name:<24}{it.jobs:>8}{it.delivered:>11}{it.charged:>9}{money}"


def _sum(lines: Sequence[Line]) -> _Sum:
    return _Sum(
        jobs=sum(line.jobs for line in lines),
        delivered=sum(line.jobs for line in lines if line.state is State.DELIVERED),
        charged=sum(line.charged for line in lines),
        spent=sum(line.spent for line in lines),
        assumed=sum(line.assumed for line in lines),
    )


def _server(line: Line) -> str:
    return _DIRECT if line.guild_id is None else str(line.guild_id)


def _member(line: Line) -> str:
    return str(line.owner_id)


def _usd(millionths: int) -> str:
    return f"{millionths / MICRO:,.2f}"
