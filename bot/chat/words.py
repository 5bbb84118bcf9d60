"""Members' words made safe to show: no ping, no markup, no more than fits."""

import re
from typing import Final

import discord

_SPACE: Final = re.compile(r"\s+")
# The library escapes emphasis; links, headings, lists and timestamps are marked by these as well.
_MARKUP: Final = re.compile(r"([\[\]()<>#\-:@])")


def plain(words: str, limit: int) -> str:
    """Return the words on one line, at most `limit` characters before escaping, as they were typed."""
    line = _SPACE.sub(" ", words).strip()
    short = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    return _MARKUP.sub(r"\\\1", discord.utils.escape_markdown(short))


def alt_text(words: str) -> str:
    """Return the words as the description of a picture, which is never rendered; Discord takes 1,024."""
    return _SPACE.sub(" ", words).strip()[:1024]


def in_code(name: str) -> str:
    """Return a file's name for use between backticks."""
    return _SPACE.sub(" ", name.replace("`", "'"))[:80]
