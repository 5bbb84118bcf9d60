"""Members' words made safe to show: no ping, no markup, no more than fits."""

import re
from typing import Final
from urllib.parse import quote

_SPACE: Final = re.compile(r"\s+")
# Emphasis, code and covers, then links, headings, lists, mentions and timestamps. The library escapes by what
# the whole means, and leaves alone a pair of bars that stands in the words of a link.
_MARKUP: Final = re.compile(r"([\\_*~`|\[\]()<>#\-:@])")
# What ends an address in a link, or a cover around it.
_UNSAFE: Final = re.compile(r"[\s()<>\[\]|\\`*\"]")


def plain(words: str, limit: int) -> str:
    """Return the words on one line, at most `limit` characters before escaping, as they were typed."""
    line = _SPACE.sub(" ", words).strip()
    short = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    return _MARKUP.sub(r"\\\1", short)


def alt_text(words: str) -> str:
    """Return the words as the description of a picture, which is never rendered; Discord takes 1,024."""
    return _SPACE.sub(" ", words).strip()[:1024]


def in_code(name: str) -> str:
    """Return a file's name for use between backticks."""
    return _SPACE.sub(" ", name.replace("`", "'"))[:80]


def covered(words: str) -> str:
    """Return words that were made safe behind a cover that a reader lifts."""
    # Escaped bars are kept apart by their backslashes; one at the end would meet the closing pair.
    return f"||{words}\u200b||" if words.endswith("|") else f"||{words}||"


def address(url: str) -> str:
    """Return an address as it can stand bare, in a link or behind a cover; it leads to the same place."""
    return _UNSAFE.sub(lambda found: quote(found[0]), url)
