"""Whether the log channels tell of every end once, where and only where a server has one, and no secrets."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.sandbox.discord import Message
from proof.judging.evidence import Evidence, Finding
from proof.judging.ledgers import Row, entry_of, is_open, posts, reading

_DECIDED: Final = """
    SELECT at, guild_id, details FROM deeds
    WHERE act = 'set policy' AND json_extract(details, '$.change') = 'log' ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """A server has chosen a channel for its log, or, for None, none; the time is as of rows."""

    at: int
    guild_id: int
    channel_id: int | None


def choices(database: Path) -> list[Choice]:
    """Return what was ever chosen, in order; none where there is no record of acts yet."""
    with closing(reading(database)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'deeds'").fetchone():
            return []
        return [_choice(row) for row in connection.execute(_DECIDED)]


def _choice(row: sqlite3.Row) -> Choice:
    return Choice(row["at"], row["guild_id"], json.loads(row["details"])["channel"])


def logged(evidence: Evidence, rows: Sequence[Row]) -> Iterator[Finding]:
    """Judge the log of every job that is over and told."""
    chosen = choices(evidence.stage.bot.database)
    found = [message for message in posts(evidence.stage.discord) if message.nonce is not None]
    for row in rows:
        entries = [message for message in found if entry_of(message) == row.id]
        yield from _is_in_order(row, entries, chosen)
        last = [message for message in entries if message.nonce == _nonce(row)]
        if len(entries) - len(last) > 1 or len(last) > 1:
            yield Finding("I2", f"job {row.id}: its log is told in {[message.id for message in entries]}")
        if row.is_over and not last and _has_log(evidence, row, chosen):
            yield Finding("log", f"job {row.id} is {row.state}, and the log does not tell of it")


def _is_in_order(row: Row, entries: Sequence[Message], chosen: Sequence[Choice]) -> Iterator[Finding]:
    places = {choice.channel_id for choice in chosen if choice.guild_id == row.guild_id}
    for message in entries:
        if message.channel.id not in places:
            yield Finding("log", f"job {row.id}: message {message.id} is in no log of its server")
        if message.mentions or message.pings.everyone:
            yield Finding("ping", f"job {row.id}: message {message.id} of the log pings somebody")
        if row.prompt in message.text.replace(f"||{row.prompt}||", ""):
            yield Finding("I8", f"job {row.id}: its prompt stands in the log, in message {message.id}")


def _nonce(row: Row) -> str:
    """Return how the entry of a job's present end is known; what was told of a doubt before is history."""
    return f"{row.id}:{'lu' if row.state == 'unknown' else 'l'}"


def _has_log(evidence: Evidence, row: Row, chosen: Sequence[Choice]) -> bool:
    """Tell whether one channel, which took messages, was the log for as long as there was the job."""
    own = [choice for choice in chosen if choice.guild_id == row.guild_id]
    before = [choice for choice in own if choice.at <= row.accepted_at]
    if not before or before[-1] != own[-1] or before[-1].channel_id is None:
        return False
    channel = evidence.stage.discord.channels.get(before[-1].channel_id)
    return channel is not None and is_open(channel) and channel.id not in evidence.closed
