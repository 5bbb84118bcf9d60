"""What the commands of `python -m proof` have in common: each has a module `command_*.py`, found by its name."""

import argparse
from typing import Protocol, TypeAlias

# What `add_subparsers` returns has no public name.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]


class Command(Protocol):
    """What such a module has."""

    def add(self, commands: Commands) -> None:
        """Add a parser, whose default `run` takes the options and returns the exit code."""
        ...
