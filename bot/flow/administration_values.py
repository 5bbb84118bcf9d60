"""What may be typed into an act of those who run a place, checked again after Discord.

Raises MemberError(VALUE_INVALID); what is expected is written in figures and a word or two.
"""

from collections.abc import Sequence
from typing import Final, get_args

from bot.core.errors import MemberError, Problem
from bot.core.models import MODELS, EditResolution, VideoResolution, lengths
from bot.core.policy import RESOLUTIONS

MOST_CREDITS: Final = 100_000
"""In one figure or one grant: what nobody's purse holds, and no mistake by a zero too many exceeds."""
LONGEST_GRANT: Final = 366
"""Days."""
LONGEST_WHY: Final = 200
"""Letters: what fits beside everything else in a message."""
MOST_WORDS: Final = 200
LONGEST_WORD: Final = 100
LIGHTEST: Final = 0.1
HEAVIEST: Final = 100.0
MOST_LISTED: Final = 100
"""Channels or roles in a list."""

COMMANDS: Final = tuple(str(model.model_fields["command"].default) for model in MODELS)
_LENGTHS: Final = {str(model.model_fields["command"].default): lengths(model) for model in MODELS}
_PICTURES: Final = frozenset(get_args(EditResolution)) & frozenset(RESOLUTIONS)
_VIDEOS: Final = frozenset(get_args(VideoResolution))


def number(option: str, value: int, low: int, high: int) -> int:
    """Return a whole number that is within its bounds."""
    if not low <= value <= high:
        raise invalid(option, f"{low}-{high}")
    return value


def figure(option: str, value: int | None) -> int | None:
    """Return a figure of an allowance or a bound; None stays None."""
    return None if value is None else number(option, value, 0, MOST_CREDITS)


def weight(value: float) -> float:
    """Return how often a role's turn comes."""
    if not LIGHTEST <= value <= HEAVIEST:
        raise invalid("weight", f"{LIGHTEST:g}-{HEAVIEST:g}")
    return value


def why(text: str, *, required: bool = True) -> str:
    """Return a reason in one line."""
    line = " ".join(text.split())
    if len(line) > LONGEST_WHY or (required and not line):
        raise invalid("reason", f"{int(required)}-{LONGEST_WHY} characters")
    return line


def command(name: str) -> str:
    """Return the name of a command that makes something."""
    if name not in COMMANDS:
        raise invalid("command", ", ".join(COMMANDS))
    return name


def resolution(of_command: str, value: str | None) -> str | None:
    """Return the largest resolution of a command; None is no limit."""
    known = _PICTURES if of_command == "seedream-edit" else _VIDEOS
    if value is not None and value not in known:
        raise invalid("resolution", ", ".join(size for size in RESOLUTIONS if size in known))
    return value


def duration(of_command: str, value: int | None) -> int | None:
    """Return the longest video of a command in seconds; None: no limit. Too short a one would be off."""
    known = _LENGTHS[of_command]
    if value is None:
        return None
    if not known:
        raise invalid("duration", "nothing, as the command makes pictures")
    return number("duration", value, known[0], known[-1])


def words(option: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Return a list of words, each once; a line that has nothing but stars would stand for everything."""
    found = tuple(dict.fromkeys(line for line in (" ".join(line.split()) for line in lines) if line))
    if len(found) > MOST_WORDS:
        raise invalid(option, f"{MOST_WORDS} words at most")
    for word in found:
        if len(word) > LONGEST_WORD or not word.replace("*", "").strip():
            raise invalid(option, f"words of 1-{LONGEST_WORD} characters that are more than stars")
    return found


def invalid(option: str, expected: str) -> MemberError:
    """Return the error that names an option and what it takes."""
    return MemberError(Problem.VALUE_INVALID, option=option, expected=expected)
