"""What a question costs, in SQLite's own instructions: a clock without noise."""

import sqlite3
from typing import Self


class Steps:
    """Counts what SQLite executes inside the context."""

    def __init__(self, connection: sqlite3.Connection, every: int = 100) -> None:
        self._connection = connection
        self._every = every
        self.taken = 0
        """Instructions, in multiples of `every`."""

    def __enter__(self) -> Self:
        self._connection.set_progress_handler(self._count, self._every)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.set_progress_handler(None, 0)

    def _count(self) -> int:
        self.taken += self._every
        return 0
