"""The budget in dollars: whether it stands in a job's way, and how near it is to its end.

The store refuses at acceptance what would exceed it. What is looked at here is the rest: a budget that was
lowered, and costs that came higher than estimated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.core.errors import Problem, Reason
from bot.core.periods import Period
from bot.core.ports import Clock, Store
from bot.core.quota import Account, Rates
from bot.core.treasury import Notice, Span

# Percent of a budget from which the operator is told that it comes to its end.
_NEAR: Final = 80


@dataclass(frozen=True, slots=True)
class _Stand:
    """How one of the two budgets stands, in millionths of a dollar."""

    span: Span
    period: Period
    spent: int
    """What is reserved included."""
    budget: int

    def share(self, cheapest: int) -> Literal[80, 100] | None:
        """Return what the operator should know of; 100 also where nothing can be made for the rest."""
        left = self.budget - self.spent
        if left <= 0 or left < cheapest:
            return 100
        return 80 if self.spent * 100 >= self.budget * _NEAR else None


class BudgetWatch:
    """Reads the account of the whole bot."""

    def __init__(self, store: Store, rates: Rates, clock: Clock) -> None:
        self._store = store
        self._rates = rates
        self._clock = clock

    @property
    def is_bounded(self) -> bool:
        """Tell whether there is a budget at all."""
        return self._rates.budget.is_bounded

    async def overdrawn(self) -> Reason | None:
        """Return why nothing is submitted; None while what is spent and reserved is within the budget."""
        ends = [stand.period.ends for stand in await self._stands() if stand.spent > stand.budget]
        return Reason(Problem.BUDGET_SPENT, {"renews": int(max(ends).timestamp())}) if ends else None

    async def notices(self, cheapest: int | None) -> Sequence[Notice]:
        """Return what the operator should know; `cheapest` is what the least possible job may cost."""
        return [
            Notice(stand.span, stand.period.key, share, stand.spent, stand.budget, stand.period.ends)
            for stand in await self._stands()
            if (share := stand.share(cheapest or 0)) is not None
        ]

    async def _stands(self) -> Sequence[_Stand]:
        if not self.is_bounded:
            return ()
        return tuple(self._bounded(await self._store.spending(self._rates, self._clock.now())))

    def _bounded(self, account: Account) -> Iterator[_Stand]:
        budget, periods = self._rates.budget, account.periods
        if budget.daily is not None:
            yield _Stand(Span.DAY, periods.day, account.day.microusd, budget.daily)
        if budget.monthly is not None:
            yield _Stand(Span.MONTH, periods.month, account.month.microusd, budget.monthly)
