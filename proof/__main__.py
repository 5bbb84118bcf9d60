"""`python -m proof COMMAND`: tries to break the bot, and shows what came of it. Only parses and hands on."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

from proof.commands import Command

_PREFIX: Final = "command_"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m proof", description="Try to break the bot")
    commands = parser.add_subparsers(dest="command", required=True)
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith(_PREFIX):
            command = cast("Command", importlib.import_module(f"proof.{module.name}"))
            command.add(commands)
    options = parser.parse_args(arguments)
    run = cast("Callable[[argparse.Namespace], int]", options.run)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
