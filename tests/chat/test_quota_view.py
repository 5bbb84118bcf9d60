"""What /quota shows: bars, what is left of whose allowance, and what can be ordered of that now."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.chat import quota
from bot.chat.administration.figures import of_member
from bot.chat.bars import bar
from bot.core.credits import Weights
from bot.core.ids import ChannelId, GuildId, RoleId, UserId
from bot.core.ledger import Entry, Movement, Purse, Standing
from bot.core.models import MODELS, Request
from bot.core.office import House
from bot.core.periods import periods
from bot.core.policy import ModelRule, Policy, Where
from bot.core.quota import Account, Allowance, Bound, Budget, Figures, Rates, Usage
from bot.flow.administration_allowances import MemberQuota
from tests.builders import NOON
from tests.chat.shown import words

OURS = Allowance(60, 600, 2)
PERIODS = periods(NOON, ZoneInfo("UTC"))
NOTHING = Account(PERIODS)


def standing(used: int, reserved: int = 0, microusd: int = 0) -> Account:
    day = Standing(reserved, used, 0, microusd)
    return Account(PERIODS, day, day)


def a_stand(
    account: Account = NOTHING,
    *,
    allowance: Allowance = OURS,
    server: Bound | None = None,
    server_account: Account = NOTHING,
    rates: Rates | None = None,
    bot_account: Account = NOTHING,
    active: int = 0,
    granted: int = 0,
    house: House | None = None,
    dollars: int | None = None,
    where: Where | None = None,
) -> quota.Stand:
    usage = Usage(allowance, server or Bound(), account, server_account, bot_account, active, granted)

    def estimate(_: Request) -> int | None:
        return dollars

    return quota.Stand(
        usage=usage,
        rates=rates or Rates(allowance),
        house=house or House(Policy(), Policy()),
        weights=Weights(),
        estimate=estimate,
        where=where or Where(),
        is_direct=False,
    )


def told(stand: quota.Stand) -> str:
    view = quota.view(stand, "en")
    assert view.content_length() < 4000
    return words(view)


@pytest.mark.parametrize(
    ("used", "reserved", "allowed", "shown"),
    [
        (0, 0, 60, "░" * 20),
        (1, 0, 1000, "█" + "░" * 19),
        (30, 0, 60, "█" * 10 + "░" * 10),
        (30, 15, 60, "█" * 10 + "▒" * 5 + "░" * 5),
        (0, 1, 1000, "▒" + "░" * 19),
        (59, 0, 60, "█" * 19 + "░"),
        (30, 1, 60, "█" * 9 + "▒" + "░" * 10),
        (1, 1, 60, "█▒" + "░" * 18),
        (60, 0, 60, "█" * 20),
        (90, 30, 60, "█" * 19 + "▒"),
        (0, 0, 0, "░" * 20),
        (5, 0, 0, "█" * 20),
        (-5, 0, 60, "░" * 20),
    ],
)
def test_a_bar_tells_something_from_nothing_and_full_from_nearly(
    used: int, reserved: int, allowed: int, shown: str
) -> None:
    assert bar(used, reserved, allowed) == shown


def test_used_reserved_and_left_are_told_apart_and_the_renewal_counts_down() -> None:
    text = told(a_stand(standing(12, 5), active=1))

    day = int((NOON.replace(hour=0) + timedelta(days=1)).timestamp())
    assert f"Today: 12 of 60 credits used, 5 reserved, **43 left**. Renews <t:{day}:R>." in text
    assert "This month: 12 of 600 credits used, 5 reserved, **583 left**." in text
    assert f"`{bar(12, 5, 60)}`" in text
    assert "Under way: 1 of 2 jobs." in text
    assert "Granted" not in text


def test_every_command_tells_its_cost_at_each_resolution_and_what_fits_into_the_rest() -> None:
    text = told(a_stand(standing(51)))

    assert "`/seedance-pro` 480p **5** ✓ · 720p **10** ✗ · 1080p **20** ✗ (5 s · with sound)" in text
    assert "`/seedance-fast` 480p **1** ✓ · 720p **2** ✓ · 1080p **5** ✓ (5 s)" in text
    assert "`/seedream-edit` 1K **1** ✓ · 2K **2** ✓ · 4K **4** ✓" in text
    for model in MODELS:
        assert f"`/{model.model_fields['command'].default}`" in text


def test_what_is_under_way_does_not_make_things_dear() -> None:
    assert "✗ ·" not in told(a_stand(active=2))


def test_granted_credits_make_more_fit() -> None:
    stand = a_stand(standing(60))
    assert "✓ ·" not in told(stand).replace("✓ can", "")

    text = told(replace(stand, usage=replace(stand.usage, granted=7)))

    assert "Granted beyond that: **7 credits**." in text
    assert "480p **5** ✓ · 720p **10** ✗" in text


def test_the_server_and_the_bot_are_told_of_only_where_they_leave_less() -> None:
    assert "whole server" not in told(a_stand(server=Bound(60, 700)))

    text = told(
        a_stand(
            server=Bound(20, None),
            server_account=standing(17),
            rates=Rates(OURS, bot=Bound(None, 100)),
            bot_account=standing(96),
        )
    )

    assert "This whole server has **3 of 20** credits left today." in text
    assert "I have **4 of 100** credits left this month for everybody together." in text
    assert "`/seedance-fast` 480p **1** ✓ · 720p **2** ✓ · 1080p **5** ✗" in text


def test_a_budget_without_room_leaves_nothing_to_order() -> None:
    rates = Rates(OURS, budget=Budget(daily=1_000_000))
    assert "✓ ·" in told(a_stand(rates=rates, bot_account=standing(0, 0, 500_000), dollars=500_000))
    assert "✓ ·" not in told(a_stand(rates=rates, bot_account=standing(0, 0, 500_001), dollars=500_000))


def test_what_is_off_here_is_not_offered_and_a_pause_is_told_first() -> None:
    models = {"seedance-pro": ModelRule(off=True), "seedance-lite": ModelRule(resolution="720p", duration=7)}
    text = told(a_stand(house=House(Policy(), Policy(models=models, paused="We *upgrade*."))))

    assert "**Nothing can be ordered now.** I take no orders at the moment: We \\*upgrade\\*." in text
    assert "`/seedance-pro` is turned off here" in text
    assert "`/seedance-lite` 480p **2** · 720p **4** (5 s · 7 s at most here)" in text
    assert "✓" not in text


def test_who_is_blocked_reads_why() -> None:
    text = told(a_stand(house=House(Policy(), Policy(), blocked="rude")))
    assert "I take no orders from you: rude." in text


@pytest.mark.parametrize(
    ("policy", "words_told"),
    [
        (Policy(denied_channels=frozenset({ChannelId(5)})), "I take no orders in this channel."),
        (Policy(allowed_roles=frozenset({RoleId(6)})), "Your roles do not let you order here."),
        (Policy(adults_only=True), "age-restricted channels only"),
    ],
)
def test_where_nothing_can_be_ordered_nothing_is_ticked(policy: Policy, words_told: str) -> None:
    where = Where(channels=frozenset({ChannelId(5)}))

    for house in (House(policy, Policy()), House(Policy(), policy)):
        text = told(a_stand(house=house, where=where))
        assert "**Nothing can be ordered now.** " in text
        assert words_told in text
        assert "✓" not in text


def test_who_may_have_nothing_under_way_is_told_so() -> None:
    text = told(a_stand(allowance=Allowance(1, 600, 0)))
    assert "**Nothing can be ordered now.** You may have no jobs under way here." in text
    assert "0 of 1 credit used" in text


def test_with_all_places_taken_the_ticks_are_for_later() -> None:
    assert "✓ can be ordered once a job of yours has ended" in told(a_stand(active=2))


def test_a_limit_on_the_length_is_priced_and_told() -> None:
    models = {"seedance-pro": ModelRule(duration=4), "seedance-fast": ModelRule(duration=9)}
    text = told(a_stand(house=House(Policy(), Policy(models=models))))

    assert (
        "`/seedance-pro` 480p **4** ✓ · 720p **8** ✓ · 1080p **16** ✓ (4 s · with sound · 4 s at most" in text
    )
    assert "`/seedance-fast` 480p **1** ✓ · 720p **2** ✓ · 1080p **5** ✓ (5 s · 9 s at most here)" in text


def test_a_limit_below_the_shortest_is_off() -> None:
    text = told(a_stand(house=House(Policy(), Policy(models={"seedance-lite": ModelRule(duration=4)}))))
    assert "`/seedance-lite` is turned off here" in text


def test_money_that_stands_in_the_way_is_named() -> None:
    rates = Rates(OURS, budget=Budget(daily=1_000_000))
    spent = told(a_stand(rates=rates, bot_account=standing(0, 0, 900_000), dollars=500_000))
    unpriced = told(a_stand(rates=rates))

    assert "-# Some ✗ are beyond what is left of the operator's budget. It renews <t:" in spent
    assert "-# Some ✗ have no known price at RunComfy" in unpriced


@pytest.mark.parametrize(("why", "told_as"), [("unknown", "in doubt"), ("*a* gift", "\\*a\\* gift")])
def test_the_ledger_calls_a_state_as_everything_else_does(why: str, told_as: str) -> None:
    purse = Purse(UserId(7), GuildId(8))
    entry = Entry(number=1, at=NOON, movement=Movement.GIVEN_BACK, purse=purse, credits=2, why=why)
    found = MemberQuota(a_stand().usage, Figures(), [entry])

    assert f"**given back** 2 credits · {told_as}" in words(of_member(purse.user_id, found, "en"))
