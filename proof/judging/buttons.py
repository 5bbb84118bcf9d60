"""Presses every button that is visible at the end, and asks for every quota: the last thing done in a run.

Starts new jobs and opens forms; what comes of those is nobody's concern any more.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.sandbox.discord import ClientRefusal, Discord, Interaction, Member, Message
from bot.sandbox.stage import Stage
from proof.judging.evidence import Caps, Finding
from proof.judging.ledgers import Row, is_open, rows

WITHIN: Final = 20.0
"""Seconds for all presses together, as a machine may be busy; Discord's three are the stand-in's to judge."""
LAST: Final = "delete-sure"
"""The one press after which other buttons are rightly gone."""
DEAD: Final = (
    "This button is no longer in use.",
    "I no longer know this job",
    "This job has no result any more.",
    "Something went wrong on my side.",
)
"""What the answer to a button that is still shown must not say: buttons have no age."""
_MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True, repr=False)
class Sight:
    """A button that somebody can press."""

    member: Member
    message: Message
    custom_id: str
    label: str

    def __str__(self) -> str:
        return f"{self.label!r} ({self.custom_id}) of {self.member.name} under message {self.message.id}"


async def press_all(stage: Stage, within: float = WITHIN) -> list[Finding]:
    """Press every button as its owner, and say which is dead."""
    found = list(in_sight(stage.discord, rows(stage.bot.database)))
    first = [sight for sight in found if LAST not in sight.custom_id]
    last = [sight for sight in found if LAST in sight.custom_id]
    return [finding for group in (first, last) for finding in await press(group, within)]


def in_sight(discord: Discord, jobs: Sequence[Row]) -> Iterator[Sight]:
    """Go through the buttons that are shown and can be pressed, each with its owner."""
    owners = {row.id: row.owner_id for row in jobs}
    deleted = {row.id for row in jobs if row.deleted_at is not None}
    for channel in discord.channels.values():
        if not is_open(channel):
            continue
        for message in channel.history:
            if message.deleted or message.author_id != discord.bot_id:
                continue
            for button in message.buttons:
                if button.custom_id is None or button.disabled:
                    continue
                job_id = button.custom_id.rpartition(":")[2]
                if message.interaction is not None and job_id in deleted:
                    # What one member alone was shown before stays as it was, and so does a copy of it.
                    continue
                member = _owner(discord, message, owners.get(job_id))
                if member is not None:
                    yield Sight(member, message, button.custom_id, button.label)


async def ask_quotas(stage: Stage, caps: Caps, within: float = WITHIN) -> list[Finding]:
    """Have every member with a job ask for the quota, and compare with the sums over the rows."""
    jobs = rows(stage.bot.database)
    members = [stage.discord.members[number] for number in {row.owner_id for row in jobs}]
    asked = [
        await member.command(stage.channel if is_open(stage.channel) else member.dm, "quota")
        for member in members
        if _is_here(member)
    ]
    answers = await asyncio.gather(*(_answer(one, within) for one in asked))
    # Once more, since a job may have ended in between; sums that were true at either time will do.
    later = rows(stage.bot.database)
    return [
        finding
        for one, words in zip(asked, answers, strict=True)
        for finding in _compare(one, words, (jobs, later), caps)
    ]


async def press(sights: Sequence[Sight], within: float) -> list[Finding]:
    """Press these buttons at once, and say which is dead."""
    pressed: list[tuple[Sight, Interaction]] = []
    for sight in sights:
        try:
            pressed.append((sight, await sight.member.press(sight.message, sight.custom_id)))
        except ClientRefusal:
            # It went away while others were pressed, or its member may no longer be here.
            continue
    answers = await asyncio.gather(*(_answer(interaction, within) for _, interaction in pressed))
    return [
        Finding("button", f"{sight} is dead: {words or 'no answer'}")
        for (sight, _), words in zip(pressed, answers, strict=True)
        if words is None or any(dead in words for dead in DEAD)
    ]


async def _answer(interaction: Interaction, within: float) -> str | None:
    """Return the words of the first answer, none of a form; None where there is no answer."""
    try:
        await interaction.answered(within)
    except TimeoutError:
        return None
    return "" if interaction.message is None else interaction.message.text


def _owner(discord: Discord, message: Message, owner_id: int | None) -> Member | None:
    if message.ephemeral:
        return message.interaction.member if message.interaction else None
    # Nobody owns the button of a job that is not in the table any more: whoever was told of it sees it.
    told = {message.interaction.member.id} if message.interaction else message.mentions
    wanted = {owner_id} if owner_id is not None else told
    return next((one for one in discord.members.values() if one.id in wanted and _is_here(one)), None)


def _is_here(member: Member) -> bool:
    return member.guild is None or member in member.guild.members


_USED: Final = re.compile(
    r"^(Today|This month): (\d+) of (\d+) credits used(?:, (\d+) reserved)?,.*<t:(\d+):R>", re.MULTILINE
)
_ACTIVE: Final = re.compile(r"^Under way: (\d+) of (\d+) jobs?", re.MULTILINE)


def _compare(
    asked: Interaction, words: str | None, tables: Sequence[Sequence[Row]], caps: Caps
) -> Iterator[Finding]:
    member, guild = asked.member, asked.channel.guild
    said = _USED.findall(words or "")
    active = _ACTIVE.search(words or "")
    if len(said) != 2 or active is None:
        yield Finding("answer", f"/quota told {member.name}: {words!r}")
        return
    own = [[row for row in table if row.owner_id == member.id] for table in tables]
    # Credits are counted by place, jobs under way everywhere.
    place = None if guild is None else guild.id
    here = [[row for row in table if row.guild_id == place] for table in own]
    for (window, used, cap, reserved, renews), wanted in zip(said, (caps.daily, caps.monthly), strict=True):
        sums = [_sum(table, window, int(renews)) for table in here]
        counts = int(used) + int(reserved or 0)
        if counts not in sums or int(cap) != wanted:
            yield Finding(
                "I3", f"/quota says {counts} of {cap} for {window} of {member.name}, the rows {sums}"
            )
    under_way = [sum(row.hold == "reserved" for row in table) for table in own]
    if int(active[1]) not in under_way or int(active[2]) != caps.active:
        yield Finding("I3", f"/quota says {active[0]} for {member.name}, the rows {under_way}")


def _sum(table: Sequence[Row], window: str, renews: int) -> int:
    """Add up what counts in the day or the month that ends at `renews`, in seconds since 1970."""
    until = renews * _MICROSECONDS
    since = until - 86_400 * _MICROSECONDS if window == "Today" else _month_before(renews)
    return sum(row.cost for row in table if row.hold != "returned" and since <= row.accepted_at < until)


def _month_before(renews: int) -> int:
    last = datetime.fromtimestamp(renews - 1, UTC)
    return int(last.replace(day=1, hour=0, minute=0, second=0).timestamp()) * _MICROSECONDS
