"""The first way out where the database is a server: a COMMIT of the store, in a thread of its own.

What the queue beside it writes is no crossing: how often it does is a matter of time.
"""

from collections.abc import Callable
from typing import Any

import psycopg

from bot.store.connection import Transaction
from bot.store.postgresql.writer import PostgresWriter
from proof.inside.crossings import Crossings
from proof.inside.orders import Phase
from proof.inside.passage import Passage
from proof.inside.visits import port_visit, work_for

_WHAT = "COMMIT"


def install(crossings: Crossings) -> None:
    """Have every write of the store tell of what it makes durable."""
    passage = Passage(crossings, "commit")
    write, commit = PostgresWriter.write, psycopg.Connection[Any].commit

    async def written(
        self: PostgresWriter, work: Callable[[Transaction], Any], *, alone: bool = False
    ) -> Any:
        visit = port_visit()

        def carried(transaction: Transaction) -> Any:
            # In another thread, which knows nothing of who has asked.
            work_for(visit)
            crossings.reach(passage.expected(_WHAT, visit), Phase.BEFORE)
            return work(transaction)

        return await write(self, carried, alone=alone)

    def committed(self: psycopg.Connection[Any]) -> None:
        visit = port_visit()
        if visit is None or self.read_only:
            commit(self)
            return
        crossing = passage.begin_for(_WHAT, visit)
        crossings.reach(crossing, Phase.DURING)
        commit(self)
        crossings.reach(crossing, Phase.LOST)

    PostgresWriter.write = written
    psycopg.Connection.commit = committed
