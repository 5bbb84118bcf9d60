"""The English sentences about credits: what is used, what is left, what things cost."""

from collections.abc import Mapping
from typing import Final

from bot.core.errors import Problem

QUOTA: Final[Mapping[str, str]] = {
    "quota.title": "### Your quota in this server",
    "quota.title.direct": "### Your quota in direct messages",
    "quota.closed": "**Nothing can be ordered now.** {reason}",
    "quota.day": "Today: {used} of {allowance:credits} used{reserved}, **{left} left**. Renews <t:{renews}:R>.",
    "quota.month": "This month: {used} of {allowance:credits} used{reserved}, **{left} left**. Renews <t:{renews}:R>.",
    "quota.reserved": ", {reserved} reserved",
    "quota.bar": "`{bar}`",
    "quota.granted": "Granted beyond that: **{granted:credits}**.",
    "quota.active": "Under way: {active} of {allowance:jobs}.",
    "quota.legend": "-# █ used · ▒ reserved for jobs under way · ░ left",
    "quota.server.day": "This whole server has **{left} of {allowance}** credits left today. Renews <t:{renews}:R>.",
    "quota.server.month": "This whole server has **{left} of {allowance}** credits left this month. Renews <t:{renews}:R>.",
    "quota.bot.day": "I have **{left} of {allowance}** credits left today for everybody together. Renews <t:{renews}:R>.",
    "quota.bot.month": "I have **{left} of {allowance}** credits left this month for everybody together. Renews <t:{renews}:R>.",
    "quota.prices": "### What things cost, in credits",
    "quota.price": "`/{command}` {prices}",
    "quota.price.about": "`/{command}` {prices} ({about})",
    "quota.price.off": "`/{command}` is turned off here",
    "quota.price.fits": "{resolution} **{cost}** ✓",
    "quota.price.dear": "{resolution} **{cost}** ✗",
    "quota.price.bare": "{resolution} **{cost}**",
    "quota.price.longest": "{seconds} s at most here",
    "quota.signs": "-# ✓ can be ordered now · ✗ more than is left now",
    f"quota.{Problem.BUDGET_SPENT}": "-# Some ✗ are beyond what is left of the operator's budget. It renews <t:{renews}:R>.",
    f"quota.{Problem.PRICE_UNKNOWN}": (
        "-# Some ✗ have no known price at RunComfy, and the operator keeps to a budget. Try them later."
    ),
    "quota.signs.full": "-# ✓ can be ordered once a job of yours has ended · ✗ more than is left now",
}
