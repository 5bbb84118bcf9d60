"""Forms half filled in: the statements about them, and a draft as a row and back.

What was typed is as private as a prompt: it must never go into an error or a log. Each new draft takes away
those that are a week older.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from pydantic import TypeAdapter

from bot.core.descent import Descent
from bot.core.draft import Draft, Form, Typed
from bot.core.ids import DraftId, UserId
from bot.core.source import PictureSource
from bot.store import rows
from bot.store.connection import Connection, Row

log = logging.getLogger(__name__)

# Longer than anybody leaves a form open; the addresses in it are dead after a day anyway.
KEPT_FOR: Final = timedelta(days=7)

_KEEP: Final = """
    INSERT INTO drafts (id, owner_id, made_at, content) VALUES (:id, :owner_id, :made_at, :content)
    ON CONFLICT (id) DO UPDATE SET
        owner_id = excluded.owner_id, made_at = excluded.made_at, content = excluded.content
"""

_FORGET: Final = "DELETE FROM drafts WHERE made_at < ?"

# Of one member; every use of a message's menu makes one.
MOST: Final = 20

# The one just written stays, also where the clock was set back and the others seem to be later.
_CROWD_OUT: Final = """
    DELETE FROM drafts WHERE owner_id = :owner_id AND id NOT IN (
        SELECT id FROM drafts WHERE owner_id = :owner_id
        ORDER BY id = :id DESC, made_at DESC, rowid DESC LIMIT :most
    )
"""


@dataclass(frozen=True, slots=True)
class _Content:
    """What no statement asks for."""

    form: Form
    descent: Descent | None
    sources: tuple[PictureSource, ...]
    typed: Typed = field(repr=False)


_CONTENT: Final = TypeAdapter(_Content)


def keep(connection: Connection, draft: Draft) -> None:
    """Write a draft, over an older one of the same id; forget those a week older, and its owner's surplus."""
    content = _Content(draft.form, draft.descent, draft.sources, draft.typed)
    values = {
        "id": draft.id,
        "owner_id": draft.owner_id,
        "made_at": rows.microseconds(draft.made_at),
        # What could not be read again must not be promised to be kept.
        "content": rows.readable(_CONTENT, _CONTENT.dump_json(content, warnings=False)),
    }
    connection.execute(_KEEP, values)
    connection.execute(_FORGET, (rows.microseconds(draft.made_at - KEPT_FOR),))
    connection.execute(_CROWD_OUT, {"id": draft.id, "owner_id": draft.owner_id, "most": MOST})


def get(connection: Connection, draft_id: DraftId) -> Draft | None:
    """Return a draft, if it is still kept, and in a form that this version can read."""
    row = connection.execute("SELECT * FROM drafts WHERE id = ?", (draft_id,)).fetchone()
    try:
        return None if row is None else _draft_from(row)
    except (ValueError, OverflowError) as error:
        # Not its words: they hold what was typed.
        log.warning("a draft cannot be read: %s", type(error).__name__, extra={"action": "read"})
        return None


def _draft_from(row: Row) -> Draft:
    content = _CONTENT.validate_json(row["content"])
    return Draft(
        id=DraftId(row["id"]),
        owner_id=UserId(row["owner_id"]),
        made_at=rows.time_of(row["made_at"]),
        form=content.form,
        descent=content.descent,
        sources=content.sources,
        typed=content.typed,
    )
