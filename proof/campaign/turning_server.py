"""Turns a server of PostgreSQL: it stops and comes back, ends sessions, or has somebody who holds a table."""

import asyncio
import signal
from dataclasses import dataclass, field
from typing import Final

import psycopg

from bot.sandbox.postgres import Server
from proof.campaign.lives import Lives
from proof.campaign.script import Event, Turn

_STOPS: Final = {Turn.SERVER_RESTARTED: signal.SIGINT, Turn.SERVER_CRASHES: signal.SIGQUIT}
OF_A_SERVER: Final = (*_STOPS, Turn.SESSIONS_ENDED, Turn.TABLE_HELD)

_END: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'zoetrope'
"""


@dataclass(frozen=True, slots=True)
class ServerTurns:
    """What can be turned at the server, whose database of this run is at `url`."""

    server: Server
    url: str
    lives: Lives
    _in_turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self, event: Event) -> None:
        """Do what the event says, and undo it after its time; one after the other."""
        # A bot that has begun has to survive all of it; one that begins may say that it cannot.
        self.lives.may_fail_to_begin = True
        async with self._in_turn:
            if event.turn is Turn.SESSIONS_ENDED:
                await asyncio.to_thread(self._end_sessions)
            elif event.turn is Turn.TABLE_HELD:
                await self._hold(event.amount)
            else:
                await self._stop(event.amount, _STOPS[event.turn])

    def _end_sessions(self) -> None:
        with psycopg.connect(self.url) as session:
            session.execute(_END)

    async def _hold(self, seconds: float) -> None:
        """Keep the jobs from being written, as somebody at a prompt who has forgotten to commit."""
        async with await psycopg.AsyncConnection.connect(self.url) as session:
            await session.execute("LOCK TABLE jobs IN EXCLUSIVE MODE")
            await asyncio.sleep(seconds)

    async def _stop(self, seconds: float, sign: signal.Signals) -> None:
        await asyncio.to_thread(self.server.stop, sign)
        try:
            await asyncio.sleep(seconds)
        finally:
            await asyncio.shield(asyncio.to_thread(self.server.start))
