"""Keeps the money in order beside the engine: prices, the balance, what the operator must know, grants over.

A failure here is logged and tried again later; it never stops the bot, and no job waits for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bot.core.errors import ZoetropeError
from bot.core.money import MICRO
from bot.core.office import Office
from bot.core.ports import Clock, Store
from bot.core.treasury import Market, Notice, Owners
from bot.flow.budget import BudgetWatch
from bot.flow.prices import PriceBook

log = logging.getLogger(__name__)

# Seconds between two looks.
_BUDGET: Final = 60.0
_BALANCE: Final = 600.0
_HOURLY: Final = 3600.0
_AT_START: Final = 5.0
"""For what the start waits; a bot that knows no prices is better than none."""
_AGAIN: Final = 60.0
"""After a look that came to nothing."""


@dataclass(slots=True)
class _Chore:
    """Something to be done again and again; it says whether it was done."""

    name: str
    every: float
    do: Callable[[], Awaitable[bool]]
    due: float = 0.0


class Treasurer:
    """Does its chores, one after the other, while the bot runs."""

    def __init__(
        self,
        *,
        store: Store,
        office: Office,
        market: Market,
        owners: Owners,
        prices: PriceBook,
        watch: BudgetWatch,
        clock: Clock,
        reads_balance: bool,
    ) -> None:
        """`reads_balance`: somebody wants to know it."""
        self._store = store
        self._office = office
        self._market = market
        self._owners = owners
        self._prices = prices
        self._watch = watch
        self._clock = clock
        self.balance: int | None = None
        """On the account at RunComfy, in millionths of a dollar; None where it could not be read."""
        self._complained_at: float | None = None
        self._chores = [
            _Chore("prices", _HOURLY, self._read_prices),
            _Chore("budget", _BUDGET, self._tell_budget),
            _Chore("grants", _HOURLY, self._expire_grants),
        ]
        if reads_balance:
            self._chores.append(_Chore("balance", _BALANCE, self._read_balance))

    async def open(self) -> None:
        """Take up what an earlier life knew, before the first request comes.

        Where a budget needs a price that is not known, the catalogue is read now, within some seconds.
        """
        await self._prices.recall()
        if self._watch.is_bounded and self._prices.unpriced():
            with suppress(TimeoutError, ZoetropeError):
                async with asyncio.timeout(_AT_START):
                    await self._prices.refresh()

    async def run(self) -> None:
        """Do what is due, for ever."""
        while True:
            await self.round()
            soonest = min(chore.due for chore in self._chores)
            await self._clock.sleep(max(0.0, soonest - self._clock.monotonic()))

    async def round(self) -> None:
        """Do what is due now."""
        for chore in self._chores:
            if chore.due <= self._clock.monotonic():
                done = await self._try(chore)
                chore.due = self._clock.monotonic() + (chore.every if done else min(_AGAIN, chore.every))

    async def _try(self, chore: _Chore) -> bool:
        try:
            return await chore.do()
        except ZoetropeError as error:
            log.info("%s: again later: %s", chore.name, error, extra={"action": "retry"})
        except Exception:
            log.exception("%s: a look failed", chore.name, extra={"action": "fail"})
        return False

    # --- chores ------------------------------------------------------------------------------------------

    async def _read_prices(self) -> bool:
        is_whole = await self._prices.refresh()
        if self._watch.is_bounded and (unpriced := self._prices.unpriced()):
            self._complain(", ".join(f"/{command}" for command in unpriced))
        return is_whole

    def _complain(self, commands: str) -> None:
        """Say at most once an hour what is refused for want of a price."""
        now = self._clock.monotonic()
        if self._complained_at is not None and now - self._complained_at < _HOURLY:
            return
        self._complained_at = now
        log.error(
            "a budget is set, and RunComfy's catalogue tells no price for %s: what has none is refused. "
            "Set it in [prices], or wait until the catalogue can be read.",
            commands,
            extra={"action": "price"},
        )

    async def _read_balance(self) -> bool:
        self.balance = None
        self.balance = await self._market.balance()
        return True

    async def _expire_grants(self) -> bool:
        ended = await self._office.expire(self._clock.now())
        if ended:
            log.info("grants whose time is over: %d", ended, extra={"action": "expire"})
        return True

    async def _tell_budget(self) -> bool:
        for notice in await self._watch.notices(self._prices.cheapest()):
            if await self._was_told(notice):
                continue
            # Before it is told: once at most, by one process of all, and the log has it in any case.
            key, at = _key(notice.period, notice.share), self._clock.now().isoformat()
            if await self._store.remember_first(key, at):
                _log(notice)
                await self._owners.tell(notice)
        return True

    async def _was_told(self, notice: Notice) -> bool:
        """Tell whether this, or more than this, was told in the period."""
        shares = (notice.share, 100) if notice.share != 100 else (100,)
        told = [await self._store.recall(_key(notice.period, share)) for share in shares]
        return any(told)


def _key(period: str, share: int) -> str:
    return f"budget:{period}:{share}"


def _log(notice: Notice) -> None:
    level = logging.ERROR if notice.share == 100 else logging.WARNING
    text = (
        "the budget of this %s is spent: %.2f of %.2f USD, what is reserved included. "
        "No more jobs are accepted until %s."
        if notice.share == 100
        else "80 percent of the budget of this %s are spent: %.2f of %.2f USD, what is reserved included. "
        "It renews at %s."
    )
    spent, budget = notice.spent / MICRO, notice.budget / MICRO
    until = f"{notice.renews:%Y-%m-%d %H:%M} UTC"
    facts = {"action": "budget", "share": notice.share}
    log.log(level, text, notice.span.value, spent, budget, until, extra=facts)
