"""What became of a COMMIT whose answer was lost, told by a row that the transaction itself wrote.

The server's number of a transaction, with `pg_xact_status`, is no proof: a server that crashes forgets the
numbers that it gave out last, and gives them to others, whose end it then tells.
"""

from typing import Any, Final
from uuid import uuid4

from bot.store.connection import Connection
from bot.store.postgresql.dialect import Session

# Not where nothing was written or locked: there is nothing to be in doubt about. Only COMMIT comes after it,
# and the server does not wait for that long: one that is lost is given up while its caller waits.
_MARK: Final = """
    INSERT INTO commits (writer, mark, marked_at)
    SELECT %s, %s, now() WHERE pg_current_xact_id_if_assigned() IS NOT NULL
    ON CONFLICT (writer) DO UPDATE SET mark = excluded.mark, marked_at = excluded.marked_at
    RETURNING set_config('idle_in_transaction_session_timeout', '1s', TRUE)
"""

# A write, because that waits until whoever wrote the row before has come to an end, whichever it is.
_LAST: Final = """
    INSERT INTO commits (writer, mark, marked_at) VALUES (%s, '', now())
    ON CONFLICT (writer) DO UPDATE SET marked_at = excluded.marked_at
    RETURNING mark
"""

# Of processes that are no more; a doubt lasts a minute.
_FORGET: Final = "DELETE FROM commits WHERE marked_at < now() - interval '1 day'"


def mark(session: Session, writer: str) -> str | None:
    """Mark the transaction as the last of a writer, who has one at a time; None if it has written nothing."""
    made = uuid4().hex
    return made if session.execute(_MARK, (writer, made)).rowcount else None


def is_committed(session: Session, writer: str, made: str) -> bool:
    """Tell whether the marked transaction, which nobody goes on with, is committed; if not it never will be.

    Raises psycopg.Error while it has not come to an end. The session's transaction is to be rolled back.
    """
    row: Any = session.execute(_LAST, (writer,)).fetchone()
    return bool(row[0] == made)


def forget(connection: Connection) -> None:
    """Take away what nobody will ask for any more."""
    connection.execute(_FORGET)
