"""The three ledgers, read from outside: our rows by plain SQLite, RunComfy's and Discord's at the stand-ins.

Reads only, and says nothing of what it reads. A file that cannot be read raises sqlite3.Error.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from bot.sandbox.discord import Channel, Discord, Interaction, Message
from bot.sandbox.runcomfy import RemoteJob, Submit
from proof.judging.law import ENDED, MODELS

_ENTRY: Final = re.compile(r"(\w+):lu?")
"""The nonce of what a log channel has about a job; other messages about it end otherwise."""
_ROWS: Final = "SELECT * FROM jobs ORDER BY accepted_at, rowid"


@dataclass(frozen=True, slots=True)
class Row:
    """A job as our database has it; times in microseconds since 1970."""

    id: str
    interaction_id: int
    owner_id: int
    guild_id: int | None
    channel_id: int
    command: str
    prompt: str = field(repr=False)
    cost: int
    accepted_at: int
    state: str
    hold: str
    version: int
    wish: str
    card_id: int | None
    claimed_at: int | None
    request_id: str | None
    way: str
    result_id: int | None
    problem: str | None
    told_at: int | None
    deleted_at: int | None
    is_joined: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do, the telling included."""
        return self.state in ENDED and self.told_at is not None

    @property
    def is_in_doubt(self) -> bool:
        """Whether we may have paid and have no name for it, or had not when the operator closed it."""
        return self.state == "unknown" or (self.claimed_at is not None and self.problem == "settled")

    @property
    def order(self) -> tuple[str, str]:
        """What RunComfy was or would be asked for, as far as it tells one job from another."""
        return MODELS.get(self.command, self.command), self.prompt


def rows(database: Path) -> list[Row]:
    """Return all jobs, oldest first; none where there is no file or no table yet."""
    if not database.exists():
        return []
    with closing(reading(database)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'jobs'").fetchone():
            return []
        return [_row(row) for row in connection.execute(_ROWS)]


def integrity(database: Path) -> list[str]:
    """Return what SQLite finds wrong with the file, foreign keys included."""
    if not database.exists():
        return []
    with closing(reading(database)) as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        loose = [str(tuple(row)) for row in connection.execute("PRAGMA foreign_key_check")]
    return [line for line in said if line != "ok"] + [f"a foreign key leads nowhere: {one}" for one in loose]


def reading(database: Path) -> sqlite3.Connection:
    """Open our database to look at it."""
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    connection.row_factory = sqlite3.Row
    return connection


def _row(row: sqlite3.Row) -> Row:
    request = cast("dict[str, object]", json.loads(row["request"]))
    reason = cast("dict[str, object]", json.loads(row["reason"] or "{}"))
    descent = cast("dict[str, object]", json.loads(row["descent"] or "{}"))
    problem = reason.get("problem")
    return Row(
        id=row["id"],
        interaction_id=row["interaction_id"],
        owner_id=row["owner_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        command=str(request.get("command")),
        prompt=str(request.get("prompt")),
        cost=row["cost"],
        accepted_at=row["accepted_at"],
        state=row["state"],
        hold=row["hold"],
        version=row["version"],
        wish=row["wish"],
        card_id=row["card_id"],
        claimed_at=row["claimed_at"],
        request_id=row["request_id"],
        way=row["way"],
        result_id=row["result_id"],
        problem=None if problem is None else str(problem),
        told_at=row["told_at"],
        deleted_at=row["deleted_at"],
        is_joined=descent.get("how") == "join",
    )


# --- Discord ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What the channels and direct messages have about one job, deleted messages included."""

    card: Message | None
    results: Sequence[Message]
    """Messages of their own that bring the result or links to it; copies that were asked for do not count."""
    endings: Sequence[Message]
    """Messages of their own that say why there is none."""
    notes: Sequence[Message]
    """What its owner alone was told by the interaction's token after the first answer."""


def told(discord: Discord, row: Row) -> Told:
    """Return what members have been told about a job."""
    asked = interactions(discord).get(row.interaction_id)
    own = [message for message in posts(discord) if entry_of(message) is None and _is_about(message, row)]
    return Told(
        card=asked.message if asked else None,
        results=[message for message in own if _has_result(message, row)],
        endings=[message for message in own if not _has_result(message, row)],
        notes=[note for note in asked.followups if note.ephemeral] if asked else [],
    )


def interactions(discord: Discord) -> dict[int, Interaction]:
    """Return every interaction by its id."""
    return {one.id: one for one in discord.interactions.values()}


def posts(discord: Discord) -> Iterator[Message]:
    """Go through all messages that the bot has posted by itself, in every channel that ever was."""
    for channel in discord.channels.values():
        for message in channel.history:
            if message.author_id == discord.bot_id and message.interaction is None:
                yield message


def entry_of(message: Message) -> str | None:
    """Return the job that an entry of a log tells of, None for any other message."""
    found = _ENTRY.fullmatch(message.nonce or "")
    return None if found is None else found[1]


def is_open(channel: Channel) -> bool:
    """Tell whether the channel is there, with the bot in it."""
    return not channel.gone and (channel.guild is None or channel.guild.bot_is_in)


def _is_about(message: Message, row: Row) -> bool:
    if message.nonce is not None:
        # A result names the job that it came from too, in its words.
        return message.nonce.startswith(row.id)
    return row.id in message.text or _has_result(message, row)


def _has_result(message: Message, row: Row) -> bool:
    named = any(row.id in file.filename for file in message.now.files)
    return named or any(row.id in (button.custom_id or "") for button in message.buttons)


# --- RunComfy --------------------------------------------------------------------------------------------


def order_of(record: RemoteJob | Submit) -> tuple[str, str]:
    """Return what was asked for, as `Row.order` does."""
    return record.model_id, str(record.body.get("prompt") or record.body.get("text") or "")


def may_have_bought(submit: Submit) -> bool:
    """Tell whether whoever sent this has to fear that it was sold: all but a clear refusal."""
    if submit.request_id is not None:
        return True
    return submit.status is None or not 400 <= submit.status < 500
