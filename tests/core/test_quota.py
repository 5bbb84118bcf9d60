"""Allowances in layers, and whether one more job fits into everything that bounds it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import MemberError, Problem, Reason
from bot.core.ledger import Standing
from bot.core.periods import periods
from bot.core.quota import Account, Allowance, Bound, Budget, Figures, Layer, Rates, Usage, beyond, in_force

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOMORROW = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())
NEXT_MONTH = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
DEFAULT = Allowance(daily=10, monthly=30, active=2)
RATES = Rates(DEFAULT)


def an_account(day: int = 0, month: int | None = None, microusd: int = 0) -> Account:
    """Return an account with half of what counts reserved, and the rest used."""
    here = periods(NOON, ZoneInfo("UTC"))
    sums = [
        Standing(n // 2, n - n // 2, microusd // 2, microusd - microusd // 2) for n in (day, month or day)
    ]
    return Account(here, *sums)


def a_usage(
    own: Account | None = None,
    *,
    server: Account | None = None,
    bot: Account | None = None,
    bound: Bound = Bound(),  # noqa: B008 (a frozen value)
    active: int = 0,
    granted: int = 0,
) -> Usage:
    nothing = an_account()
    return Usage(DEFAULT, bound, own or nothing, server or nothing, bot or nothing, active, granted)


def refusal(usage: Usage, rates: Rates = RATES, cost: int = 5, microusd: int | None = None) -> Reason:
    with pytest.raises(MemberError) as caught:
        beyond(usage, rates, cost, microusd)
    return caught.value.reason


# --- layers ------------------------------------------------------------------------------------------


def test_what_nobody_has_set_is_as_for_everybody() -> None:
    assert in_force(DEFAULT, []) == DEFAULT


def test_a_member_goes_before_roles_and_roles_before_the_server_whatever_is_more() -> None:
    server = (Layer.SERVER, Figures(100, 100, 100))
    role = (Layer.ROLE, Figures(50, 50, 50))
    member = (Layer.MEMBER, Figures(1, 1, 1))

    assert in_force(DEFAULT, [server]) == Allowance(100, 100, 100)
    assert in_force(DEFAULT, [role, server]) == Allowance(50, 50, 50)
    assert in_force(DEFAULT, [member, role, server]) == Allowance(1, 1, 1)


def test_of_several_roles_the_best_counts_figure_by_figure() -> None:
    roles = [(Layer.ROLE, Figures(20, 30, None)), (Layer.ROLE, Figures(5, 90, 0))]

    assert in_force(DEFAULT, roles) == Allowance(20, 90, 0)


def test_a_layer_that_says_nothing_of_a_figure_leaves_it_to_the_one_before() -> None:
    layers = [
        (Layer.MEMBER, Figures(daily=0)),
        (Layer.ROLE, Figures(active=7)),
        (Layer.SERVER, Figures(monthly=44, active=9)),
    ]

    assert in_force(DEFAULT, layers) == Allowance(daily=0, monthly=44, active=7)


# --- room --------------------------------------------------------------------------------------------


def test_a_job_that_fits_exactly_needs_no_grant() -> None:
    assert beyond(a_usage(an_account(5, 25), active=1), RATES, 5, None) == 0


@pytest.mark.parametrize(
    ("own", "problem", "left", "renews"),
    [
        (an_account(6, 6), Problem.QUOTA_DAILY, 4, TOMORROW),
        (an_account(0, 26), Problem.QUOTA_MONTHLY, 4, NEXT_MONTH),
        (an_account(12, 12), Problem.QUOTA_DAILY, 0, TOMORROW),
        (an_account(10, 30), Problem.QUOTA_MONTHLY, 0, NEXT_MONTH),
    ],
)
def test_a_job_that_does_not_fit_is_refused_with_what_is_left_and_when_it_renews(
    own: Account, problem: Problem, left: int, renews: int
) -> None:
    reason = refusal(a_usage(own))

    assert (reason.problem, reason.facts["left"], reason.facts["renews"]) == (problem, left, renews)


def test_with_as_many_jobs_under_way_as_allowed_there_is_no_room() -> None:
    reason = refusal(a_usage(active=2))

    assert reason == Reason(Problem.QUOTA_ACTIVE, {"active": 2, "allowance": 2})


def test_grants_pay_for_what_is_beyond_and_for_no_more() -> None:
    assert beyond(a_usage(an_account(8, 8), granted=100), RATES, 5, None) == 3
    assert beyond(a_usage(an_account(8, 29), granted=4), RATES, 5, None) == 4


def test_where_the_allowance_was_lowered_below_what_is_used_grants_pay_all_but_no_more() -> None:
    assert beyond(a_usage(an_account(90, 90), granted=100), RATES, 5, None) == 5


def test_what_is_left_of_grants_is_told_with_the_rest() -> None:
    reason = refusal(a_usage(an_account(8, 8), granted=2))

    assert (reason.problem, reason.facts["left"]) == (Problem.QUOTA_DAILY, 4)


# --- what bounds it all ------------------------------------------------------------------------------


@pytest.mark.parametrize(("bound", "renews"), [(Bound(daily=50), TOMORROW), (Bound(monthly=50), NEXT_MONTH)])
def test_neither_grants_nor_allowances_go_beyond_the_servers_bound(bound: Bound, renews: int) -> None:
    usage = a_usage(server=an_account(46, 46), bound=bound, granted=1000)

    reason = refusal(usage)

    facts = {"cost": 5, "left": 4, "allowance": 50, "renews": renews}
    assert (reason.problem, reason.facts) == (Problem.QUOTA_SERVER, facts)
    assert beyond(usage, RATES, 4, None) == 0


@pytest.mark.parametrize("bound", [Bound(daily=50), Bound(monthly=50)])
def test_nor_beyond_that_of_the_whole_bot(bound: Bound) -> None:
    rates = Rates(DEFAULT, bot=bound)
    usage = a_usage(bot=an_account(46, 46), granted=1000)

    assert refusal(usage, rates).problem is Problem.QUOTA_BOT
    assert beyond(usage, rates, 4, None) == 0


@pytest.mark.parametrize(
    ("budget", "renews"), [(Budget(daily=1000), TOMORROW), (Budget(monthly=1000), NEXT_MONTH)]
)
def test_a_budget_counts_what_is_reserved_and_what_is_spent(budget: Budget, renews: int) -> None:
    rates = Rates(DEFAULT, budget=budget)
    usage = a_usage(bot=an_account(microusd=900))

    reason = refusal(usage, rates, microusd=101)

    assert reason == Reason(Problem.BUDGET_SPENT, {"renews": renews})
    assert beyond(usage, rates, 5, 100) == 0


def test_a_budget_cannot_be_kept_where_no_price_is_known() -> None:
    assert refusal(a_usage(), Rates(DEFAULT, budget=Budget(daily=1))).problem is Problem.PRICE_UNKNOWN
    assert beyond(a_usage(), RATES, 5, None) == 0
