"""The names of things that live elsewhere, told apart by type so that they cannot be mixed up."""

import re
import secrets
from typing import NewType

JobId = NewType("JobId", str)
DraftId = NewType("DraftId", str)
InteractionId = NewType("InteractionId", int)
UserId = NewType("UserId", int)
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
RequestId = NewType("RequestId", str)
WorkerId = NewType("WorkerId", str)
RoleId = NewType("RoleId", int)
GrantId = NewType("GrantId", int)

# No vowels and no look-alikes: an id can be read aloud and spells no word.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
# 27 ** 11 is about 2 ** 52: with a million jobs a collision has odds of one in ten thousand, and the
# primary key refuses it. Short enough for a nonce of 25 characters with a prefix.
_LENGTH = 11
_JOB_ID = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}")


def new_job_id() -> JobId:
    """Draw a fresh job id."""
    # One draw, because each asks the kernel.
    number = secrets.randbelow(len(_ALPHABET) ** _LENGTH)
    letters = list[str]()
    for _ in range(_LENGTH):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return JobId("".join(letters))


def new_draft_id() -> DraftId:
    """Draw a fresh draft id; it looks like a job's."""
    return DraftId(new_job_id())


def parse_job_id(text: str) -> JobId | None:
    """Return text as a job id, or None if it cannot be one."""
    return JobId(text) if _JOB_ID.fullmatch(text) else None
