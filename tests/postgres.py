"""The PostgreSQL of a test process: started when the first test asks, stopped at the end.

Not durable, because most tests ask what it does and not what a power loss does. Skips, and says why, where no
PostgreSQL is installed. The environment may choose it for all tests that would be on SQLite otherwise.
"""

import atexit
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final

import psycopg
import pytest

from bot.sandbox.postgres import Server, programs, server
from bot.store.postgres import migrate
from proof.scale.databases import Databases
from tests.builders import NOON

IS_CHOSEN: Final = {"sqlite": False, "postgresql": True}[os.environ.get("ZOETROPE_TESTS_ON", "sqlite")]
"""Whether whoever does not ask for one database or the other is on PostgreSQL."""

of_a_file = pytest.mark.skipif(IS_CHOSEN, reason="it is about a file of SQLite")

too_many_at_once = pytest.mark.skipif(
    IS_CHOSEN, reason="of so many at once some are told to try again, with a server on the same processors"
)

_DATABASE: Final = "zoetrope"


@cache
def running() -> Server:
    """Return the server of this process."""
    if programs() is None and not IS_CHOSEN:
        pytest.skip("no PostgreSQL is installed here: initdb and postgres are not found")
    stack = ExitStack()
    atexit.register(stack.close)
    started = stack.enter_context(server())
    started.run(f"CREATE DATABASE {_DATABASE}")
    migrate(started.url(_DATABASE), NOON)
    return started


@cache
def databases() -> Databases:
    """Return where whole bots have databases of their own."""
    return Databases(running(), NOON)


def chosen_database() -> str:
    """Return the address of the database in which all stores of this process are."""
    return running().url(_DATABASE)


def clean_database() -> str:
    """Return the same, with our tables and nothing in them."""
    url = chosen_database()
    with psycopg.connect(url) as session:
        found = session.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname <> 'migrations'"
        ).fetchall()
        # Rows are few, and to delete them is many times as fast as to make every file anew.
        session.execute("SET session_replication_role = replica")
        for (name,) in found:
            session.execute(f"DELETE FROM {name}".encode())
        for (name,) in session.execute("SELECT sequencename FROM pg_sequences").fetchall():
            session.execute(f"ALTER SEQUENCE {name} RESTART".encode())
    return url


def place(path: Path) -> Path | str:
    """Return where a store is opened that would be in this file: there, or in the database that is chosen."""
    return clean_database() if IS_CHOSEN else path


def empty_database(name: str) -> str:
    """Return the address of a database without any table."""
    running().run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    return running().url(name)
