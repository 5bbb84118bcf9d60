"""What the bot's owners read directly, by key."""

from collections.abc import Mapping
from typing import Final

NOTICES: Final[Mapping[str, str]] = {
    "notice.near.day": (
        "**80 % of today's budget are spent**: {spent} of {budget}, what is reserved included. It renews <t:{renews}:R>; "
        "at 100 % I accept no more jobs until then."
    ),
    "notice.near.month": (
        "**80 % of this month's budget are spent**: {spent} of {budget}, what is reserved included. It renews "
        "<t:{renews}:R>; at 100 % I accept no more jobs until then."
    ),
    "notice.spent.day": (
        "**Today's budget is spent**: {spent} of {budget}, what is reserved included. I accept no more jobs until it "
        "renews <t:{renews}:R>. To go on before that, raise `budget.daily_usd` and restart me."
    ),
    "notice.spent.month": (
        "**This month's budget is spent**: {spent} of {budget}, what is reserved included. I accept no more jobs until "
        "it renews <t:{renews}:R>. To go on before that, raise `budget.monthly_usd` and restart me."
    ),
}
