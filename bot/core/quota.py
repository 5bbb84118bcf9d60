"""What may be spent: allowances in layers, how much of them is used, and whether one more job fits.

A member's account is kept for each server, and for direct messages. Beside it stand the account of the
server and that of the whole bot, which bound it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.errors import MemberError, Problem
from bot.core.ids import RoleId
from bot.core.ledger import Standing
from bot.core.periods import Period, Periods


class Hold(StrEnum):
    """What has become of a job's credits."""

    RESERVED = "reserved"
    CHARGED = "charged"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Credits per day and per month, and jobs under way at a time."""

    daily: int
    monthly: int
    active: int


class Layer(StrEnum):
    """Whom a layer of allowances is for; a later one goes before an earlier one."""

    SERVER = "server"
    """Everybody in the server."""
    ROLE = "role"
    """Everybody with the role; of several the best counts, figure by figure."""
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a layer says; None where it says nothing and the layer before counts."""

    daily: int | None = None
    monthly: int | None = None
    active: int | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """Credits per day and per month of a whole server, or of the whole bot; None is no bound."""

    daily: int | None = None
    monthly: int | None = None

    def over(self, default: "Bound") -> "Bound":
        """Return the bound in force: what is said here and, figure by figure, else the default."""
        return Bound(
            default.daily if self.daily is None else self.daily,
            default.monthly if self.monthly is None else self.monthly,
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """Millionths of a dollar that the whole bot may spend at RunComfy; None is no bound."""

    daily: int | None = None
    monthly: int | None = None

    @property
    def is_bounded(self) -> bool:
        """Tell whether there is anything to keep to."""
        return self.daily is not None or self.monthly is not None


@dataclass(frozen=True, slots=True)
class Rates:
    """What the operator has set for everybody, from the configuration."""

    member: Allowance
    server: Bound = Bound()
    bot: Bound = Bound()
    budget: Budget = Budget()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """In which the account of the whole bot, the budget, and direct messages renew."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an admission is judged by, besides what the store knows."""

    rates: Rates
    roles: frozenset[RoleId] = frozenset()
    """The owner's roles in the server, as the interaction tells them."""
    weight: float = 1.0
    """How often its owner's turn comes, against others."""


@dataclass(frozen=True, slots=True)
class Account:
    """How an account stands today and this month."""

    periods: Periods
    day: Standing = field(default_factory=Standing)
    month: Standing = field(default_factory=Standing)


@dataclass(frozen=True, slots=True)
class Usage:
    """All that decides whether a member's next job is accepted."""

    allowance: Allowance
    """Their own, in force here."""
    server: Bound
    member_account: Account
    server_account: Account
    bot_account: Account
    active: int = 0
    """Their jobs under way, anywhere."""
    granted: int = 0
    """Credits left in grants that are good now."""


def in_force(default: Allowance, layers: Iterable[tuple[Layer, Figures]]) -> Allowance:
    """Return a member's allowance: their own, else the best role's, else the server's, else the bot's."""
    found = list(layers)
    if not found:
        return default
    return Allowance(
        _figure(default.daily, [(layer, figures.daily) for layer, figures in found]),
        _figure(default.monthly, [(layer, figures.monthly) for layer, figures in found]),
        _figure(default.active, [(layer, figures.active) for layer, figures in found]),
    )


def _figure(default: int, said: list[tuple[Layer, int | None]]) -> int:
    for layer in (Layer.MEMBER, Layer.ROLE, Layer.SERVER):
        if figures := [figure for of, figure in said if of is layer and figure is not None]:
            return max(figures)
    return default


def beyond(usage: Usage, rates: Rates, cost: int, microusd: int | None) -> int:
    """Return how many credits of a job's cost are beyond the allowance, to be taken from grants.

    Raises MemberError unless the job fits into everything that bounds it.
    """
    if usage.active >= usage.allowance.active:
        raise MemberError(Problem.QUOTA_ACTIVE, active=usage.active, allowance=usage.allowance.active)
    _check_bound(usage.server_account, usage.server, cost, Problem.QUOTA_SERVER)
    _check_bound(usage.bot_account, rates.bot, cost, Problem.QUOTA_BOT)
    _check_budget(usage.bot_account, rates.budget, microusd)
    return _beyond_allowance(usage, cost)


def _beyond_allowance(usage: Usage, cost: int) -> int:
    account, allowance = usage.member_account, usage.allowance
    over_day = max(0, account.day.credits + cost - allowance.daily)
    over_month = max(0, account.month.credits + cost - allowance.monthly)
    over = min(cost, max(over_day, over_month))
    if over <= usage.granted:
        return over
    if over_month >= over_day:
        left = max(0, allowance.monthly - account.month.credits)
        problem, allowed, period = Problem.QUOTA_MONTHLY, allowance.monthly, account.periods.month
    else:
        left = max(0, allowance.daily - account.day.credits)
        problem, allowed, period = Problem.QUOTA_DAILY, allowance.daily, account.periods.day
    raise _exceeded(problem, cost, left + usage.granted, allowed, period, granted=usage.granted)


def _check_bound(account: Account, bound: Bound, cost: int, problem: Problem) -> None:
    spans = (
        (account.month, bound.monthly, account.periods.month),
        (account.day, bound.daily, account.periods.day),
    )
    for standing, allowed, period in spans:
        if allowed is not None and standing.credits + cost > allowed:
            raise _exceeded(problem, cost, max(0, allowed - standing.credits), allowed, period)


def _check_budget(account: Account, budget: Budget, microusd: int | None) -> None:
    if not budget.is_bounded:
        return
    if microusd is None:
        raise MemberError(Problem.PRICE_UNKNOWN)
    spans = (
        (account.month, budget.monthly, account.periods.month),
        (account.day, budget.daily, account.periods.day),
    )
    for standing, allowed, period in spans:
        if allowed is not None and standing.microusd + microusd > allowed:
            raise MemberError(Problem.BUDGET_SPENT, renews=int(period.ends.timestamp()))


def _exceeded(
    problem: Problem, cost: int, left: int, allowed: int, period: Period, *, granted: int = 0
) -> MemberError:
    renews = int(period.ends.timestamp())
    more = {"granted": granted} if granted else {}
    return MemberError(problem, cost=cost, left=left, allowance=allowed, renews=renews, **more)
