"""Whose turn comes how often: by the best of a member's roles, and never at another server's cost."""

import pytest

from bot.core.ids import RoleId
from bot.core.policy import Policy, weight

PATRONS, GUESTS, OTHERS = RoleId(1), RoleId(2), RoleId(3)


@pytest.mark.parametrize(
    ("weights", "roles", "turns"),
    [
        ({}, [PATRONS], 1.0),
        ({PATRONS: 4.0}, [], 0.25),
        ({PATRONS: 4.0}, [OTHERS], 0.25),
        ({PATRONS: 4.0, GUESTS: 2.0}, [GUESTS], 0.5),
        ({PATRONS: 4.0, GUESTS: 2.0}, [GUESTS, PATRONS], 1.0),
        ({PATRONS: 4.0, GUESTS: 0.5}, [GUESTS], 0.125),
        ({GUESTS: 0.5}, [GUESTS], 0.5),
        ({GUESTS: 0.5}, [], 1.0),
    ],
)
def test_the_heaviest_of_a_server_has_a_turn_as_anybody_elsewhere(
    weights: dict[RoleId, float], roles: list[RoleId], turns: float
) -> None:
    assert weight(Policy(weights=weights), roles) == turns
