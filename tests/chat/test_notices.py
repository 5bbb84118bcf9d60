"""What the owners read of a budget: which one, how much of it, and until when."""

from typing import Literal

import pytest

from bot.chat.notices import words
from bot.core.treasury import Notice, Span
from tests.builders import NOON


@pytest.mark.parametrize(
    ("span", "share", "begin"),
    [
        (Span.DAY, 80, "**80 % of today's budget are spent**"),
        (Span.MONTH, 80, "**80 % of this month's budget are spent**"),
        (Span.DAY, 100, "**Today's budget is spent**"),
        (Span.MONTH, 100, "**This month's budget is spent**"),
    ],
)
def test_an_owner_reads_which_budget_how_much_and_when_it_renews(
    span: Span, share: Literal[80, 100], begin: str
) -> None:
    text = words(Notice(span, "2025-06", share, 1_234_567_890, 1_500_000_000, NOON))
    assert text.startswith(f"{begin}: $1,234.57 of $1,500.00, ")
    assert f"<t:{int(NOON.timestamp())}:R>" in text
    assert ("raise `budget." in text) is (share == 100)
