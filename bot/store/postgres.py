"""The store on PostgreSQL: one database, many processes, a pool of connections in each.

The statements are those of SQLite (bot/store/postgresql/dialect.py); what differs is how they are run.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import datetime
from typing import Final, Self

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.addresses import bare
from bot.core.errors import StoreUnusable
from bot.store.connection import Connection
from bot.store.numbered import migrations_in
from bot.store.postgresql.address import configure, connect, connecting
from bot.store.postgresql.dialect import PostgresConnection, Session
from bot.store.postgresql.impatient import ImpatientConnection
from bot.store.postgresql.migrate import MIGRATIONS, applied_number, apply_pending
from bot.store.postgresql.troubles import sentence
from bot.store.postgresql.writer import PostgresWriter
from bot.store.sql_store import SqlStore

log = logging.getLogger(__name__)

# Connections of one process, each with a thread: what takes a millisecond does not need more.
CONNECTIONS: Final = 8
# Seconds for which a connection that cannot be had is tried by itself; after that at the next need.
_RECONNECTING: Final = 3.0
# Seconds for the first connections.
_OPENING: Final = 10.0


@contextmanager
def session_at(url: str) -> Generator[Session]:
    """Connect for a moment; whatever goes wrong is a sentence for the operator in StoreUnusable."""
    with closing(connect(url)) as session:
        try:
            yield session
        except psycopg.Error as error:
            raise StoreUnusable(f"{bare(url)}: {sentence(error)}") from error
        except StoreUnusable as error:
            raise StoreUnusable(f"{bare(url)}: {error.reason.facts['detail']}") from error


@contextmanager
def reading(url: str) -> Generator[tuple[Connection, int, int]]:
    """Give a view of the database, what is applied there, and what this version knows. Changes nothing."""
    known = migrations_in(MIGRATIONS)
    with session_at(url) as session:
        number = applied_number(session, known)
        session.read_only = True
        yield PostgresConnection(session), number, len(known)


def migrate(url: str, now: datetime) -> tuple[int, int]:
    """Bring the database's schema up to date, or make a new one; return its number before and after.

    Raises StoreUnusable, with a sentence for the operator.
    """
    with session_at(url) as session:
        return apply_pending(session, migrations_in(MIGRATIONS), now)


class PostgresStore(SqlStore):
    """Opened by `open`, which is the only way to have one."""

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, now: datetime, *, connections: int = CONNECTIONS) -> AsyncGenerator[Self]:
        """Use the database for the length of the context, new or brought up to date at `now`.

        Raises StoreUnusable, with a sentence for the operator. What was begun is finished on leaving.
        """
        await asyncio.to_thread(migrate, url, now)
        pool = ConnectionPool[Session](
            kwargs=connecting(url),
            connection_class=ImpatientConnection,
            min_size=connections,
            max_size=connections,
            open=False,
            configure=configure,
            reconnect_timeout=_RECONNECTING,
            name="store",
        )
        try:
            # All at once, so that nobody waits for one later, when many have come.
            await asyncio.to_thread(pool.open, wait=True, timeout=_OPENING)
            log.debug("opened %s", bare(url), extra={"action": "open"})
            async with PostgresWriter(pool, connections) as writer:
                yield cls(writer)
        except PoolTimeout as error:
            raise StoreUnusable(f"{bare(url)}: it does not take {connections} connections") from error
        finally:
            await asyncio.to_thread(pool.close)
