"""Who is really pinged by a message.

Pure: the text, what the bot allowed, and who is there to be pinged, in; ids out.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.sandbox.discord.wire import AllowedMentions

USER = re.compile(r"<@!?(\d+)>")
# What a message without `allowed_mentions` allows: everything (Discord's page "Allowed mentions object").
EVERYTHING = AllowedMentions(parse=("users", "roles", "everyone"), replied_user=True)


@dataclass(frozen=True)
class Pings:
    """The people who get a notification."""

    users: frozenset[int] = frozenset()
    everyone: bool = False


def pings(
    text: str,
    allowed: AllowedMentions | None,
    *,
    present: AbstractSet[int],
    replied_to: int | None,
    may_ping_everyone: bool,
) -> Pings:
    """Return who is pinged: named in the text and allowed, or the author replied to."""
    rule = allowed or EVERYTHING
    named = {int(number) for number in USER.findall(text)}
    users = named if "users" in rule.parse else named & set(rule.users)
    if rule.replied_user and replied_to is not None:
        users = users | {replied_to}
    everyone = ("@everyone" in text or "@here" in text) and "everyone" in rule.parse
    return Pings(frozenset(users & present), everyone and may_ping_everyone)
