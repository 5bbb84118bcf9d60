"""What Discord refuses in anything that offers options: selects, radio buttons, checkbox groups.

Pure: a component in, sentences out. Numbers are from Discord's component reference.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.sandbox.discord.wire import Component

STRING_SELECT, FILE_UPLOAD, RADIO, CHECKBOXES = 3, 19, 21, 22
# How many options there may be; the largest number of values is the same, but 10 for files.
OPTIONS: Final = {STRING_SELECT: (1, 25), RADIO: (2, 10), CHECKBOXES: (1, 10)}


@dataclass(frozen=True)
class Bounds:
    """How many values a member has to choose at least, and may choose at most."""

    low: int
    high: int


def bounds(part: Component) -> Bounds:
    """Return how many values a component takes; whether it may stay empty is `required`'s to say."""
    if part.type == RADIO:
        return Bounds(1, 1)
    # All have one at most by default but checkboxes, which have all.
    most = len(part.options) if part.type == CHECKBOXES else 1
    low = 1 if part.min_values is None else part.min_values
    return Bounds(low, most if part.max_values is None else part.max_values)


def choice_faults(part: Component) -> Iterator[str]:
    """Yield what is wrong with the options of a component and with how many may be chosen."""
    where = repr(part.custom_id)
    if part.type in OPTIONS:
        yield from _option_faults(part, where)
    took, largest = bounds(part), OPTIONS.get(part.type, (0, 25 if part.type != FILE_UPLOAD else 10))[1]
    if not (0 <= took.low <= largest and 1 <= took.high <= largest and took.low <= took.high):
        yield f"{where}: from {took.low} to {took.high} values cannot be asked for"
    if part.type in OPTIONS and took.high > len(part.options):
        yield f"{where}: {took.high} values of {len(part.options)} options"


def _option_faults(part: Component, where: str) -> Iterator[str]:
    least, most = OPTIONS[part.type]
    if not least <= len(part.options) <= most:
        yield f"{where}: {len(part.options)} options, {least} to {most} are allowed"
    for value, count in Counter(option.value for option in part.options).items():
        if count > 1:
            yield f"{where}: value {value!r} is offered {count} times"
    for option in part.options:
        if not (1 <= len(option.label) <= 100 and 1 <= len(option.value) <= 100):
            yield f"{where}: label and value of an option have 1 to 100 letters"
        if len(option.description or "") > 100:
            yield f"{where}: the description of an option has at most 100 letters"
    chosen = sum(option.default is True for option in part.options)
    if chosen > bounds(part).high:
        yield f"{where}: {chosen} defaults, at most {bounds(part).high} may be chosen"
