"""Keeps a bot alive as a supervisor does, under the orders of its lives, and notes how they end.

Whoever disturbs it from outside says so, that an end may be told from a fault of the bot's.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

from bot.sandbox.stage import Stage
from proof.campaign.script import LifeOrders
from proof.campaign.truth import SPEED, Truth
from proof.disks.platter import fill
from proof.disks.power import lose_power
from proof.inside.disk import RECORD, Outcome, Record
from proof.inside.orders import NAME, Orders
from proof.judging.evidence import Finding, Span
from proof.judging.leaks import AT_WORK, CONNECTED, Weight, weigh_start

HISTORY: Final = "history.jsonl"
_READY_WITHIN: Final = 30.0  # seconds
_MOST: Final = 14
"""Lives; a bot that needs more does not stay alive."""
_PAUSE: Final = 0.1
"""Seconds until a life that left by itself is followed by another."""
_SETTLED_AFTER: Final = 0.3  # seconds
_LEAVES_WITHIN: Final = 15.0
"""Seconds; ten are promised, and a busy machine may take some."""
_UNAVAILABLE: Final = 69


class Lives:
    """The lives of one bot."""

    def __init__(
        self, stage: Stage, scripted: Sequence[LifeOrders], truth: Truth, seed: int, orders: Orders
    ) -> None:
        """`orders`: those of every life."""
        self.stage = stage
        self.deaths = 0
        """Ends without a word: whatever was under way may have happened or not."""
        self.codes: list[int] = []
        self.outages: list[Span] = []
        self.findings: list[Finding] = []
        self.fired = Counter[str]()
        self.may_leave = self.may_fail_to_begin = False
        """Whether what was done lets a life leave with exit code 69, or one that is not ready."""
        self.weight: Weight | None = None
        """What the present life held when it was ready."""
        self._scripted = tuple(scripted)
        self._truth = truth
        self._chance = Random(seed)
        # The bot's own chance too, so that a run goes wrong at the same places again.
        self._orders = orders.model_copy(update={"seed": seed})
        self._jumped = 0.0
        self._present = LifeOrders()
        self._ready = asyncio.Event()
        self._down_since = stage.discord.now()
        self._is_asked_to_leave = self._is_shot = False
        self._watching: asyncio.Task[None] | None = None

    # --- for the one who plays -----------------------------------------------------------------------

    async def keep(self) -> None:
        """Keep the bot alive, until cancelled."""
        while len(self.codes) < _MOST:
            await self._live()
        self.findings.append(Finding("lives", f"the bot does not stay alive: {self.codes}"))

    async def ready(self) -> bool:
        """Wait until a life is connected; False where none comes to that."""
        try:
            await asyncio.wait_for(self._ready.wait(), _READY_WITHIN)
        except TimeoutError:
            return False
        return True

    @property
    def has_orders_left(self) -> bool:
        """Whether the present life may yet die of its orders."""
        return self._present.kill_at is not None or self._present.sync_fails_at is not None

    async def calm(self) -> None:
        """Have the bot live without orders from now on; a life that has some ends, in order."""
        self._scripted = ()
        if self.has_orders_left:
            await self.leave_for(0)
        await self.ready()
        # A session that was lost is begun anew after some seconds.
        gateway = self.stage.discord.gateway
        with suppress(TimeoutError):
            await self.stage.discord.bell.until(
                lambda: True if gateway.connected else None, timeout=_READY_WITHIN, what="a connection"
            )

    async def leave_for(self, seconds: float) -> None:
        """End the present life in order, and let so much time pass for everybody until the next."""
        lived = len(self.codes)
        self.ask_to_leave()
        while len(self.codes) == lived:
            await asyncio.sleep(0.02)
            # It may have begun only now.
            self._is_asked_to_leave = True
            self.stage.bot.send(signal.SIGTERM)
        self._pass_time(seconds)

    # --- for the one who disturbs --------------------------------------------------------------------

    def jump(self, seconds: float) -> None:
        """Set the bot's clock on, or back, for this life and all others."""
        self._jumped += seconds
        self._tell(clock_ahead=self._orders.clock_ahead + seconds)

    def fill_disk(self, *, full: bool) -> None:
        """Let the database grow no more, or again."""
        self._tell(disk_is_full=full)

    def ask_to_leave(self) -> None:
        """Send SIGTERM, and SIGKILL to a life that does not leave in time, which is a finding."""
        self._is_asked_to_leave = True
        self.stage.bot.send(signal.SIGTERM)
        self._watching = asyncio.create_task(self._see_off(len(self.codes)))

    def shoot(self) -> None:
        """Send SIGKILL."""
        self._is_shot = True
        self.stage.bot.send(signal.SIGKILL)

    async def _see_off(self, lived: int) -> None:
        await asyncio.sleep(_LEAVES_WITHIN)
        if len(self.codes) == lived and self.stage.bot.is_alive:
            self.findings.append(
                Finding("lives", f"life {lived + 1} does not leave within {_LEAVES_WITHIN} s")
            )
            self.shoot()

    def unheard_for(self, seconds: float) -> None:
        """Note that commands may go unheard for so long."""
        now = self.stage.discord.now()
        self.outages.append(Span(now, now + seconds))

    # --- living --------------------------------------------------------------------------------------

    async def _live(self) -> None:
        number = len(self.codes)
        self._present = self._scripted[number] if number < len(self._scripted) else LifeOrders()
        self._is_asked_to_leave = self._is_shot = False
        self._give_orders()
        before = self.stage.discord.gateway.identified
        await self.stage.bot.start()
        coming = asyncio.create_task(self._come_up(before))
        try:
            code = await self.stage.bot.ended()
        finally:
            coming.cancel()
            await asyncio.wait([coming])
        self._note_end(code)
        if code != -signal.SIGKILL:
            await asyncio.sleep(_PAUSE)

    async def _come_up(self, before: int) -> None:
        discord = self.stage.discord
        await discord.bell.until(
            lambda: True if discord.gateway.identified > before else None,
            timeout=_READY_WITHIN,
            what="the bot",
        )
        self.outages.append(Span(self._down_since, discord.now()))
        self.fired["short memory"] += self._present.memory is not None
        self._ready.set()
        # The library's connection takes a moment to have all its tasks.
        await asyncio.sleep(_SETTLED_AFTER)
        with suppress(OSError, TimeoutError):
            self.weight = await weigh_start(self.stage, AT_WORK if self._orders.is_shared else CONNECTED)

    def _note_end(self, code: int) -> None:
        self.codes.append(code)
        # Until it listens to the signal, a life ends by it at once.
        was_ready = self._ready.is_set()
        proper = (0,) if was_ready else (0, -signal.SIGTERM)
        may_leave = self.may_leave or (self.may_fail_to_begin and not was_ready)
        if was_ready:
            self._ready.clear()
            self._down_since = self.stage.discord.now()
        synced_in_vain = self.note_disk()
        if code == -signal.SIGKILL:
            self._note_death()
        elif code == _UNAVAILABLE and (synced_in_vain or may_leave):
            self.deaths += 1
            self.fired["left with 69"] += 1
        elif not self._is_asked_to_leave or code not in proper:
            self.findings.append(Finding("lives", f"life {len(self.codes)} ended with exit code {code}"))

    def _note_death(self) -> None:
        self.deaths += 1
        point = self._present.kill_at
        if self._is_shot or point is None:
            if not self._is_shot:
                self.findings.append(Finding("lives", "a life was killed by nobody"))
            return
        self.fired[f"killed {point.phase}"] += 1
        if self._present.power_lost:
            self.fired["power lost"] += 1
            lose_power(self.stage.bot.database, self._platter, self._chance)
        if self._present.outage:
            self.fired["long outage"] += 1
            self._pass_time(self._present.outage)

    def _pass_time(self, seconds: float) -> None:
        """Let time pass for everybody while nobody does anything."""
        discord = self.stage.discord
        self._truth.skipped += seconds
        if seconds > discord.nonce_life * SPEED:
            discord.forget_nonces()
        if seconds > discord.token_life * SPEED:
            discord.expire_tokens()

    def note_disk(self) -> bool:
        """Take in what the disk has noted so far; tell whether a sync has failed."""
        record = Record(self.stage.bot.folder / RECORD)
        counts = Counter(line.outcome for line in record.lines())
        record.path.unlink(missing_ok=True)
        self.fired["a write to the full disk"] += counts[Outcome.FULL]
        self.fired["a sync failed"] += counts[Outcome.FAILED] > 0
        self.fired["slow sync"] += bool(self._present.sync_seconds and counts[Outcome.SYNCED])
        return counts[Outcome.FAILED] > 0

    # --- orders --------------------------------------------------------------------------------------

    @property
    def _platter(self) -> Path:
        return self.stage.bot.folder / "platter"

    def _give_orders(self) -> None:
        present = self._present
        if present.power_lost:
            fill(self._platter, self.stage.bot.database)
        self._tell(
            kill_at=present.kill_at,
            sync_seconds=present.sync_seconds,
            sync_fails_at=present.sync_fails_at,
            memory=present.memory,
            platter=self._platter if present.power_lost else None,
            clock_speed=SPEED,
            clock_ahead=self._truth.ahead + self._jumped,
        )

    def _tell(self, **changes: object) -> None:
        self._orders = self._orders.model_copy(update=changes)
        self._orders.give(self.stage.bot.folder / NAME)
