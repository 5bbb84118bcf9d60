"""Databases of PostgreSQL with our tables and nothing in them: made in a moment, from a mould."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Final

import psycopg

from bot.engine.preparing import prepare_queue
from bot.sandbox.postgres import Server
from bot.store.postgres import migrate
from bot.store.postgresql.address import connecting
from proof.scale.copied import watch

_MOULD: Final = "mould"


class Databases:
    """All on one server."""

    def __init__(self, server: Server, now: datetime) -> None:
        """Make the mould, whose tables are made at `now`."""
        self.server = server
        self._numbers = count(1)
        server.run(f"CREATE DATABASE {_MOULD}")
        url = server.url(_MOULD)
        migrate(url, now)
        prepare_queue(connecting(url))
        watch(url)

    @contextmanager
    def one(self) -> Generator[str]:
        """Give the address of a new one, which is taken away at the end, whoever still uses it."""
        name = f"number_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {_MOULD}")
        try:
            yield self.server.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        try:
            self.server.run(statement)
        except psycopg.OperationalError:
            # Whoever has stopped it was stopped before it could be started again.
            self.server.restart()
            self.server.run(statement)
