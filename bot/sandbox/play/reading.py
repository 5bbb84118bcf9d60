"""A message as a member's client shows it, in a terminal's means.

Pure: a revision in, text out. Knows Discord's markup as far as a bot of ours could send it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from rich.text import Text

from bot.sandbox.discord import Revision
from bot.sandbox.discord.rules import CONTAINER, GALLERY, ROW, TEXT_DISPLAY
from bot.sandbox.discord.wire import Component, walk

Names = Mapping[int, str]

_INLINE: Final = re.compile(
    r"\\(?P<plain>[^\w\s])|\*\*(?P<bold>.+?)\*\*|\[(?P<link>[^\]]+)\]\([^)\s]+\)|`(?P<code>[^`]+)`"
    r"|<@(?P<who>\d+)>|<t:(?P<when>\d+):R>"
)
_BLOCKS: Final = {"### ": ("", "bold"), "> ": ("│ ", "italic"), "-# ": ("", "dim")}
_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))  # seconds each


def message(revision: Revision, names: Names, now: datetime) -> list[Text]:
    """Return everything a member sees, a line each."""
    lines = [_line(line, names, now) for line in revision.content.splitlines()]
    for part in walk(revision.components):
        if part.type == TEXT_DISPLAY:
            lines += [_line(line, names, now) for line in (part.content or "").splitlines()]
        elif part.type == GALLERY:
            lines += _files(revision)
        elif part.type == ROW:
            lines.append(_buttons(part))
    return lines


def status(revision: Revision, names: Names, now: datetime) -> str:
    """Return what the last text says, without the small print: on a card, where the job stands."""
    texts = [part.content for part in walk(revision.components) if part.type == TEXT_DISPLAY and part.content]
    lines = (texts[-1] if texts else revision.content).splitlines()
    return " ".join(_line(line, names, now).plain for line in lines if not line.startswith("-# "))


def headline(revision: Revision, names: Names, now: datetime) -> str:
    """Return the first line, as a notification shows it."""
    first = next(iter(revision.text.splitlines()), "")
    return _line(first, names, now).plain


def colour(revision: Revision) -> str:
    """Return the colour of the card's edge, as a terminal's style."""
    for part in walk(revision.components):
        value = part.raw().get("accent_color") if part.type == CONTAINER else None
        if isinstance(value, int):
            return f"#{value:06x}"
    return "none"


def _files(revision: Revision) -> list[Text]:
    lines: list[Text] = []
    for file in revision.attachments:
        sides = f", {file.width} x {file.height}" if file.width else ""
        lines.append(Text(f"▣ {file.filename} ({file.size / 1000:.0f} kB{sides})", "cyan"))
    return lines


def _buttons(row: Component) -> Text:
    found = (
        Text(f" {part.label} ", "reverse dim" if part.disabled else "reverse") for part in row.components
    )
    return Text(" ").join(found)


def _line(line: str, names: Names, now: datetime) -> Text:
    mark = next((mark for mark in _BLOCKS if line.startswith(mark)), "")
    lead, style = _BLOCKS.get(mark, ("", ""))
    text, end = Text(lead, style), len(mark)
    for found in _INLINE.finditer(line, end):
        text.append(line[end : found.start()])
        text.append_text(_inline(found, names, now))
        end = found.end()
    return text.append(line[end:])


def _inline(found: re.Match[str], names: Names, now: datetime) -> Text:
    kind = found.lastgroup or ""
    value = found[kind]
    match kind:
        case "bold":
            return Text(value, "bold")
        case "link":
            return Text(value, "underline")
        case "code":
            return Text(value, "cyan")
        case "who":
            return Text(f"@{names.get(int(value), value)}", "bold cyan")
        case "when":
            return Text(_relative(int(value) - now.timestamp()))
        case _:
            return Text(value)


def _relative(seconds: float) -> str:
    away = abs(round(seconds))
    unit, size = next(((unit, size) for unit, size in _UNITS if away >= size), ("second", 1))
    count = round(away / size)
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return "now" if away == 0 else f"in {words}" if seconds > 0 else f"{words} ago"
