"""Finds the addresses of a result.

Looks at four known places only: elsewhere are the API's own links and the member's inputs. Which hosts may
be fetched from is decided by whoever fetches.
"""

import re
from typing import Final

from pydantic import JsonValue

from bot.core.events import Output
from bot.core.models import Kind

_PLACES: Final = {Kind.VIDEO: ("video", "videos"), Kind.IMAGE: ("images", "image")}
"""In the order in which the vendor's own client looks."""

_URL: Final = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f]+[^\s\x00-\x1f\x7f]*", re.IGNORECASE)
_LONGEST_URL: Final = 4096
# One Discord message takes ten files.
_MOST: Final = 10


def outputs(output: JsonValue, wanted: Kind) -> tuple[Output, ...]:
    """Return what was made, all of one kind: the wanted one where there is any of it."""
    if not isinstance(output, dict):
        return ()
    other = Kind.IMAGE if wanted is Kind.VIDEO else Kind.VIDEO
    for kind in (wanted, other):
        # Where one place tells of the first result only and the other of all, all of them are ours.
        urls = max((_urls(output.get(place)) for place in _PLACES[kind]), key=len)
        if urls:
            return tuple(Output(url, kind) for url in urls[:_MOST])
    return ()


def _urls(value: JsonValue) -> list[str]:
    """Return the usable addresses: a text, an object that has a `url`, or a list of such; each one once."""
    items = value if isinstance(value, list) else [value]
    texts = [item.get("url") if isinstance(item, dict) else item for item in items]
    return list(dict.fromkeys(text for text in texts if isinstance(text, str) and _is_usable(text)))


def _is_usable(url: str) -> bool:
    return len(url) <= _LONGEST_URL and _URL.fullmatch(url) is not None
