"""What the ids of buttons, lists and forms stand for; they need no memory and are good for ever.

`zoetrope:<verb>:<job or draft>`, and in one case the message that is meant. Discord takes 100 characters.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.chat.cards import PREFIX, custom_id
from bot.core.ids import DraftId, JobId, MessageId, parse_job_id


class Verb(StrEnum):
    """What can be wanted of a job, or of what was typed about it."""

    CANCEL = "cancel"
    CROP = "crop"
    BARS = "bars"
    AGAIN = "again"
    CHANGE = "change"
    ANIMATE = "animate"
    EXTEND = "extend"
    DELETE = "delete"
    DELETE_SURE = "delete-sure"
    REPOST = "repost"
    FORM = "form"
    """Of a draft, as the next."""
    REOPEN = "reopen"
    SETTLE_BOUGHT = "settle-bought"
    SETTLE_FREE = "settle-free"


PICK: Final = f"{PREFIX}:pick"
"""The list of one's jobs, of which one is to be shown."""

LOOK: Final = f"{PREFIX}:look"
"""The list of a server's jobs, of which one is to be shown to somebody who runs the place."""

WORDS: Final = f"{PREFIX}:words"
"""The form with the words that are refused or told of."""

_VERBS: Final = {verb.value: verb for verb in Verb}


@dataclass(frozen=True, slots=True)
class Press:
    """What a button or a form of ours stands for."""

    verb: Verb
    job_id: JobId
    copy_id: MessageId | None = None
    """The copy of a result whose button was pressed, where it was not the result itself."""

    @property
    def draft_id(self) -> DraftId:
        """The same id, where it is a draft's."""
        return DraftId(self.job_id)


def form_id(draft_id: DraftId) -> str:
    """Return the id of a form that is filled in from a draft."""
    return f"{PREFIX}:{Verb.FORM}:{draft_id}"


def reopen_id(draft_id: DraftId) -> str:
    """Return the id of the button that opens such a form again."""
    return f"{PREFIX}:{Verb.REOPEN}:{draft_id}"


def sure_id(job_id: JobId, copy_id: MessageId | None) -> str:
    """Return the id of the button that deletes a result, and the copy of it where one was pressed."""
    sure = custom_id(Verb.DELETE_SURE, job_id)
    return sure if copy_id is None else f"{sure}:{copy_id}"


def is_ours(value: str) -> bool:
    """Tell whether an id is one that we gave, now or long ago."""
    return value.startswith(f"{PREFIX}:")


def parse(value: str) -> Press | None:
    """Return what an id stands for, None if we understand no such id."""
    match value.split(":"):
        case [prefix, verb, tail] if prefix == PREFIX and verb in _VERBS:
            job_id = parse_job_id(tail)
            return Press(_VERBS[verb], job_id) if job_id else None
        case [prefix, Verb.DELETE_SURE, tail, number] if prefix == PREFIX:
            job_id, copy_id = parse_job_id(tail), _message_id(number)
            return Press(Verb.DELETE_SURE, job_id, copy_id) if job_id and copy_id else None
        case _:
            return None


def _message_id(text: str) -> MessageId | None:
    # Discord's numbers have 64 bits: 20 digits.
    return MessageId(int(text)) if text.isascii() and text.isdecimal() and len(text) <= 20 else None
