"""What the commands of `python -m proof` have in common: a module `command_*.py`, found by its name."""

from argparse import ArgumentParser, _SubParsersAction  # pyright: ignore[reportPrivateUsage] (no public name)
from typing import Protocol, TypeAlias

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"
"""What `ArgumentParser.add_subparsers` returns."""


class Command(Protocol):
    """What such a module has."""

    def add(self, commands: Commands) -> None:
        """Add a parser, whose default `run` takes the options and returns the exit code."""
        ...
