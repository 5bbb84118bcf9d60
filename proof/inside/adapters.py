"""The ports and who implements them, found by looking: nobody lists a new method by hand.

Imports the bot's parts, runs none of them.
"""

import inspect
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Final

import bot.__main__  # noqa: F401  # pyright: ignore[reportUnusedImport] (it loads whatever `run` needs)
from bot.core import media, office, ports

SILENT: Final[Mapping[str, str]] = {
    "Clock": "time comes in, nothing goes out",
    "Engine": "a timer in memory; what it calls goes out by the other ports",
    "Transaction": "a part of the store's own methods",
}
"""Protocols that are no way out, each with the reason."""

WAYS_OUT: Final = ("bot.opening", "bot.chat", "bot.store.database", "bot.store.migrate")
"""Where functions speak to the outside without a port around them."""

TRANSPARENT: Final = ("bot.chat.calls", "bot.__main__")
"""What only runs or repeats the calls of others, so that it is never the one who speaks."""


def loaded() -> list[ModuleType]:
    """Return the modules of the bot that `run` loads, in a fixed order."""
    names = sorted(name for name in sys.modules if name.split(".")[0] == "bot")
    return [sys.modules[name] for name in names if not name.startswith("bot.sandbox")]


def ports_out() -> dict[str, type]:
    """Return the protocols through which something may leave the process, by their short names."""
    found: dict[str, type] = {}
    for module in (ports, media, office):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            is_ours = kind.__module__ == module.__name__ and getattr(kind, "_is_protocol", False)
            if is_ours and name not in SILENT:
                found[name.lower()] = kind
    return found


def methods(port: type) -> list[str]:
    """Return the names of a port's methods."""
    return [name for name, _ in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")]


def adapters(port: type) -> list[type]:
    """Return the classes of the bot that have every method of the port."""
    wanted = methods(port)
    return [
        kind
        for module in loaded()
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
        and not getattr(kind, "_is_protocol", False)
        and all(callable(getattr(kind, name, None)) for name in wanted)
    ]


def port_methods() -> Iterator[str]:
    """Yield every method of every way out: `store.admit`."""
    for short, port in ports_out().items():
        yield from (f"{short}.{name}" for name in methods(port))


def is_way_out(module: str) -> bool:
    """Tell whether functions of a module speak to the outside by themselves."""
    is_one = any(module == way or module.startswith(f"{way}.") for way in WAYS_OUT)
    return is_one and module not in TRANSPARENT
