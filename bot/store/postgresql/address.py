"""How the database is reached: connections with bounds on every wait, and an address without its password."""

from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.addresses import bare
from bot.core.errors import StoreUnusable
from bot.store.postgresql.dialect import Session, prepare
from bot.store.postgresql.troubles import sentence

# Seconds to connect, the least that libpq takes. The last two are of a peer that is silent:
# https://www.postgresql.org/docs/current/libpq-connect.html
_CONNECTING: Final[dict[str, Any]] = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "application_name": "zoetrope",
}

# Of each statement, so that together with the wait for a connection a command is answered in time.
_SETTINGS: Final = (
    b"SET statement_timeout = '2s'",
    b"SET lock_timeout = '1500ms'",
    b"SET idle_in_transaction_session_timeout = '10s'",
    # Whatever the server is set to: a lost commit of `submitting` means a second paid submit.
    b"""
    SELECT set_config('synchronous_commit', 'on', FALSE)
    WHERE current_setting('synchronous_commit') IN ('off', 'local')
    """,
)

OLDEST: Final = 130_000
"""https://www.postgresql.org/docs/13/functions-info.html: `pg_current_xact_id_if_assigned`."""


def connecting(url: str) -> dict[str, Any]:
    """Return what psycopg connects with; what the address itself says counts more."""
    return _CONNECTING | conninfo_to_dict(url)


def configure(session: Session) -> None:
    """Set what a new connection needs, once."""
    prepare(session)
    for setting in _SETTINGS:
        session.execute(setting)
    session.commit()


def connect(url: str) -> Session:
    """Return a connection; raises StoreUnusable with a sentence for the operator."""
    try:
        session = psycopg.connect(**connecting(url))
        configure(session)
    except psycopg.Error as error:
        raise StoreUnusable(f"{bare(url)}: {sentence(error)}") from error
    if session.info.server_version < OLDEST:
        session.close()
        raise StoreUnusable(f"{bare(url)}: PostgreSQL is too old, 13 is needed")
    return session
