"""Credits and money: what a request costs by the operator's weights, and what it may cost at RunComfy."""

import pytest
from pydantic import ValidationError

from bot.core.credits import Weights, cost
from bot.core.models import (
    EditResolution,
    Request,
    SeedanceFast,
    SeedanceLite,
    SeedancePro,
    SeedreamEdit,
)
from bot.core.money import Price, Prices, estimate


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


FAST = SeedanceFast(prompt="a", resolution="480p", duration=4)


def test_a_price_for_2k_is_that_of_the_sizes_in_pixels_unless_they_have_their_own() -> None:
    said = Prices(seedream_edit={"2K": 0.04, "2496x1664 (3:2)": 0.05})
    sizes: tuple[EditResolution, ...] = ("2K", "2048x2048 (1:1)", "2496x1664 (3:2)", "4K")
    costs = [estimate(SeedreamEdit(prompt="a", resolution=size), said, {}) for size in sizes]
    assert costs == [40_000, 40_000, 50_000, None]


def test_without_any_price_nothing_is_estimated() -> None:
    assert estimate(FAST, Prices(), {}) is None


def test_the_catalogues_price_is_per_second_or_per_picture() -> None:
    edit = SeedreamEdit(prompt="a")
    catalogue = {FAST.model_id: Price(0.025, "second"), edit.model_id: Price(0.03, "output")}

    assert estimate(FAST, Prices(), catalogue) == 100_000
    assert estimate(edit, Prices(), catalogue) == 30_000


def test_what_the_operator_says_goes_before_the_catalogue_where_it_says_something() -> None:
    said = Prices(seedance_fast={"480p": 0.01})
    catalogue = {FAST.model_id: Price(0.025, "second")}

    assert estimate(FAST, said, catalogue) == 40_000
    assert estimate(FAST.model_copy(update={"resolution": "720p"}), said, catalogue) == 100_000


def test_a_price_of_nothing_is_a_price() -> None:
    assert estimate(FAST, Prices(seedance_fast={"480p": 0}), {}) == 0


@pytest.mark.parametrize("price", [-0.01, float("inf"), float("nan"), 1001])
def test_a_price_that_is_none_is_refused(price: float) -> None:
    with pytest.raises(ValidationError):
        Prices(seedream_edit={"2K": price})
