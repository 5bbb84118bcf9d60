"""Opening a database file: first look without touching, then open for writing.

Whatever is wrong becomes one sentence in StoreUnusable. Never writes over, replaces or repairs a file that is
not certainly ours and sound.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from bot.core.errors import StoreUnusable
from bot.store.migrate import APPLICATION_ID, applied_number
from bot.store.numbered import Migration

# Seconds. A command has three until Discord gives it up: https://discord.com/developers/docs/interactions
BUSY_TIMEOUT: Final = 2.0

# STRICT tables: https://www.sqlite.org/stricttables.html
OLDEST_SQLITE: Final = (3, 37)

# Bytes. A quick check reads the whole file: from a slow disk (100 MB/s) more would hold up every start.
CHECKED_UP_TO: Final = 256 * 1024 * 1024


def located(path: Path) -> Path:
    """Return the file's real path, so that two names share one lock; refuse a place where none can be."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(str(part) for part in OLDEST_SQLITE)
        raise StoreUnusable(f"SQLite {sqlite3.sqlite_version} is too old, {oldest} is needed")
    try:
        path = path.resolve()
        is_directory, has_place = path.is_dir(), path.parent.is_dir()
    except (OSError, RuntimeError) as error:
        # A name that is too long; links in a circle.
        raise StoreUnusable(f"{path}: there can be no such file ({error})") from error
    if is_directory:
        raise StoreUnusable(f"{path}: it is a directory, not a database file")
    if not has_place:
        raise StoreUnusable(f"{path}: the directory {path.parent} does not exist")
    return path


def inspect(path: Path, known: Sequence[Migration]) -> int:
    """Return the number of the schema in the file, 0 where there is none yet. Writes nothing into it."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            _judge_leftovers(path)
            return 0
        _judge_header(path)
        with closing(_connection(path, "ro")) as connection:
            _judge_content(connection, path.stat().st_size)
            return applied_number(connection, known)
    except sqlite3.Error as error:
        raise StoreUnusable(f"{path}: {_sentence(error)}") from error
    except OSError as error:
        raise StoreUnusable(f"{path}: it cannot be read ({error.strerror})") from error
    except StoreUnusable as error:
        raise StoreUnusable(f"{path}: {error.reason.facts['detail']}") from error


def connect(path: Path, known: Sequence[Migration]) -> sqlite3.Connection:
    """Open the file for writing, if there is nothing against it; a new one is still without tables."""
    is_new = inspect(path, known) == 0
    connection: sqlite3.Connection | None = None
    try:
        connection = _connection(path, "rwc")
        if is_new:
            # There is nothing to roll back to, so let no crash leave a journal that says otherwise.
            connection.execute("PRAGMA journal_mode = MEMORY")
        _prepare(connection)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise StoreUnusable(f"{path}: {_sentence(error)}") from error
    return connection


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    # No isolation level: the module begins and commits nothing by itself.
    address = f"{path.as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # A file that cannot be written is opened for reading without a word, and even BEGIN IMMEDIATE takes it:
    # only an attempt to write tells.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA user_version = 0")
    connection.execute("ROLLBACK")
    _begin_log(connection)
    # FULL, because a lost commit of `submitting` means a second paid submit; group commit makes it cheap.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    _secure(connection)


def _begin_log(connection: sqlite3.Connection) -> None:
    # Read to its end: only then the change is written, and a cursor that is dropped before keeps its error.
    (found,) = connection.execute("PRAGMA journal_mode = WAL").fetchall()
    if tuple(found) != ("wal",):
        # https://www.sqlite.org/pragma.html#pragma_journal_mode: where it cannot be, the old mode is kept.
        raise sqlite3.OperationalError(f"no write-ahead log can be kept there, only {found[0]}")


def _secure(connection: sqlite3.Connection) -> None:
    """Have the disk hold all that is found here, before anybody acts on it.

    A process that was killed in a COMMIT may leave it whole in the log and not synced: an intent to post that
    a power loss takes away again, after the post.
    """
    try:
        # The log is synced first, before there has to be any room: https://www.sqlite.org/wal.html#ckpt
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise


def _judge_leftovers(path: Path) -> None:
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise StoreUnusable(f"it is missing, but its log {log.name} is there with what was committed last")


def _judge_header(path: Path) -> None:
    # https://www.sqlite.org/fileformat.html, section 1.3. SQLite itself takes a file of a few bytes for an
    # empty one, and would write over it.
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise StoreUnusable("it is not a database")


def _judge_content(connection: sqlite3.Connection, size: int) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application_id != APPLICATION_ID and (application_id or tables):
        raise StoreUnusable("it is the database of another program")
    if size <= CHECKED_UP_TO:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StoreUnusable(f"it is damaged ({' '.join(str(verdict).split())})")


def _sentence(error: sqlite3.Error) -> str:
    sentences = {
        sqlite3.SQLITE_NOTADB: "it is not a database",
        sqlite3.SQLITE_CORRUPT: "it is damaged",
        sqlite3.SQLITE_READONLY: "it cannot be written",
        sqlite3.SQLITE_PERM: "it cannot be written",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
        sqlite3.SQLITE_BUSY: "it is locked by another program",
        sqlite3.SQLITE_FULL: "there is no room on its disk",
    }
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return f"{sentences.get(code, 'it cannot be used')} ({error})"
