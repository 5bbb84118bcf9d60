"""What the store and the engine share where both are on one PostgreSQL: the transaction that the two join.

Only names of types. Nothing here is imported where the bot runs on SQLite.
"""

from typing import Any, Protocol, runtime_checkable

import psycopg


@runtime_checkable
class Joinable(Protocol):
    """A transaction of the store that the engine's statements join: both commit, or neither does."""

    @property
    def session(self) -> psycopg.Connection[Any]:
        """The connection, in the thread that has the transaction; only to be used inside the call."""
        ...
