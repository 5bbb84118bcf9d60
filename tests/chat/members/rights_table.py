"""Who may do what: the one table by which rights are tested, and which docs/administration.md shows.

`python -m tests.chat.members.rights_table` prints it as it stands there.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Final, NamedTuple

from bot.core.rights import Rank


class Side(StrEnum):
    HERE = "own server"
    ELSEWHERE = "other server"


class Whose(StrEnum):
    OWN = "own"
    OTHERS = "others'"


class Cell(NamedTuple):
    """Somebody, what it is about, and whose that is."""

    rank: Rank
    side: Side
    """Of a job: where it was ordered. Of all else: where they stand, and Discord says there what they are."""
    whose: Whose


CELLS: Final = tuple(Cell(*of) for of in product(Rank, Side, Whose))

# By rank, then own server and other server, then own and others': `+` may.
_ROWS: Final = {
    "see a job": "+- +-  ++ +-  ++ ++",
    "cancel a job": "+- +-  ++ +-  ++ ++",
    "delete a result": "+- +-  ++ +-  ++ ++",
    "settle a job in doubt": "-- --  ++ --  ++ ++",
    "be offered ids of jobs": "-- --  ++ --  ++ ++",
    "list a member's jobs": "+- +-  ++ +-  ++ ++",
    "see a member's quota": "+- +-  ++ +-  ++ ++",
    "set a member's allowance": "-- --  -+ --  ++ ++",
    "grant credits": "-- --  -+ --  ++ ++",
    "reset what counts as used": "-- --  -+ --  ++ ++",
    "block, unblock": "-- --  ++ --  ++ ++",
    "see the server's quotas": "-- --  ++ --  ++ ++",
    "set a role's or everybody's allowance": "-- --  ++ --  ++ ++",
    "set what the whole server may use": "-- --  -- --  ++ ++",
    "allow, deny, forget channels and roles": "-- --  ++ --  ++ ++",
    "limit models": "-- --  ++ --  ++ ++",
    "pause, resume": "-- --  ++ --  ++ ++",
    "see and change settings": "-- --  ++ --  ++ ++",
    "set the words": "-- --  ++ --  ++ ++",
    "set the log channel": "-- --  ++ --  ++ ++",
    "see the record of acts": "-- --  ++ --  ++ ++",
    "see figures": "-- --  ++ --  ++ ++",
    "list, block, pause, see figures and acts everywhere": "-- --  -- --  ++ ++",
}

TABLE: Final[Mapping[str, Mapping[Cell, bool]]] = {
    name: dict(zip(CELLS, (sign == "+" for sign in row if sign != " "), strict=True))
    for name, row in _ROWS.items()
}

HEAD: Final = (
    "What",
    "Member: own",
    "Member: others'",
    "Manager, own server: own",
    "Manager, own server: others'",
    "Manager, other server: own",
    "Manager, other server: others'",
    "Owner of the bot",
)


def shown() -> list[list[str]]:
    """Return the rows as the page shows them: what is the same everywhere stands once."""
    return [[name, *(_sign(may) for may in _columns(row))] for name, row in TABLE.items()]


def _columns(row: Mapping[Cell, bool]) -> list[bool]:
    for rank, whose in product((Rank.MEMBER, Rank.OWNER), Whose):
        assert row[Cell(rank, Side.HERE, whose)] == row[Cell(rank, Side.ELSEWHERE, whose)]
    owner = {row[Cell(Rank.OWNER, Side.HERE, whose)] for whose in Whose}
    member = [row[Cell(Rank.MEMBER, Side.HERE, whose)] for whose in Whose]
    manager = [row[Cell(Rank.MANAGER, side, whose)] for side, whose in product(Side, Whose)]
    (always,) = owner
    return [*member, *manager, always]


def _sign(may: bool) -> str:
    return "yes" if may else "no"


def main() -> None:
    rows = [HEAD, ["---"] * len(HEAD), *shown()]
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main()
