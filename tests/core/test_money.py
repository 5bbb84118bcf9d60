"""Credits and quotas: what a request costs, and whether there is room for it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from bot.core.credits import Weights, cost
from bot.core.errors import MemberError, Problem
from bot.core.models import Request, SeedanceFast, SeedanceLite, SeedancePro, SeedreamEdit
from bot.core.quota import Allowance, Usage, check, windows

NOON = datetime(2026, 12, 31, 12, tzinfo=UTC)
ALLOWED = Allowance(daily=10, monthly=30, active=2)


@pytest.mark.parametrize(
    ("request_", "whole"),
    [
        (SeedancePro(prompt="a"), 5),
        (SeedancePro(prompt="a", audio=False), 3),
        (SeedancePro(prompt="a", resolution="1080p", duration=12), 48),
        (SeedanceLite(prompt="a"), 2),
        (SeedanceLite(prompt="a", resolution="1080p", duration=10), 16),
        (SeedanceFast(prompt="a"), 1),
        (SeedanceFast(prompt="a", duration=2), 1),
        (SeedreamEdit(prompt="a"), 2),
        (SeedreamEdit(prompt="a", resolution="4K"), 4),
    ],
)
def test_a_request_costs_whole_credits_by_the_table(request_: Request, whole: int) -> None:
    assert cost(request_, Weights()) == whole


def test_the_operator_sets_the_weights_and_must_set_all_of_a_table() -> None:
    dear = Weights(seedream_edit={"1K": 10, "2K": 20, "4K": 40})
    assert cost(SeedreamEdit(prompt="a", resolution="1K"), dear) == 10
    for wrong in ({"480p": 1.0}, {"480p": 0, "720p": 1, "1080p": 1}, {"480p": float("nan")}):
        with pytest.raises(ValidationError):
            Weights.model_validate({"seedance_fast": wrong})


def test_a_job_that_fits_exactly_is_admitted() -> None:
    check(Usage(daily=5, monthly=25, active=1), ALLOWED, 5, NOON)


@pytest.mark.parametrize(
    ("usage", "problem", "left"),
    [
        (Usage(daily=6, monthly=6), Problem.QUOTA_DAILY, 4),
        (Usage(daily=0, monthly=26), Problem.QUOTA_MONTHLY, 4),
        (Usage(daily=12, monthly=12), Problem.QUOTA_DAILY, 0),
        (Usage(active=2), Problem.QUOTA_ACTIVE, None),
    ],
)
def test_a_job_that_does_not_fit_is_refused_with_what_is_left(
    usage: Usage, problem: Problem, left: int | None
) -> None:
    with pytest.raises(MemberError) as caught:
        check(usage, ALLOWED, 5, NOON)
    assert caught.value.reason.problem is problem
    assert caught.value.reason.facts.get("left") == left


def test_windows_are_utc_days_and_months_and_renew_at_their_ends() -> None:
    window = windows(NOON)
    assert (window.day, window.next_day) == (
        datetime(2026, 12, 31, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert (window.month, window.next_month) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )


def test_the_window_is_that_of_the_moment_not_of_its_time_zone() -> None:
    east = timezone(timedelta(hours=9))
    assert windows(datetime(2026, 3, 1, 5, tzinfo=east)).day == datetime(2026, 2, 28, tzinfo=UTC)
