"""A connection that gives a silent server up, whose own limits are of no use if nothing comes."""

from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

T = TypeVar("T")

SILENCE: Final = 2.2
"""Seconds for one answer, a little more than the server's own limit for a statement."""

_INTERVAL: Final = 0.1  # seconds between looks for an interrupt, as psycopg has it


class ImpatientConnection(psycopg.Connection[Any]):
    """Is closed once an answer has not come in time, and raises psycopg.OperationalError then."""

    def wait(self, gen: PQGen[T], interval: float = _INTERVAL, timeout: float | None = SILENCE) -> T:
        """As psycopg's, but never for ever."""
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            if self.info.transaction_status is TransactionStatus.ACTIVE:
                self.close()
            raise
