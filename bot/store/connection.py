"""What the statements need of a database, whichever it is: a connection, a transaction, and who runs them.

The statements are written once, in SQLite's words. Where PostgreSQL has other words, its own connection puts
them in their place (bot/store/postgresql/dialect.py).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from bot.core import ports
from bot.core.errors import StoreUnusable

T = TypeVar("T")

# What is between the two brackets differs from one column to the next.
Parameters = Sequence[Any] | Mapping[str, Any]


class Row(Protocol):
    """A row by the names of its columns; its values in their order are there too."""

    def __getitem__(self, key: str, /) -> Any: ...


class Cursor(Protocol):
    """What a statement has come to."""

    @property
    def rowcount(self) -> int:
        """How many rows an UPDATE or a DELETE has changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, None where there is no more."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield them, one after the other."""
        ...


class Connection(Protocol):
    """Runs statements with `?` or `:name` in them, inside a transaction that somebody else has begun."""

    def execute(self, statement: str, parameters: Parameters = ..., /) -> Cursor:
        """Run one statement."""
        ...

    def executemany(self, statement: str, parameters: Iterable[Parameters], /) -> object:
        """Run one statement for each set of parameters."""
        ...


class Transaction(ports.Transaction, Protocol):
    """One caller's transaction, as its work sees it."""

    @property
    def connection(self) -> Connection:
        """Where its statements go."""
        ...

    def lock(self, *names: str) -> None:
        """Wait until no other transaction holds any of the names, and hold them to the end.

        Always in this order: what waits for one another in a circle is broken off by the database.
        """
        ...


class Writer(Protocol):
    """Runs plain functions, each whole in a transaction of its own."""

    async def write(self, work: Callable[[Transaction], T], *, alone: bool = False) -> T:
        """Run the work in a transaction, durable on return; its own error rolls back its own part only.

        Alone: as if nobody else wrote meanwhile, for sums that end in a write. Raises PassingError where
        nothing was done, StoreUnusable where nobody knows.
        """
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run the work on one view of the database, with every write in it that was answered before."""
        ...

    async def broken(self) -> StoreUnusable:
        """Wait until the store can no longer be used, and return why."""
        ...
