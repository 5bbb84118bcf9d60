"""What an error of PostgreSQL means: to be tried anew, to be waited for, or nothing that time mends.

Class by class of https://www.postgresql.org/docs/current/errcodes-appendix.html; decides, and does nothing.
"""

from typing import Final

import psycopg
from psycopg import errors

# Another was faster, or two waited for one another. A law that is broken may be so only since a moment ago.
ANEW: Final = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
    errors.CheckViolation,
)

# The tables are not there or not ours: no waiting brings them back.
_LASTING: Final = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.InsufficientPrivilege,
)


def is_passing(error: Exception) -> bool:
    """Tell whether nothing was done and a later try may help: no room, no time, no server."""
    return isinstance(
        error,
        psycopg.OperationalError
        | errors.ReadOnlySqlTransaction
        | errors.IdleInTransactionSessionTimeout
        | errors.InFailedSqlTransaction
        | psycopg.InterfaceError,
    )


def is_outdated(error: Exception) -> bool:
    """Tell whether a table was changed under a connection: "cached plan must not change result type"."""
    return isinstance(error, errors.FeatureNotSupported)


def is_lasting(error: Exception) -> bool:
    """Tell whether the operator has to do something before the store can be used again."""
    return isinstance(error, _LASTING)


def sentence(error: Exception) -> str:
    """Return what the server or the driver says, in one line."""
    words = " ".join(str(error).split())
    return words or type(error).__name__
