"""What Discord's OpenAPI file cannot say about a list of commands.

Pure: the commands in, sentences about what is wrong with them out. Numbers are from Discord's page
"Application commands".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.sandbox.discord.wire import Command, Option

CHAT_INPUT, MESSAGE_MENU = 1, 3
SUBCOMMANDS = frozenset({1, 2})
MOST = {1: 100, 2: 15, 3: 15}
NAME = re.compile(r"[-_'\w]{1,32}")


def command_faults(commands: Sequence[Command]) -> Iterator[str]:
    """Yield what Discord refuses in this list."""
    for kind, count in Counter(command.type for command in commands).items():
        if count > MOST.get(kind, 1):
            yield f"{count} commands of type {kind}"
    for (_, name), count in Counter((command.type, command.name) for command in commands).items():
        if count > 1:
            yield f"command {name!r} is there {count} times"
    for command in commands:
        yield from _one(command)


def _one(command: Command) -> Iterator[str]:
    if command.type != CHAT_INPUT:
        if command.description or command.options:
            yield f"menu {command.name!r} has a description or options"
        return
    if not command.description:
        yield f"/{command.name} has no description"
    if _length(command) > 8000:
        yield f"/{command.name} has more than 8000 characters"
    yield from _named(command.name)
    yield from _options(command.name, command.options or ())


def _named(name: str) -> Iterator[str]:
    if not NAME.fullmatch(name) or name != name.lower():
        yield f"{name!r} is not a lower-case name of 1 to 32 letters"


def _options(where: str, options: Sequence[Option]) -> Iterator[str]:
    if len(options) > 25:
        yield f"{where}: more than 25 options"
    if len({option.name for option in options}) < len(options):
        yield f"{where}: two options share a name"
    required = [option.required for option in options if option.type not in SUBCOMMANDS]
    if required != sorted(required, reverse=True):
        yield f"{where}: required options come first"
    for option in options:
        yield from _named(option.name)
        if option.autocomplete and option.choices:
            yield f"{where} {option.name}: autocomplete and choices exclude each other"
        if len(option.choices or ()) > 25:
            yield f"{where} {option.name}: more than 25 choices"
        yield from _options(f"{where} {option.name}", option.options or ())


def _length(part: Command | Option) -> int:
    choices = part.choices or () if isinstance(part, Option) else ()
    own = len(part.name) + len(part.description)
    own += sum(len(choice.name) + len(str(choice.value)) for choice in choices)
    return own + sum(_length(option) for option in part.options or ())
