"""Makes a line that may be shown and stored out of what RunComfy says about a failure.

It may echo inputs, addresses or keys, so whatever looks like one is taken out.
"""

import re
from typing import Final

from pydantic import JsonValue

from bot.runcomfy.answers import Content

LIMIT: Final = 200
"""Characters."""
_READ: Final = 4000

_ADDRESS: Final = re.compile(r"\b(?:[a-z][a-z0-9+.-]{1,15}://|data:|www\.)\S+", re.IGNORECASE)
_CREDENTIAL: Final = re.compile(
    r"\bbearer\s+\S+|\b(?:api[_-]?key|token|secret|password)\b\W{1,3}\S*\d\S*", re.IGNORECASE
)
# No word of a sentence is that long; keys, ids and encoded pictures are.
_LONG_RUN: Final = re.compile(r"[\w+/=.~-]{24,}")


def detail(content: Content) -> str:
    """Return why the job failed, in one safe line; empty if RunComfy does not say."""
    places = (
        content.error,
        content.failure_reason,
        content.error_message,
        content.detail,
        content.message,
    )
    return next((line for place in places if (line := one_line(_text(place)))), "")


def _text(value: JsonValue) -> str:
    match value:
        case str():
            return value
        case {"message": str(text)} | {"detail": str(text)} | {"msg": str(text)} | {"error": str(text)}:
            return text
        case [first, *_]:
            return first if isinstance(first, str) else _text(first) if isinstance(first, dict) else ""
        case _:
            return ""


def one_line(text: str) -> str:
    """Return the text without line breaks, control characters, addresses and keys, cut to the limit."""
    line = "".join(char if char.isprintable() else " " for char in text[:_READ])
    for pattern in (_ADDRESS, _CREDENTIAL, _LONG_RUN):
        line = pattern.sub(" ", line)
    line = " ".join(line.split())
    return line if len(line) <= LIMIT else line[: LIMIT - 1].rstrip() + "…"
