"""Turns the world as the script says, and back at the end. Every turn says that it has happened.

Speaks to the stand-ins, to the bot's files and to its process, never to its code.
"""

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import closing
from typing import Any, Final

from bot.sandbox.discord import Channel, Member, Permission
from bot.sandbox.runcomfy import Ending
from bot.sandbox.stage import BotProcess, Stage
from proof.campaign.lives import Lives
from proof.campaign.script import Event, Turn
from proof.campaign.truth import SPEED
from proof.campaign.turning_server import OF_A_SERVER, ServerTurns
from proof.judging.evidence import Finding

_REJOINED_WITHIN: Final = 8.0
"""Seconds until the library has begun a new session: it waits for five before it identifies again."""
_RESUMED_WITHIN: Final = 3.0
"""Seconds until the library has taken up a session: it waits for two at most."""
_TURNED_AWAY_WITHIN: Final = 20.0  # seconds; it is a start of the bot, on a busy machine
_UNAVAILABLE: Final = 69

_DENIED: Final = {
    Turn.MAY_NOT_POST: Permission.SEND_MESSAGES,
    Turn.MAY_NOT_ATTACH: Permission.ATTACH_FILES,
    Turn.MAY_NOT_READ: Permission.READ_MESSAGE_HISTORY,
}


class World:
    """What can be turned."""

    def __init__(
        self,
        stage: Stage,
        lives: Lives,
        channels: list[Channel],
        members: list[Member],
        second: Callable[[], BotProcess],
        *,
        server: ServerTurns | None = None,
    ) -> None:
        self.fired = Counter[str]()
        self.findings: list[Finding] = []
        self.closed = set[int]()
        self.unpingable = set[int]()
        self._stage = stage
        self._lives = lives
        self._channels = channels
        self._members = members
        self._second = second
        self._server = server
        self._under_way = set[asyncio.Task[None]]()

    def turn(self, event: Event) -> None:
        """Turn the world, now; what lasts goes on by itself."""
        if (denied := _DENIED.get(event.turn)) is not None:
            self._deny(denied)
        elif event.turn in self._by_discord:
            self._by_discord[event.turn]()
        else:
            self._turn_others(event)
        self.fired[event.kind] += 1

    async def settle(self) -> None:
        """Wait for what was begun."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def heal(self) -> None:
        """Turn everything back that can be."""
        discord, runcomfy = self._stage.discord, self._stage.runcomfy
        for channel in self._channels:
            if not channel.gone:
                channel.allow(channel.denied)
        discord.faults.clear()
        runcomfy.heal()
        runcomfy.balance, runcomfy.reject_token = 10.0, False
        runcomfy.account.next_fates.clear()
        for job in list(runcomfy.jobs.values()):
            if job.fate.ends is Ending.NEVER and not job.status.final:
                runcomfy.finish(job.request_id)

    # --- Discord -------------------------------------------------------------------------------------

    @property
    def _by_discord(self) -> dict[Turn, Callable[[], None]]:
        discord = self._stage.discord
        return {
            Turn.GATEWAY_LOST: lambda: self._drop(resume=True),
            Turn.GATEWAY_INVALID: lambda: self._drop(resume=False),
            Turn.GATEWAY_RECONNECT: lambda: self._drop(resume=True, politely=True),
            Turn.TOKENS_DIE: discord.expire_tokens,
            Turn.FILES_EXPIRE: discord.expire_attachments,
            Turn.CARD_DELETED: self._delete_card,
            Turn.CHANNEL_DELETED: self._delete_channel,
            Turn.MEMBER_LEAVES: self._leave,
            Turn.DMS_CLOSED: self._close_dms,
        }

    def _drop(self, *, resume: bool, politely: bool = False) -> None:
        self._lives.unheard_for(_RESUMED_WITHIN if resume else _REJOINED_WITHIN)
        self._begin(self._stage.discord.drop_gateway(resume=resume, politely=politely))

    def _delete_card(self) -> None:
        """Delete the newest card, as a moderator does."""
        own = [one.message for one in self._stage.discord.interactions.values()]
        cards = [one for one in own if one is not None and not one.ephemeral and not one.deleted]
        if cards:
            cards[-1].delete()

    def _delete_channel(self) -> None:
        channel = self._channels[-1]
        if not channel.gone:
            channel.delete()
            self.closed.add(channel.id)

    def _deny(self, permission: Permission) -> None:
        for channel in self._channels:
            if not channel.gone:
                channel.deny(permission)
            self.closed.add(channel.id)

    def _leave(self) -> None:
        member = self._members[0]
        if member.guild is not None and member in member.guild.members:
            member.leave()
        self.unpingable.add(member.id)

    def _close_dms(self) -> None:
        for member in self._members:
            member.accepts_dms = False
            self.unpingable.add(member.id)

    # --- the bot, its machine and RunComfy -----------------------------------------------------------

    def _turn_others(self, event: Event) -> None:
        match event.turn:
            case Turn.CLOCK_JUMPS:
                self._lives.jump(event.amount)
            case Turn.DISK_FULL:
                self._begin(self._full_disk(event.amount))
            case Turn.LOCKED:
                self._begin(self._locked(event.amount))
            case Turn.SECOND_BOT:
                self._begin(self._turned_away())
            case Turn.SIGTERM:
                self._lives.ask_to_leave()
            case Turn.SIGKILL:
                self._lives.shoot()
            case Turn.SUSPENDED:
                self._begin(self._suspended(event.amount))
            case _ if event.turn in OF_A_SERVER:
                assert self._server is not None, "a script for PostgreSQL"
                self._begin(self._server.turn(event))
            case _:
                self._turn_runcomfy(event)

    def _turn_runcomfy(self, event: Event) -> None:
        runcomfy = self._stage.runcomfy
        match event.turn:
            case Turn.NO_MONEY:
                runcomfy.balance = 0.0
                self._later(event.amount, lambda: setattr(runcomfy, "balance", 10.0))
            case Turn.TOKEN_REJECTED:
                runcomfy.reject_token = True
                self._later(event.amount, lambda: setattr(runcomfy, "reject_token", False))
            case _:
                if runcomfy.jobs:
                    runcomfy.expire(next(reversed(runcomfy.jobs)))

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            do()

        self._begin(wait())

    async def _full_disk(self, seconds: float) -> None:
        self._lives.may_leave = True
        self._lives.fill_disk(full=True)
        self._lives.unheard_for(seconds)
        await asyncio.sleep(seconds)
        self._lives.fill_disk(full=False)

    async def _locked(self, seconds: float) -> None:
        """Hold the database as a backup tool or a curious operator might."""
        self._lives.may_leave = True
        with closing(sqlite3.connect(self._stage.bot.database, timeout=0, isolation_level=None)) as other:
            for _ in range(1000):
                try:
                    other.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError:
                    await asyncio.sleep(0.005)
            if other.in_transaction:
                self._lives.unheard_for(seconds)
                await asyncio.sleep(seconds)
                other.execute("ROLLBACK")

    async def _turned_away(self) -> None:
        """Start a second bot on the same database; it has to leave at once."""
        lived = len(self._lives.codes)
        second = self._second()
        self._lives.may_leave = True
        await second.start()
        ended = asyncio.create_task(second.ended())
        try:
            async with asyncio.timeout(_TURNED_AWAY_WITHIN):
                while not ended.done() and len(self._lives.codes) == lived:
                    await asyncio.wait([ended], timeout=0.05)
        except TimeoutError:
            self.findings.append(Finding("lives", "a second bot stays on the same database"))
        if not ended.done():
            # The first has gone meanwhile, so that the second may rightly take its place.
            self._lives.deaths += 1
            await second.close()
        elif len(self._lives.codes) == lived and await ended != _UNAVAILABLE:
            self.findings.append(Finding("lives", f"a second bot on the database ended with {await ended}"))
        await ended

    async def _suspended(self, seconds: float) -> None:
        self._lives.unheard_for(seconds + 1 / SPEED)
        self._stage.bot.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._stage.bot.send(signal.SIGCONT)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
