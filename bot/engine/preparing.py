"""Makes the queue's own tables in the database of the jobs, once, before anybody hands a job in."""

from typing import Any

import psycopg
from procrastinate.schema import SchemaManager

from bot.core.errors import StoreUnusable
from bot.engine import statements


def prepare_queue(connection: dict[str, Any]) -> float:
    """Make the tables where there are none, by one process at a time; return the database's time.

    Raises StoreUnusable, with a sentence for the operator.
    """
    try:
        # What one process at a time may do ends with its connection.
        with psycopg.connect(**connection, autocommit=True) as session:
            session.execute(statements.PREPARING)
            if session.execute(statements.IS_PREPARED).fetchone() == (False,):
                with session.transaction():
                    session.execute(SchemaManager.get_schema())
            session.execute(statements.LOCK_INDEX)
            (now,) = session.execute(statements.TIME).fetchone() or (0.0,)
    except psycopg.Error as error:
        raise StoreUnusable(f"the queue's tables cannot be had: {' '.join(str(error).split())}") from error
    return now
