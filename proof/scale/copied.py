"""What PostgreSQL holds, as files that the judge reads: its tables in a file of SQLite, and its history.

A copy for looking at: no law of the schema, no trigger. The history is kept by triggers of our own, which
write inside the transaction, so that what was undone has left no line.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg

from proof.inside.history import COLUMNS

_TABLES: Final = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND relname NOT LIKE 'procrastinate%' AND relname NOT LIKE 'proof%' ORDER BY relname
"""

_WATCH: Final = """
    CREATE TABLE IF NOT EXISTS proof_history (number BIGSERIAL, before JSONB, after JSONB);
    CREATE OR REPLACE FUNCTION proof_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO proof_history (before, after) VALUES (
            CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
            CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END
        );
        RETURN NULL;
    END $$;
    -- Triggers fire in the order of their names: before those of the schema, which change the row once more.
    CREATE OR REPLACE TRIGGER "0_proof_note" AFTER INSERT OR UPDATE OR DELETE ON jobs
    FOR EACH ROW EXECUTE FUNCTION proof_note();
"""


def watch(url: str) -> None:
    """Have every change of a job noted from now on, whichever process makes it."""
    with psycopg.connect(url) as session:
        session.execute(_WATCH.encode())


class Copy:
    """A file of SQLite, and one with the history, as the database is when it is looked at.

    While the database is away they stay as they were.
    """

    def __init__(self, url: str, database: Path, history: Path) -> None:
        self._url = url
        self._database = database
        self._history = history
        self._session: psycopg.Connection[Any] | None = None
        self._seen = ""

    def renew(self) -> None:
        """Copy both as of one moment, if anything can have changed since the last."""
        try:
            session = self._session or psycopg.connect(self._url)
            self._session = session
            with session.transaction():
                session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                ((seen,),) = session.execute("SELECT pg_current_snapshot()::text").fetchall()
                if seen != self._seen:
                    _copy_tables(session, self._database)
                    _copy_history(session, self._history)
                    self._seen = seen
        except psycopg.OperationalError:
            self.close()

    def close(self) -> None:
        """End its session."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _copy_tables(session: psycopg.Connection[Any], database: Path) -> None:
    draft = database.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as file:
        for (table,) in session.execute(_TABLES.encode()).fetchall():
            found = session.execute(f'SELECT * FROM "{table}"'.encode())
            names = [column.name for column in found.description or ()]
            columns = ", ".join(f'"{name}"' for name in names)
            file.execute(f'CREATE TABLE "{table}" ({columns})')
            places = ", ".join("?" * len(names))
            file.executemany(f'INSERT INTO "{table}" VALUES ({places})', (_plain(row) for row in found))
        file.commit()
    draft.replace(database)


def _plain(row: tuple[Any, ...]) -> list[Any]:
    plain = int | float | str | bytes | None
    return [value if isinstance(value, plain) else str(value) for value in row]


def _copy_history(session: psycopg.Connection[Any], path: Path) -> None:
    """Write the lines of the history as the judge reads them; every one has been committed."""
    query = "SELECT number, before, after FROM proof_history ORDER BY number"
    with path.open("w", encoding="utf-8") as file:
        for number, before, after in session.execute(query):
            line: dict[str, object] = {"life": "postgresql", "transaction": number}
            change = {"before": _image(before), "after": _image(after)}
            file.write(f"{json.dumps({**line, **change})}\n{json.dumps({**line, 'outcome': 'committed'})}\n")


def _image(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in COLUMNS}


def unended(url: str) -> list[str]:
    """Return the jobs that are not over, the telling included, each with its state."""
    query = "SELECT id, state FROM jobs WHERE told_at IS NULL ORDER BY accepted_at"
    with psycopg.connect(url) as session:
        return [f"{job} is {state}" for job, state in session.execute(query)]


def counted(url: str) -> int:
    """Return how many jobs there are."""
    with psycopg.connect(url) as session:
        ((number,),) = session.execute("SELECT count(*) FROM jobs").fetchall()
        return int(number)
