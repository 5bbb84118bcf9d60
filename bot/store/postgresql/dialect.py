"""The statements of the store, which are in SQLite's words, put into PostgreSQL's; and rows by names.

The one place that knows both. What differs by more than a word is written so that both take it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg.abc import Buffer, Query
from psycopg.types.numeric import IntLoader
from psycopg.types.string import StrDumperUnknown

from bot.store.connection import Parameters

Session = psycopg.Connection[Any]

# Quoted text is left as it is, but for the sign that means a parameter to psycopg.
_WORDS: Final = re.compile(
    r"(?P<text>'[^']*')|(?P<percent>%)|(?P<place>\?)|:(?P<name>[a-z_]+)"
    r"|(?P<hint>INDEXED BY \w+)|(?P<each>\bjson_each\b)"
)


@lru_cache(maxsize=256)
def translated(statement: str) -> bytes:
    """Return a statement with psycopg's parameters, without hints, which PostgreSQL does not take."""
    return _WORDS.sub(_word, statement).encode()


def _word(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "text":
            return found["text"].replace("%", "%%")
        case "percent":
            return "%%"
        case "place":
            return "%s"
        case "name":
            return f"%({found['name']})s"
        case "each":
            return "json_array_elements_text"
        case _:
            return ""


class NamedRow:
    """A row by the names of its columns, and by their order for whoever unpacks it."""

    __slots__ = ("_names", "_values")

    def __init__(self, names: dict[str, int], values: Sequence[Any]) -> None:
        self._names = names
        self._values = values

    def __getitem__(self, key: str, /) -> Any:
        return self._values[self._names[key]]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def named_row(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], NamedRow]:
    """Make rows of what a statement returns; a factory for psycopg."""
    names = {column.name: number for number, column in enumerate(cursor.description or ())}
    return lambda values: NamedRow(names, values)


class _Text(StrDumperUnknown):
    """Text, with a sign for what is not known in the place of a zero byte, which PostgreSQL cannot hold."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def prepare(session: Session) -> None:
    """Have text go in whatever it is, and whole numbers come out of sums, which would be decimal."""
    session.adapters.register_dumper(str, _Text)
    session.adapters.register_loader("numeric", IntLoader)


class PostgresConnection:
    """Implements `bot.store.connection.Connection` on a session of psycopg."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def execute(self, statement: str, parameters: Parameters = (), /) -> psycopg.Cursor[NamedRow]:
        """Run one statement."""
        cursor = self._session.cursor(row_factory=named_row)
        query: Query = translated(statement)
        # Without parameters psycopg would take the doubled signs as they stand.
        return cursor.execute(query, parameters)

    def executemany(self, statement: str, parameters: Iterable[Parameters], /) -> None:
        """Run one statement for each set of parameters."""
        for one in parameters:
            self.execute(statement, one)
